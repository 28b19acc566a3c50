using static Optim.Functional.SplitMix64;

namespace Optim.Functional;

/// <summary>Numbers of the standard normal distribution, each a function of its place: of a stream that a seed, a key and a step
/// choose.</summary>
/// <remarks>Two uniform numbers of <see cref="SplitMix64"/> make two normal ones: Box, Muller, "A note on the generation of random normal
/// deviates", 1958.</remarks>
readonly struct Normals(long seed, long key, long step)
{
    readonly ulong start = Mixed((ulong)seed + Golden * Mixed((ulong)key + Golden * Mixed((ulong)step + Golden)));

    /// <summary>The number at a place.</summary>
    public double this[long i]
    {
        get
        {
            var pair = (ulong)i & ~1ul;
            var radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(pair)));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * Uniform(pair + 1));
            return radius * ((i & 1) == 0 ? cosine : sine);
        }
    }

    /// <summary>In [0, 1).</summary>
    double Uniform(ulong place) => (Mixed(start + (place + 1) * Golden) >> 11) * (1.0 / (1ul << 53));
}
