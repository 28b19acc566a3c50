namespace Optim.Functional.Cli;

/// <summary>Which of the published minima a value is.</summary>
internal enum Solution
{
    None,

    /// <summary>One that is not the least. It counts as solved.</summary>
    Local,

    /// <summary>The least.</summary>
    Optimum,
}

/// <summary>What counts as solved, in all suites.</summary>
internal static class Solutions
{
    const double FourDigits = 1e-4, Zero = FourDigits * FourDigits;

    /// <summary>A value f is a minimum f* when |f - f*| ≤ 1e-4 |f*|, or where f* is 0, f ≤ 1e-8: the norm of residuals, the root of f, is
    /// then 0 to four digits. The same holds where f* is approached at infinity.</summary>
    public static Solution Of(double value, IReadOnlyList<double> minima) =>
        IsNear(value, minima[0]) ? Solution.Optimum
        : minima.Any(least => IsNear(value, least)) ? Solution.Local
        : Solution.None;

    static bool IsNear(double value, double least) => Math.Abs(value - least) <= (least == 0 ? Zero : FourDigits * Math.Abs(least));
}
