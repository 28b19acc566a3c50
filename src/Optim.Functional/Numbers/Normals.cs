namespace Optim.Functional;

/// <summary>Numbers of the standard normal distribution, each a function of its place: of a stream that a seed, a key and a step
/// choose.</summary>
/// <remarks>SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014), which jumps to any place; two uniform
/// numbers make two normal ones (Box, Muller, "A note on the generation of random normal deviates", 1958).</remarks>
readonly struct Normals(long seed, long key, long step)
{
    readonly ulong start = Mix((ulong)seed + Golden * Mix((ulong)key + Golden * Mix((ulong)step + Golden)));

    const ulong Golden = 0x9E3779B97F4A7C15;

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
    double Uniform(ulong place) => (Mix(start + (place + 1) * Golden) >> 11) * (1.0 / (1ul << 53));

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
