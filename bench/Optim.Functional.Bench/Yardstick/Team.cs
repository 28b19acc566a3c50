namespace Optim.Functional.Bench;

/// <summary>Long-lived threads that take chunks of work along with the caller:
/// from the last one down where the caller goes up from the first, so that each finds in its caches what it left there.</summary>
sealed class Team
{
    static readonly Dictionary<int, Team> Known = [];
    static readonly Action<int> Nothing = _ => { };
    readonly SemaphoreSlim wake = new(0);
    readonly int count;
    Action<int> work = Nothing;
    int remaining, last, done;

    /// <summary>Those for so many threads, the caller included.</summary>
    public static Team Of(int threads) => Known.TryGetValue(threads, out var helpers) ? helpers : Known[threads] = new(threads);

    Team(int threads)
    {
        count = threads - 1;
        for (var i = 0; i < count; i++) new Thread(Wait) { IsBackground = true }.Start();
    }

    public void Run(int chunks, Action<int> job)
    {
        (work, last, done) = (job, chunks, 0);
        Volatile.Write(ref remaining, chunks);
        wake.Release(count);
        for (var k = 0; Interlocked.Decrement(ref remaining) >= 0; k++) Work(k);
        var spin = new SpinWait();
        while (Volatile.Read(ref done) != chunks) spin.SpinOnce(-1);
        work = Nothing;
    }

    void Wait()
    {
        while (true)
        {
            wake.Wait();
            while (Interlocked.Decrement(ref remaining) >= 0) Work(Interlocked.Decrement(ref last));
        }
    }

    void Work(int chunk)
    {
        work(chunk);
        Interlocked.Increment(ref done);
    }
}
