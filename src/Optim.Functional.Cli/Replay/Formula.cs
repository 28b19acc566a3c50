namespace Optim.Functional.Cli;

/// <summary>A function to be minimised, as it is published.</summary>
/// <param name="X0">The start.</param>
/// <param name="Minima">The published values of its minima, the least first.</param>
internal sealed record Formula(string Name, double[] X0, double[] Minima, Func<Variables, Dual> F)
{
    /// <summary>The value at x, and its gradient by one pass for each variable.</summary>
    public double Value(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var at = x.ToArray();
        var value = 0.0;
        for (var i = 1; i <= at.Length; i++) (value, gradient[i - 1]) = F(new(at, i));
        return value;
    }
}
