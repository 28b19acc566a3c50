using Optim.Functional;
using TorchSharp;
using static TorchSharp.torch;

namespace FashionMnist;

/// <summary>How far the losses of two runs from the same seed come apart.</summary>
static class Losses
{
    public const int Steps = 500;
    const float Ulp = 1.2e-7f;

    /// <summary>TorchSharp's optimizer and ours, in a type of numbers.</summary>
    public static double Apart(Settings settings, DataSet train, string rule, ScalarType type) =>
        Apart(Run(settings, train, m => Theirs(rule, m, settings.Lr), type), Run(settings, train, m => Ours(rule, m, settings.Lr), type));

    /// <summary>TorchSharp's optimizer twice, in float32, every weight a last bit apart at the start: what rounding alone does.</summary>
    public static double ByRounding(Settings settings, DataSet train, string rule) =>
        Apart(Run(settings, train, m => Theirs(rule, m, settings.Lr), ScalarType.Float32),
            Run(settings, train, m => Theirs(rule, Nudged(m), settings.Lr), ScalarType.Float32));

    public static optim.Optimizer Theirs(string rule, nn.Module model, double lr) => rule == "Adam"
        ? optim.Adam(model.parameters(), lr)
        : optim.AdamW(model.parameters(), lr, weight_decay: 0.01); // its own default is no decay

    public static optim.Optimizer Ours(string rule, nn.Module model, double lr) =>
        rule == "Adam" ? model.Adam(lr: lr) : model.AdamW(lr: lr);

    static double[] Run(Settings settings, DataSet train, Func<nn.Module, optim.Optimizer> optimizerOf, ScalarType type)
    {
        using var model = Networks.Of(settings.Model);
        model.to(type);
        using var optimizer = optimizerOf(model);
        var loop = new Loop(model, optimizer, train with { Images = train.Images.to(type) }, settings.Batch);
        double[] losses = [.. Enumerable.Range(0, Steps).Select(_ => loop.Next())];
        return losses[^1] < losses[0] / 2 ? losses
            : throw new InvalidDataException($"the loss has not fallen: {losses[0]:F4} to {losses[^1]:F4}");
    }

    static nn.Module Nudged(nn.Module model)
    {
        using var isConstant = no_grad();
        foreach (var weight in model.parameters()) weight.mul_(1 + Ulp);
        return model;
    }

    static double Apart(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y) / x).Max();
}
