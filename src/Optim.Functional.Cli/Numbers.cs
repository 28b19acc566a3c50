using System.Globalization;

namespace Optim.Functional.Cli;

/// <summary>Results as text.</summary>
internal static class Numbers
{
    public const string Diverged = "diverged";

    public static string Loss(double x) =>
        !double.IsFinite(x) ? Diverged
        : x == 0 ? "0"
        : Math.Abs(x) is >= 1e-3 and < 1e4 ? x.ToString("0.0000", CultureInfo.InvariantCulture)
        : x.ToString("0.0e+0", CultureInfo.InvariantCulture);

    public static string Share(double x) => x.ToString("0.0 %", CultureInfo.InvariantCulture);
}
