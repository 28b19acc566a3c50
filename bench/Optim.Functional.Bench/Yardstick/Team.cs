namespace Optim.Functional.Bench;

/// <summary>Long-lived threads that take chunks of work along with the caller.</summary>
sealed class Team
{
    static readonly Dictionary<int, Team> Known = [];
    static readonly Action<int> Nothing = _ => { };
    readonly SemaphoreSlim wake = new(0);
    readonly int count;
    Action<int> work = Nothing;
    int remaining, done;

    /// <summary>Those for so many threads, the caller included.</summary>
    public static Team Of(int threads) => Known.TryGetValue(threads, out var helpers) ? helpers : Known[threads] = new(threads);

    Team(int threads)
    {
        count = threads - 1;
        for (var i = 0; i < count; i++) new Thread(Wait) { IsBackground = true }.Start();
    }

    public void Run(int chunks, Action<int> job)
    {
        (work, done) = (job, 0);
        Volatile.Write(ref remaining, chunks);
        wake.Release(count);
        Work();
        var spin = new SpinWait();
        while (Volatile.Read(ref done) != chunks) spin.SpinOnce(-1);
        work = Nothing;
    }

    void Wait()
    {
        while (true)
        {
            wake.Wait();
            Work();
        }
    }

    void Work()
    {
        int k;
        while ((k = Interlocked.Decrement(ref remaining)) >= 0)
        {
            work(k);
            Interlocked.Increment(ref done);
        }
    }
}
