using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Optim.Functional.Bench.Rows;

/// <summary>How long does a program's first step take, with all that the runtime compiles for it?</summary>
static class FirstStep
{
    const int Length = 1_000_000, Children = 5;

    public static Row Row { get; } =
        new("first-step", $"a program's first step of AdamW, {Length} floats, compilation included; {Children} processes", Measure);

    /// <summary>What the child does: prints milliseconds.</summary>
    public static void Run()
    {
        var parameter = new Parameter(Noise.Of<float>(Length, 0.5, 2)) { Grad = Noise.Of<float>(Length, 0.1, 1) };
        var optimizer = new Optimizer([parameter], new AdamW());
        var clock = Stopwatch.StartNew();
        optimizer.Step();
        Console.WriteLine(clock.Elapsed.TotalMilliseconds.ToString("R", CultureInfo.InvariantCulture));
    }

    static IEnumerable<Line> Measure(Workbench bench)
    {
        var ms = Enumerable.Range(0, Children).Select(_ => Child()).ToArray();
        yield return new("AdamW, 1e6", Timing.Median(ms), Target.Max(30))
        {
            Unit = "ms",
            Note = string.Join(", ", ms.Order().Select(Line.Number)),
        };
    }

    static double Child()
    {
        var program = Environment.ProcessPath!;
        // Under `dotnet file.dll` the process is dotnet, else it is this program itself.
        string[] words =
            Path.GetFileNameWithoutExtension(program) == "dotnet"
                ? [Assembly.GetEntryAssembly()!.Location, Options.FirstStepWord]
                : [Options.FirstStepWord];
        using var child = Process.Start(new ProcessStartInfo(program, words) { RedirectStandardOutput = true })!;
        var said = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return double.Parse(said, CultureInfo.InvariantCulture);
    }
}
