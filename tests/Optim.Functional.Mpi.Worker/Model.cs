namespace Optim.Functional.Tests;

/// <summary>Parameters of several shapes, and gradients that depend on the parameters and on the number of the micro-batch.</summary>
sealed class Model<T> where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
{
    /// <summary>One is longer than two chunks of sums of squares, so that it is cut; others are matrices, vectors, a number.</summary>
    static readonly (string Name, int[] Shape)[] shapes =
    [
        ("embedding", [1100, 96]), ("fc1.weight", [24, 40]), ("fc1.bias", [24]),
        ("fc2.weight", [10, 24]), ("fc2.bias", [10]), ("scale", [1]),
    ];

    public Model(int seed = 1)
    {
        var random = new Random(seed);
        Parameters = [.. shapes.Select(s => new Parameter(NDArray<T>.Over(Numbers(random, s.Shape), s.Shape), s.Name))];
    }

    public Parameter[] Parameters { get; }

    static T[] Numbers(Random random, int[] shape) =>
        [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))];

    /// <summary>Sets the gradients of a micro-batch; some have none in some of them.</summary>
    public void Backward(int batch, bool leavesOut = false)
    {
        for (var n = 0; n < Parameters.Length; n++) Parameters[n].Grad = leavesOut && (batch + n) % 3 == 0 ? null : Gradient(batch, n);
    }

    public NDArray Gradient(int batch, int n) => Gradient(Parameters[n].Value.As<T>(), batch, n);

    public static NDArray Gradient(NDArray<T> of, int batch, int n)
    {
        var θ = of.Span;
        var random = new Random(batch * 100 + n);
        var g = new T[θ.Length];
        for (var i = 0; i < g.Length; i++) g[i] = T.CreateTruncating(0.3 * double.CreateTruncating(θ[i]) + random.NextDouble() - 0.5);
        return NDArray<T>.Over(g, [.. of.Shape]);
    }

    public IEnumerable<(string Name, T[] Values)> Values => Parameters.Select(p => (p.Name!, p.Value.As<T>().ToArray()));
}
