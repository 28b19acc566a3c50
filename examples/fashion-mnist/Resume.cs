using Optim.Functional;

namespace FashionMnist;

/// <summary>Stops within an epoch, and goes on in another model and optimizer from the files: the same bits as without the stop.</summary>
static class Resume
{
    const int Stop = 60, End = 120;

    public static int Run(Settings settings)
    {
        var train = DataSet.Load(settings.Data, "train");
        var plan = new AdamW(Lr: settings.Lr).Schedule(new Cosine(End).WarmUp(20)).ClipNorm(1).Ema(0.99);
        var (weights, state) = (settings.Picture("weights.dat"), settings.Picture("optimizer.json"));

        using var model = Networks.Of(settings.Model);
        using var optimizer = model.Optimizer(plan);
        var loop = new Loop(model, optimizer, train, settings.Batch);
        for (var t = 0; t < Stop; t++) loop.Next();
        model.save(weights);
        optimizer.Core.StateDict().Save(state);
        double[] wanted = [.. Enumerable.Range(Stop, End - Stop).Select(_ => loop.Next())];

        using var again = Networks.Of(settings.Model);
        again.load(weights);
        using var resumed = again.Optimizer(plan);
        resumed.Core.LoadStateDict(StateDict.Load(state));
        var rest = new Loop(again, resumed, train, settings.Batch) { Step = (int)resumed.Core.Steps };
        double[] got = [.. Enumerable.Range(Stop, End - Stop).Select(_ => rest.Next())];

        var isSame = wanted.SequenceEqual(got)
            && model.parameters().Zip(again.parameters()).All(p => p.First.eq(p.Second).all().item<bool>());
        Console.WriteLine($"stopped after step {Stop} of an epoch's {loop.StepsPerEpoch}, went on to {End}: "
            + $"losses and parameters bit for bit: {isSame}");
        return isSame ? 0 : 1;
    }
}
