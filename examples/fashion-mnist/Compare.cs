using static TorchSharp.torch;

namespace FashionMnist;

/// <summary>The same network from the same seed, by TorchSharp's optimizer and by this library's: losses, and the time taken.</summary>
static class Compare
{
    public static int Run(Settings settings)
    {
        var train = DataSet.Load(settings.Data, "train");
        Console.WriteLine(
            $"largest relative difference of the losses of {Losses.Steps} steps; medians of {settings.Epochs} epochs by each in turn");
        Console.WriteLine("| network | optimizer | losses, float64 | float32 | float32, theirs and theirs a last bit apart "
            + "| passes, s/epoch | TorchSharp's, s/epoch | ours, s/epoch | TorchSharp's / ours | whole epoch |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var rule in (string[])["Adam", "AdamW"]) Row(settings, train, rule);
        return 0;
    }

    static void Row(Settings settings, DataSet train, string rule)
    {
        using var theirs = Networks.Of(settings.Model);
        using var ours = Networks.Of(settings.Model);
        using optim.Optimizer their = Losses.Theirs(rule, theirs, settings.Lr), our = Losses.Ours(rule, ours, settings.Lr);
        var (a, b) = (new Loop(theirs, their, train, settings.Batch), new Loop(ours, our, train, settings.Batch));
        var doubles = Losses.Apart(settings, train, rule, ScalarType.Float64);
        var (singles, rounding) = (Losses.Apart(settings, train, rule, ScalarType.Float32), Losses.ByRounding(settings, train, rule));
        var (theirTimes, ourTimes) = (new List<(double Passes, double Optimizer)>(), new List<(double Passes, double Optimizer)>());
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            theirTimes.Add(Epoch(a));
            ourTimes.Add(Epoch(b));
        }
        var passes = Clock.Median(theirTimes.Concat(ourTimes).Select(t => t.Passes));
        var (their1, our1) = (Clock.Median(theirTimes.Select(t => t.Optimizer)), Clock.Median(ourTimes.Select(t => t.Optimizer)));
        Console.WriteLine(
            $"| {settings.Model} | {rule} | {doubles:0.0e0} | {singles:0.0e0} | {rounding:0.0e0} "
            + $"| {passes:F2} | {their1:F2} | {our1:F2} | {their1 / our1:F1} | {(passes + their1) / (passes + our1):F2} |");
    }

    static (double Passes, double Optimizer) Epoch(Loop loop)
    {
        var before = loop.Seconds;
        for (var t = 0; t < loop.StepsPerEpoch; t++) loop.Next();
        return (loop.Seconds.Passes - before.Passes, loop.Seconds.Optimizer - before.Optimizer);
    }
}
