namespace Optim.Functional.Cli;

/// <summary>SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014): the same numbers on every
/// machine and .NET version, from a seed and the number of a stream.</summary>
internal sealed class SplitMix(long seed, int stream)
{
    const ulong Golden = 0x9E3779B97F4A7C15;

    ulong state = Mix(Mix((ulong)seed + Golden) ^ (ulong)stream);

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 ... count - 1 in a random order.</summary>
    public int[] Permutation(int count)
    {
        var order = Enumerable.Range(0, count).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = (int)Math.BigMul(Next(), (ulong)(i + 1), out _);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }

    ulong Next() => Mix(state += Golden);

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
