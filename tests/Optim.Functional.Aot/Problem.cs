using System.Numerics;

namespace Optim.Functional.Aot;

/// <summary>A small model with a loss: a matrix and a vector, whose lengths fill no lane exactly.</summary>
/// <typeparam name="T">float or double.</typeparam>
sealed class Problem<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    const int Rows = 7, Columns = 5;

    public Problem()
    {
        Weight = new(NDArray.Of(Numbers(Rows * Columns, 1), Rows, Columns), "weight");
        Bias = new(NDArray.Of(Numbers(37, 2)), "bias");
    }

    public Parameter Weight { get; }

    public Parameter Bias { get; }

    public Parameter[] Parameters => [Weight, Bias];

    /// <summary>Σ (θ - 1)²·i/n over all elements, and its gradients.</summary>
    public double Loss()
    {
        var loss = 0.0;
        foreach (var parameter in Parameters)
        {
            var (θ, gradient) = Pull(parameter.Value);
            parameter.Grad = gradient;
            loss += θ;
        }
        return loss;
    }

    /// <summary>The same of one tensor.</summary>
    public static (double Loss, NDArray Gradient) Pull(NDArray θ)
    {
        var (numbers, loss) = (θ.As<T>().ToArray(), 0.0);
        for (var i = 0; i < numbers.Length; i++)
        {
            var weight = (i + 1.0) / numbers.Length;
            var distance = double.CreateTruncating(numbers[i]) - 1;
            loss += weight * distance * distance;
            numbers[i] = T.CreateTruncating(2 * weight * distance);
        }
        return (loss, NDArray.Of(numbers, [.. θ.Shape]));
    }

    static T[] Numbers(int count, int start) =>
        [.. Enumerable.Range(start, count).Select(i => T.CreateTruncating(i * 37 % 19 / 8.0 - 1))];
}
