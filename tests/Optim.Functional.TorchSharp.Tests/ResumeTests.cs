using static TorchSharp.torch;

namespace Optim.Functional.Tests;

/// <summary>A run that stops within an epoch and goes on from its files is the run that did not stop.</summary>
public class ResumeTests : TorchTests
{
    const int Stop = 17, End = 40;

    public static TheoryData<string> Names => ["AdamW", "SGD", "RMSprop", "ScheduleFreeAdamW", "LAMB", "Prodigy"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Resuming_within_an_epoch_is_bit_for_bit(string name)
    {
        var rule = Registry.All.Single(r => r.Name == name).Create(new Dictionary<string, object?> { ["lr"] = 0.01 });
        var plan = rule.Schedule(new Cosine(End).WarmUp(5)).ClipNorm(1);
        using var model = Models.Layers();
        using var optimizer = model.Optimizer(plan);
        for (var t = 0; t < Stop; t++) Step(model, optimizer, t);
        var folder = Directory.CreateTempSubdirectory("optim-resume");
        try
        {
            var (weights, state) = (Path.Combine(folder.FullName, "weights.dat"), Path.Combine(folder.FullName, "optimizer.json"));
            model.save(weights);
            optimizer.Core.StateDict().Save(state);
            using var again = Models.Layers(seed: 2);
            again.load(weights);
            using var resumed = again.Optimizer(plan);
            resumed.Core.LoadStateDict(StateDict.Load(state));
            for (var t = Stop; t < End; t++) Assert.Equal(Step(model, optimizer, t), Step(again, resumed, t));
            Assert.Equal(Models.Numbers(model), Models.Numbers(again));
        }
        finally { folder.Delete(recursive: true); }
    }

    /// <summary>A step with the batch of its number.</summary>
    static double Step(nn.Module<Tensor, Tensor> model, TorchOptimizer optimizer, int number)
    {
        random.manual_seed(100 + number);
        optimizer.zero_grad();
        var loss = Models.Backward(model, randn(16, 6), randint(0, 3, 16));
        optimizer.step();
        return loss;
    }
}
