using System.Numerics;

namespace Optim.Functional.Bench;

/// <summary>Random numbers, the same in every run.</summary>
static class Noise
{
    /// <summary>Uniform in ±<paramref name="scale"/>.</summary>
    public static T[] Of<T>(int length, double scale, uint seed) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = new T[length];
        Fill<T>(x, scale, seed);
        return x;
    }

    /// <summary>The same, into <paramref name="x"/>.</summary>
    public static void Fill<T>(Span<T> x, double scale, uint seed) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (s, unit) = (seed * 2654435761u + 1, T.CreateTruncating(scale / (1 << 23)));
        foreach (ref var e in x)
        {
            s ^= s << 13;
            s ^= s >> 17;
            s ^= s << 5;
            e = T.CreateTruncating((int)(s >> 8) - (1 << 23)) * unit;
        }
    }

    /// <summary>Whether no number is NaN, infinite or denormal: arithmetic on those takes another time.</summary>
    public static bool Normal<T>(ReadOnlySpan<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var value in x)
            if (!T.IsNormal(value) && value != T.Zero) return false;
        return true;
    }
}
