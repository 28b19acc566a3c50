using System.Diagnostics;

namespace Optim.Functional.Bench;

/// <summary>Waits until no thread of this process but the caller's runs.</summary>
/// <remarks>
/// libtorch's threads go on in a loop for milliseconds after their work, in wait for more: whoever is timed next would have one core less.
/// What processor time they take is known only from one tick of the system's to the next, so it is asked what each thread is doing,
/// some times in a row: one that waits for a lock may run on soon.
/// </remarks>
static class Idle
{
    const int Looks = 3;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(0.5), Most = TimeSpan.FromMilliseconds(100);

    public static void Wait()
    {
        var clock = Stopwatch.StartNew();
        for (var quiet = 0; quiet < Looks && clock.Elapsed < Most; quiet = Running() > 1 ? 0 : quiet + 1) Thread.Sleep(Pause);
    }

    /// <summary>Threads that run or could, the caller's included.</summary>
    static int Running()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Cast<ProcessThread>().Count(t => t.ThreadState == System.Diagnostics.ThreadState.Running);
    }
}
