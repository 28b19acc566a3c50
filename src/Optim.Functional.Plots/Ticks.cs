using static System.FormattableString;

namespace Optim.Functional.Plots;

/// <summary>Where an axis has ticks; one without a label is a small one.</summary>
static class Ticks
{
    const int Most = 8;

    // With fewer powers of ten than this 2 and 5 are labelled too.
    const double FewDecades = 2.5;

    // Of numbers this much larger than what is between them, the next one cannot be told from the last.
    const double Finest = 1e-14;

    /// <summary>Of an axis that holds logarithms to base ten: at powers of ten, and at their multiples where there is room.</summary>
    public static IEnumerable<(double At, string? Label)> Log(double bottom, double top)
    {
        var each = (int)Math.Ceiling((top - bottom) / Most);
        for (var power = (int)Math.Floor(bottom); power <= top; power++)
        {
            yield return (power, power % each == 0 ? Label(power, 1) : null);
            for (var digit = 2; digit < 10 && each == 1; digit++)
                yield return (power + Math.Log10(digit), top - bottom < FewDecades && digit is 2 or 5 ? Label(power, digit) : null);
        }
    }

    /// <summary>At round numbers from one end to the other.</summary>
    public static IEnumerable<(double At, string? Label)> Linear(double from, double to, int most = Most)
    {
        var rough = (to - from) / most;
        if (!(rough > Finest * Math.Max(Math.Abs(from), Math.Abs(to)))) yield break;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var each = power * new[] { 1, 2, 5, 10 }.First(n => n * power >= rough * (1 - 1e-9));
        for (var k = Math.Ceiling(from / each); k * each <= to; k++) yield return (k * each, Invariant($"{k * each + 0.0:G6}"));
    }

    static string Label(int power, int digit) =>
        power is >= -3 and <= 3 ? Invariant($"{digit * Math.Pow(10, power):0.###}") : $"{digit}e{power}";
}
