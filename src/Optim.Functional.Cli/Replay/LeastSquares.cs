namespace Optim.Functional.Cli;

/// <summary>A sum of squares to be minimised.</summary>
/// <param name="X0">The start.</param>
/// <param name="Minima">The published values of its minima, the least first.</param>
/// <param name="Residuals">What is squared and added up.</param>
internal sealed record LeastSquares(string Name, double[] X0, double[] Minima, Func<Variables, IEnumerable<Dual>> Residuals)
{
    /// <summary>The value at x, and its gradient by one pass for each variable.</summary>
    public double Value(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var at = x.ToArray();
        var value = 0.0;
        for (var i = 1; i <= at.Length; i++)
        {
            Dual sum = 0;
            foreach (var r in Residuals(new(at, i))) sum += Dual.Square(r);
            (value, gradient[i - 1]) = sum;
        }
        return value;
    }
}
