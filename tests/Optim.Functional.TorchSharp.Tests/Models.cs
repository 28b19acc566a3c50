using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Optim.Functional.Tests;

/// <summary>Small models, and what their gradients come from.</summary>
static class Models
{
    const long Inputs = 6, Hidden = 5, Outputs = 3, Rows = 16;

    /// <summary>Two layers, of the same numbers for the same seed.</summary>
    public static Module<Tensor, Tensor> Layers(long seed = 1)
    {
        random.manual_seed(seed);
        return Sequential(("a", Linear(Inputs, Hidden)), ("act", Tanh()), ("b", Linear(Hidden, Outputs)));
    }

    /// <summary>The same data each time.</summary>
    public static (Tensor X, Tensor Y) Data()
    {
        random.manual_seed(7);
        return (randn(Rows, Inputs), randint(0, Outputs, Rows));
    }

    /// <summary>The loss of a model, its gradients computed.</summary>
    public static double Backward(Module<Tensor, Tensor> model, Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        var loss = functional.cross_entropy(model.call(x), y);
        loss.backward();
        return loss.to(ScalarType.Float64).item<double>();
    }

    /// <summary>Losses of steps of an optimizer, the gradients set to zero before each.</summary>
    public static double[] Losses(Module<Tensor, Tensor> model, optim.Optimizer optimizer, int steps)
    {
        var (x, y) = Data();
        var losses = new double[steps];
        for (var t = 0; t < steps; t++)
        {
            optimizer.zero_grad();
            losses[t] = Backward(model, x, y);
            optimizer.step();
        }
        return losses;
    }

    public static bool AreEqual(Tensor a, Tensor b) => a.shape.SequenceEqual(b.shape) && a.detach().eq(b.detach()).all().item<bool>();

    public static float[] Numbers(Tensor tensor) => [.. tensor.detach().contiguous().data<float>()];

    public static float[][] Numbers(Module model) => [.. model.parameters().Select(Numbers)];
}
