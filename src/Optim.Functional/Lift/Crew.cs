using System.Runtime.ExceptionServices;

namespace Optim.Functional;

/// <summary>Work in numbered chunks.</summary>
interface IChunks
{
    void Run(int chunk);
}

/// <summary>Chunks claimed by whoever is free, the caller included, on the thread pool.</summary>
/// <remarks>The caller never waits for a helper that has not claimed a chunk, so a busy pool costs time, not progress. Allocates nothing per run.</remarks>
sealed class Crew : IThreadPoolWorkItem
{
    [ThreadStatic] static Crew? mine;
    IChunks? job;
    Exception? fault;
    int remaining, done, queued;

    public static Crew Mine => mine ??= new();

    /// <summary>Helpers that the pool has not started yet.</summary>
    public int Queued => Volatile.Read(ref queued);

    public void Run(int threads, int chunks, IChunks work)
    {
        (job, done) = (work, 0);
        Volatile.Write(ref remaining, chunks);
        // Those still in the queue of a busy pool, from steps before, come to this one.
        for (var h = Queued; h < Math.Min(threads, chunks) - 1; h++)
        {
            Interlocked.Increment(ref queued);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        Work();
        var wait = new SpinWait();
        while (Volatile.Read(ref done) != chunks) wait.SpinOnce(-1);
        job = null;
        if (Interlocked.Exchange(ref fault, null) is { } e) ExceptionDispatchInfo.Throw(e);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Decrement(ref queued);
        Work();
    }

    void Work()
    {
        int k;
        while ((k = Interlocked.Decrement(ref remaining)) >= 0)
        {
            // A rule of the user's own may throw: here it would end the process, or leave the caller waiting for ever.
            try { job!.Run(k); }
            catch (Exception e) { fault = e; }
            Interlocked.Increment(ref done);
        }
    }
}
