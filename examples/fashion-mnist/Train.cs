using Optim.Functional;
using Optim.Functional.Plots;

namespace FashionMnist;

/// <summary>Trains a network and draws what came of it.</summary>
static class Train
{
    public static int Run(Settings settings)
    {
        using var model = Networks.Of(settings.Model);
        DataSet train = DataSet.Load(settings.Data, "train"), test = DataSet.Load(settings.Data, "t10k");
        using var optimizer = model.AdamW(lr: settings.Lr); // TorchSharp's own: torch.optim.AdamW(model.parameters(), settings.Lr)
        using var trace = Trace.Of(optimizer.Core);
        var loop = new Loop(model, optimizer, train, settings.Batch);
        int[,] counts = new int[DataSet.Classes.Length, DataSet.Classes.Length];
        Bar.Run($"{settings.Model}, {model.parameters().Sum(p => p.numel()):N0} parameters", settings.Epochs * loop.StepsPerEpoch, say =>
        {
            for (var epoch = 1; epoch <= settings.Epochs; epoch++)
            {
                for (var step = 0; step < loop.StepsPerEpoch; step++)
                {
                    trace.Loss(loop.Next());
                    say(loop.Step, $"loss {trace.LastLoss:F4}");
                }
                counts = Loop.Confusion(model, test);
                trace.Note("right of the test", Loop.Right(counts));
            }
        });
        trace.Plot(settings.Picture($"{settings.Model}-run.png"), $"Fashion-MNIST, {settings.Model}: {trace}");
        ConfusionPlots.Plot(counts, DataSet.Classes, settings.Picture($"{settings.Model}-confusion.png"));
        Console.WriteLine($"{Loop.Right(counts):P2} of the test right after {settings.Epochs} epochs; "
            + $"{loop.Seconds.Passes:F1} s in passes, {loop.Seconds.Optimizer:F2} s in the optimizer");
        Console.WriteLine($"pictures: {settings.Out}");
        return 0;
    }
}
