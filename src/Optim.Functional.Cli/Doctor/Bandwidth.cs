using System.Diagnostics;

namespace Optim.Functional.Cli;

/// <summary>How fast the library's own loop, a step of SGD, goes through memory.</summary>
/// <param name="OneThread">GB/s.</param>
/// <param name="AllThreads">GB/s, on as many threads as a step takes by itself.</param>
internal sealed record Bandwidth(double OneThread, double AllThreads)
{
    // The parameter is read and written, the gradient read.
    const int BytesAnElement = 3 * sizeof(float);

    const long LeastBytes = 128 << 20, MostBytes = 512 << 20;

    /// <param name="seconds">For both together.</param>
    /// <param name="cache">Bytes of the largest cache: arrays are twice as long.</param>
    public static Bandwidth Measure(double seconds, long cache)
    {
        var room = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8;
        var n = (int)(Math.Min(room, Math.Clamp(2 * cache, LeastBytes, MostBytes)) / sizeof(float));
        var (values, gradients) = (HugePages.Advise(new float[n]), HugePages.Advise(new float[n]));
        values.AsSpan().Fill(1);
        gradients.AsSpan().Fill(1);
        var parameter = new Parameter(values, "memory") { Grad = gradients };
        double Of(int threads)
        {
            var optimizer = new Optimizer([parameter], new SGD(1e-9)) { Execution = new() { Threads = threads } };
            var (least, clock) = (double.MaxValue, Stopwatch.StartNew());
            do
            {
                var start = Stopwatch.GetTimestamp();
                optimizer.Step();
                least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
            while (clock.Elapsed.TotalSeconds < seconds / 2);
            return (double)n * BytesAnElement / least / 1e9;
        }
        return new(Of(1), Of(Execution.Default.Threads));
    }
}
