namespace Optim.Functional.Cli;

/// <summary>Functions to an ulp or two, with the same bits on every machine, which <see cref="Math"/>'s do not have.
/// In a search of hundreds of steps one bit decides where it ends.</summary>
internal static class Elementary
{
    // ln 2 in two parts: a whole number below 2^11 times the first is exact.
    const double Ln2High = 0.693147180369123816490, Ln2Low = 1.90821492927058770002e-10;
    const double OfOverflow = 709.782712893384, OfUnderflow = -745.2;

    /// <summary>2^k times the power series of the rest, which is at most ln(2)/2.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x > OfOverflow) return double.PositiveInfinity;
        if (x < OfUnderflow) return 0;
        var k = Math.Round(x / (Ln2High + Ln2Low));
        var rest = x - k * Ln2High - k * Ln2Low;
        var sum = 1.0;
        for (var n = 14; n > 1; n--) sum = 1 + rest / n * sum;
        return Math.ScaleB(1 + rest * sum, (int)k);
    }

    /// <summary>k ln(2) plus the logarithm of the rest, 2 artanh((rest - 1)/(rest + 1)), as its power series.</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || double.IsInfinity(x)) return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        var k = Math.ILogB(x * Math.Sqrt(0.5)) + 1;
        var rest = Math.ScaleB(x, -k);
        var s = (rest - 1) / (rest + 1);
        var sum = 0.0;
        for (var n = 23; n > 1; n -= 2) sum = s * s * (1.0 / n + sum);
        return k * Ln2High + (2 * s + (2 * s * sum + k * Ln2Low));
    }

    /// <summary>The power series after the angle is halved twice, which leaves at most π/16.</summary>
    public static double Atan(double x)
    {
        if (Math.Abs(x) > 1) return Math.CopySign(Math.PI / 2, x) - Atan(1 / x);
        var t = Half(Half(x));
        var sum = 0.0;
        for (var n = 23; n > 1; n -= 2) sum = t * t * (1.0 / n - sum);
        return 4 * (t - t * sum);

        static double Half(double tan) => tan / (1 + Math.Sqrt(1 + tan * tan));
    }

    /// <summary>The power series, of an angle of few turns.</summary>
    public static double Sin(double x)
    {
        var sum = 0.0;
        for (var n = 41; n > 1; n -= 2) sum = x * x / (n * (n - 1)) * (1 - sum);
        return x * (1 - sum);
    }

    public static double Cos(double x)
    {
        var sum = 0.0;
        for (var n = 40; n > 0; n -= 2) sum = x * x / (n * (n - 1)) * (1 - sum);
        return 1 - sum;
    }
}
