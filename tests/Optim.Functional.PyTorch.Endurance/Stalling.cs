using System.Diagnostics;

namespace Optim.Functional.PyTorch.Endurance;

/// <summary>How much longer steps take while a save is written on another thread.</summary>
static class Stalling
{
    public static int Run(int megabytes, TextWriter say)
    {
        var folder = Directory.CreateTempSubdirectory("optim-stall").FullName;
        try
        {
            Pure(folder, megabytes, say);
            InPlace(folder, megabytes, say);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void Pure(string folder, int megabytes, TextWriter say)
    {
        var rule = new AdamW();
        var θ = Params.Of(("w", new float[megabytes * 250_000L / 3]));
        var g = Params.Of(("w", new float[θ[0].Length]));
        var s = rule.Init(θ);
        var saves = new CheckpointFolder(Path.Combine(folder, "pure"));
        Measure("pure", say, Step, n => saves.SaveInBackground(n, Content(θ, s)));

        void Step() => (θ, s) = rule.Step(θ, g, s);
    }

    static void InPlace(string folder, int megabytes, TextWriter say)
    {
        var w = new Parameter(new float[megabytes * 250_000L / 3], "w") { Grad = new float[megabytes * 250_000L / 3] };
        var optimizer = new Optimizer([w], new AdamW());
        var saves = new CheckpointFolder(Path.Combine(folder, "in-place"));
        Measure("in place", say, optimizer.Step, n =>
            saves.SaveInBackground(n, Content(Params.Of(("w", w.Value)).Copy(), optimizer.StateDict())));
    }

    static Dictionary<string, object?> Content(Params model, object optimizer) => new() { ["model"] = model, ["optimizer"] = optimizer };

    static void Measure(string face, TextWriter say, Action step, Func<int, Task<string>> save)
    {
        for (var i = 0; i < 5; i++) step();
        var (alone, beside, waits, saving) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < 5; round++)
        {
            for (var i = 0; i < 20; i++) alone.Add(Time(step));
            var time = Stopwatch.StartNew();
            var task = save(round);
            waits.Add(time.Elapsed.TotalMilliseconds);
            while (!task.IsCompleted) beside.Add(Time(step));
            saving.Add(time.Elapsed.TotalMilliseconds);
            task.GetAwaiter().GetResult();
        }
        var (own, slow) = (Median(alone), Median(beside));
        say.WriteLine(FormattableString.Invariant($"{face}: a step {own:0.0} ms; one that asks for a save waits {Median(waits):0.00} ms; ")
            + FormattableString.Invariant($"while it is written a step {slow:0.0} ms ({slow / own - 1:+0.0 %;-0.0 %}), ")
            + FormattableString.Invariant($"and that for {Median(saving):0} ms"));
    }

    static double Time(Action step)
    {
        var time = Stopwatch.StartNew();
        step();
        return time.Elapsed.TotalMilliseconds;
    }

    static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
