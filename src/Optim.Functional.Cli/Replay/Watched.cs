namespace Optim.Functional.Cli;

/// <summary>A function that counts how often it is asked, and gives up a search that asks too often.</summary>
internal sealed class Watched(Objective f, int most)
{
    public int Calls { get; private set; }

    /// <summary>The least value so far; infinite before the first.</summary>
    public double Least { get; private set; } = double.PositiveInfinity;

    public double Value(ReadOnlySpan<double> x, Span<double> gradient)
    {
        if (Calls == most) throw new GivenUp($"{most} calls");
        Calls++;
        var value = f(x, gradient);
        if (value < Least) Least = value;
        return value;
    }
}

/// <summary>A search has ended without a result.</summary>
/// <param name="why">In a few words.</param>
internal sealed class GivenUp(string why, Exception? cause = null) : Exception(why, cause);
