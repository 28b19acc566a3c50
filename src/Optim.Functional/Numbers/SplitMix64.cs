namespace Optim.Functional;

/// <summary>SplitMix64: the output of a state, whichever it is, so that a place in its stream can be jumped to. The state goes on by
/// <see cref="Golden"/>.</summary>
/// <remarks>Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.</remarks>
static class SplitMix64
{
    public const ulong Golden = 0x9E3779B97F4A7C15;

    public static ulong Mixed(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
