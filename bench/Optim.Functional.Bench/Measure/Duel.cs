using System.Diagnostics;

namespace Optim.Functional.Bench;

/// <summary>Times sides in turns, in one process: in each round every side once, forwards and backwards by turns.</summary>
static class Duel
{
    const int LeastRounds = 3, MostCalls = 10_000_000, LongMs = 5, CompiledMs = 150;

    public static Timing Run(Pace pace, params Side[] sides)
    {
        var calls = Array.ConvertAll(sides, s => Warm(s, pace.SampleMs));
        var (quiet, all, clock) = (new List<double[]>(), new List<double[]>(), Stopwatch.StartNew());
        while (quiet.Count < pace.Rounds && (all.Count < LeastRounds || clock.Elapsed.TotalSeconds < pace.Seconds))
        {
            var (round, others) = (new double[sides.Length], new Others());
            for (var k = 0; k < sides.Length; k++)
            {
                var i = all.Count % 2 == 0 ? k : sides.Length - 1 - k;
                round[i] = Sample(sides[i], calls[i]);
            }
            all.Add(round);
            if (others.Quiet) quiet.Add(round);
        }
        return quiet.Count > 0 ? new(quiet, all.Count, true) : new(all, all.Count, false);
    }

    /// <summary>Nanoseconds of one call, from many.</summary>
    static double Sample(Side side, int calls)
    {
        side.Ready?.Invoke();
        Idle.Wait();
        if (calls > 1) side.Run(); // the other side's data may be in the caches
        var start = Stopwatch.GetTimestamp();
        for (var k = 0; k < calls; k++) side.Run();
        return side.Own?.Invoke() ?? Stopwatch.GetElapsedTime(start).TotalNanoseconds / calls;
    }

    /// <summary>Calls of which a sample is made. Short calls are made until the runtime has compiled them for good.</summary>
    static int Warm(Side side, double sampleMs)
    {
        side.Ready?.Invoke();
        side.Run();
        var (calls, clock, last) = (0, Stopwatch.StartNew(), 0.0);
        while (calls == 0 || last < LongMs && clock.Elapsed.TotalMilliseconds < CompiledMs)
        {
            var before = clock.Elapsed.TotalMilliseconds;
            side.Run();
            (calls, last) = (calls + 1, clock.Elapsed.TotalMilliseconds - before);
        }
        return (int)Math.Clamp(sampleMs * calls / clock.Elapsed.TotalMilliseconds, 1, MostCalls);
    }
}
