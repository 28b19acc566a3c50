namespace Optim.Functional.Cli;

/// <summary>The variables of a problem, counted from 1 as in papers.</summary>
/// <param name="Values">Where they stand.</param>
/// <param name="Direction">The variable in whose direction derivatives are taken.</param>
internal readonly record struct Variables(double[] Values, int Direction)
{
    public Dual this[int i] => new(Values[i - 1], i == Direction ? 1 : 0);
}
