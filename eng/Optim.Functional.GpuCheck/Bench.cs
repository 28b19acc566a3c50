using System.Diagnostics;
using Optim.Functional.Cuda;

namespace Optim.Functional.GpuCheck;

/// <summary>What was measured of one rule and one set of tensors.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="What">The tensors.</param>
/// <param name="Ms">Milliseconds of a step.</param>
/// <param name="CopyMs">Milliseconds of a copy on the device that moves as many bytes.</param>
/// <param name="Bytes">Bytes that a step moves.</param>
/// <param name="HostUs">Microseconds until the call of a step returns.</param>
/// <param name="Allocated">Bytes that it allocates here.</param>
sealed record Timing(string Rule, string What, double Ms, double CopyMs, double Bytes, double HostUs, long Allocated)
{
    /// <summary>The step's bandwidth relative to the copy's.</summary>
    public double OfCopy => CopyMs / Ms;
}

/// <summary>Times steps and copies in turns.</summary>
sealed class Bench(Gpu gpu)
{
    const int Rounds = 9;
    const double SampleMs = 30;
    const long LongCopy = 1 << 26;

    public static (string Name, IRule Rule, int Moves)[] Rules =>
        [("AdamW", new AdamW(), 7), ("SGD momentum", new SGD(0.01, Momentum: 0.9), 5), ("RMSprop", new RMSprop(), 5)];

    /// <summary>Sets of tensors; the largest is smaller where the device has not the memory for it.</summary>
    public IEnumerable<(string Name, int[] Lengths)> Sets()
    {
        var most = (int)Math.Min(1_000_000_000, gpu.Memory / (sizeof(float) * 8));
        yield return ($"{most:0.0e+0} elements", [most]);
        yield return ("1.0e+6 elements", [1_000_000]);
        yield return ("GPT-2", Shapes.Gpt2);
        yield return ("ResNet-50", Shapes.ResNet50);
    }

    public Timing Run(string name, IRule rule, int moves, string what, int[] lengths)
    {
        Parameter[] parameters = [.. lengths.Select(n => new Parameter(gpu.Zeros<float>(n)) { Grad = gpu.Zeros<float>(n) })];
        var optimizer = new Optimizer(parameters, rule);
        optimizer.Step();
        var elements = lengths.Sum(n => (long)n);
        // A copy reads and writes: half as many elements as the step moves. A long one is a part of them, and takes as much longer.
        var length = (long)(elements * moves / 2.0);
        var copied = (int)Math.Min(length, Math.Max(elements, LongCopy));
        var (from, to, copies) = (gpu.Zeros<float>(copied), gpu.Zeros<float>(copied), (double)length / copied);
        var (steps, ofCopies) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            steps.Add(Ms(optimizer.Step));
            ofCopies.Add(Ms(() => gpu.Copy(from, to)) * copies);
        }
        var (host, allocated) = Host(optimizer);
        GC.KeepAlive(parameters);
        return new(name, what, Median(steps), Median(ofCopies), (double)elements * moves * sizeof(float), host, allocated);
    }

    /// <summary>Milliseconds of a call, of many that are under way together.</summary>
    double Ms(Action call)
    {
        call();
        gpu.Synchronize();
        var (calls, clock) = (1, Stopwatch.StartNew());
        call();
        gpu.Synchronize();
        calls = (int)Math.Clamp(SampleMs / clock.Elapsed.TotalMilliseconds, 1, 2000);
        clock.Restart();
        for (var k = 0; k < calls; k++) call();
        gpu.Synchronize();
        return clock.Elapsed.TotalMilliseconds / calls;
    }

    /// <summary>Microseconds until a step's call returns, while the device has nothing to do.</summary>
    (double Us, long Bytes) Host(Optimizer optimizer)
    {
        const int Calls = 200;
        var (all, bytes) = (new List<double>(Calls), 0L);
        for (var k = 0; k < Calls; k++)
        {
            gpu.Synchronize();
            var (before, clock) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            optimizer.Step();
            all.Add(Stopwatch.GetElapsedTime(clock).TotalMicroseconds);
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        return (Median(all), bytes);
    }

    static double Median(List<double> of) => of.Order().ElementAt(of.Count / 2);
}
