using System.Globalization;

namespace Optim.Functional.Bench;

/// <summary>What a value must reach.</summary>
/// <param name="AtLeast">True: at least <paramref name="Value"/>; false: at most.</param>
readonly record struct Target(bool AtLeast, double Value)
{
    public static Target Min(double value) => new(true, value);
    public static Target Max(double value) => new(false, value);

    public bool Met(double value) => AtLeast ? value >= Value : value <= Value;

    public override string ToString() => (AtLeast ? ">= " : "<= ") + Value.ToString("0.##", CultureInfo.InvariantCulture);
}
