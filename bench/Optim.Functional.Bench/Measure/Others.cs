using System.Diagnostics;

namespace Optim.Functional.Bench;

/// <summary>What the rest of the machine did since this was made: its CPU time, as /proc/stat has it, less our own.</summary>
readonly struct Others
{
    const double TicksPerSecond = 100;

    /// <summary>/proc/stat counts in ticks of 10 ms, on each processor.</summary>
    const double Resolution = 0.015;

    /// <summary>Share of the time that others may take before a round is dropped.</summary>
    const double Share = 0.08;

    readonly long since = Stopwatch.GetTimestamp();
    readonly double busy = Busy(), own = Own();

    public Others() { }

    /// <summary>Whether this system says what others do.</summary>
    public static bool Known { get; } = File.Exists("/proc/stat");

    /// <summary>Whether they did next to nothing; true where it is not known.</summary>
    public bool Quiet => !Known || Busy() - busy - (Own() - own) < Share * Stopwatch.GetElapsedTime(since).TotalSeconds + Resolution;

    static double Own() => Environment.CpuUsage.TotalTime.TotalSeconds;

    /// <summary>User, nice, system, interrupts and what the hypervisor gave to other guests; not idle, not waiting for a disk.</summary>
    static double Busy()
    {
        if (!Known) return 0;
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Skip(1).Take(8).Where((_, i) => i is not (3 or 4)).Sum(long.Parse) / TicksPerSecond;
    }
}
