namespace Optim.Functional.Cli;

/// <summary>A sum of squares to be minimised.</summary>
/// <param name="X0">The start.</param>
/// <param name="Minima">The published values of its minima, the least first.</param>
/// <param name="Residuals">What is squared and added up.</param>
internal sealed record LeastSquares(string Name, double[] X0, double[] Minima, Func<Variables, IEnumerable<Dual>> Residuals)
{
    public Formula Formula { get; } = new(Name, X0, Minima, x => Residuals(x).Aggregate((Dual)0, (sum, r) => sum + Dual.Square(r)));

    /// <summary>The value at x, and its gradient.</summary>
    public double Value(ReadOnlySpan<double> x, Span<double> gradient) => Formula.Value(x, gradient);
}
