using Optim.Functional;
using static TorchSharp.torch;

namespace FashionMnist;

/// <summary>The same network from the same seed, by TorchSharp's optimizer and by this library's: losses, and the time taken.</summary>
static class Compare
{
    const int LossSteps = 500;

    public static int Run(Settings settings)
    {
        var train = DataSet.Load(settings.Data, "train");
        Console.WriteLine($"{settings.Epochs} epochs by each in turn; medians");
        Console.WriteLine($"| network | optimizer | parameters | largest difference of losses, {LossSteps} steps "
            + "| passes, s/epoch | TorchSharp's, s/epoch | ours, s/epoch | TorchSharp's / ours | whole epoch |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var rule in (string[])["Adam", "AdamW"]) Row(settings, train, rule);
        return 0;
    }

    static void Row(Settings settings, DataSet train, string rule)
    {
        using var theirs = Networks.Of(settings.Model);
        using var ours = Networks.Of(settings.Model);
        using optim.Optimizer their = rule == "Adam"
            ? optim.Adam(theirs.parameters(), settings.Lr)
            : optim.AdamW(theirs.parameters(), settings.Lr, weight_decay: 0.01); // its own default is no decay
        using var our = rule == "Adam" ? ours.Adam(lr: settings.Lr) : ours.AdamW(lr: settings.Lr);
        var (a, b) = (new Loop(theirs, their, train, settings.Batch), new Loop(ours, our, train, settings.Batch));
        var worst = 0.0;
        for (var t = 0; t < LossSteps; t++)
        {
            var (x, y) = (a.Next(), b.Next());
            worst = Math.Max(worst, Math.Abs(x - y) / x);
        }
        var (theirTimes, ourTimes) = (new List<(double Passes, double Optimizer)>(), new List<(double Passes, double Optimizer)>());
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            theirTimes.Add(Epoch(a));
            ourTimes.Add(Epoch(b));
        }
        var passes = Clock.Median(theirTimes.Concat(ourTimes).Select(t => t.Passes));
        var (their1, our1) = (Clock.Median(theirTimes.Select(t => t.Optimizer)), Clock.Median(ourTimes.Select(t => t.Optimizer)));
        var count = ours.parameters().Sum(p => p.numel());
        Console.WriteLine($"| {settings.Model} | {rule} | {count:N0} | {worst:0.0e0} | {passes:F2} | {their1:F2} | {our1:F2} "
            + $"| {their1 / our1:F1} | {(passes + their1) / (passes + our1):F2} |");
    }

    static (double Passes, double Optimizer) Epoch(Loop loop)
    {
        var before = loop.Seconds;
        for (var t = 0; t < loop.StepsPerEpoch; t++) loop.Next();
        return (loop.Seconds.Passes - before.Passes, loop.Seconds.Optimizer - before.Optimizer);
    }
}
