using System.Numerics;

namespace Optim.Functional.GpuCheck;

/// <summary>Numbers of all kinds: with zeros of both signs, denormal numbers, huge ones, infinities, NaN.</summary>
static class Wild
{
    public static T[] Numbers<T>(Random random, int n, bool isTame) where T : unmanaged, IFloatingPointIeee754<T> =>
        Array.ConvertAll(new T[n], _ => isTame ? T.CreateTruncating(random.NextDouble() * 4 - 2) : random.Next(20) switch
        {
            0 => T.Zero,
            1 => -T.Zero,
            2 => T.Epsilon * T.CreateTruncating(random.Next(-99, 99)),
            3 => T.CreateTruncating(1e30),
            4 => T.CreateTruncating(-1e300),
            5 => T.NaN,
            6 => T.PositiveInfinity,
            7 => T.NegativeInfinity,
            _ => T.CreateTruncating(random.NextDouble() * 2 - 1),
        });
}
