using System.Runtime.ExceptionServices;

namespace Optim.Functional;

/// <summary>Work in numbered chunks.</summary>
interface IChunks
{
    void Run(int chunk);
}

/// <summary>Chunks claimed by whoever is free, the caller included, on the thread pool.</summary>
/// <remarks>
/// A thread begins with a part of the chunks that is its own, the same from run to run: what its core's caches hold of the run before is
/// what it asks for. Whoever is done goes on with the parts of others. The caller never waits for a helper that has not claimed a chunk, so
/// a busy pool costs time, not progress. Allocates nothing per run.
/// </remarks>
sealed class Crew : IThreadPoolWorkItem
{
    /// <summary>From one part's number to the next one's, so that they are not in one line of a cache, nor in two that are fetched
    /// together.</summary>
    const int Apart = 32;

    [ThreadStatic] static Crew? mine;
    [ThreadStatic] static int helper; // this thread's number among all that ever helped, from 1 on
    static int helpers;
    IChunks? job;
    Exception? fault;
    int parts, total, remaining, done, queued;
    int[] next = []; // chunk of each part

    public static Crew Mine => mine ??= new();

    /// <summary>Helpers that the pool has not started yet.</summary>
    public int Queued => Volatile.Read(ref queued);

    public void Run(int threads, int chunks, IChunks work)
    {
        (job, parts, total, done) = (work, Math.Min(threads, chunks), chunks, 0);
        if (next.Length < parts * Apart) next = new int[parts * Apart];
        for (var p = 0; p < parts; p++) next[p * Apart] = First(p);
        Volatile.Write(ref remaining, chunks); // from here on chunks are claimed
        // Those still in the queue of a busy pool, from steps before, come to this one.
        for (var h = Queued; h < parts - 1; h++)
        {
            Interlocked.Increment(ref queued);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        while (Claim()) Work(0);
        var wait = new SpinWait();
        while (Volatile.Read(ref done) != chunks) wait.SpinOnce(-1);
        job = null;
        if (Interlocked.Exchange(ref fault, null) is { } e) ExceptionDispatchInfo.Throw(e);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Decrement(ref queued);
        if (helper == 0) helper = Interlocked.Increment(ref helpers);
        while (Claim()) Work(parts == 1 ? 0 : 1 + helper % (parts - 1));
    }

    int First(int part) => (int)((long)total * part / parts);

    /// <summary>Whether a chunk is left; it is the thread's then.</summary>
    bool Claim() => Interlocked.Decrement(ref remaining) >= 0;

    /// <summary>Runs a claimed chunk: of this part, or of the next one that has any left.</summary>
    void Work(int part)
    {
        int k;
        while ((k = Interlocked.Increment(ref next[part * Apart]) - 1) >= First(part + 1)) part = (part + 1) % parts;
        // A rule of the user's own may throw: here it would end the process, or leave the caller waiting for ever.
        try { job!.Run(k); }
        catch (Exception e) { fault = e; }
        Interlocked.Increment(ref done);
    }
}
