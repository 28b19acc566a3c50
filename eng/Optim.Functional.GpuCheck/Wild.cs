using System.Numerics;

namespace Optim.Functional.GpuCheck;

/// <summary>Numbers of all kinds: with zeros of both signs, denormal numbers, huge ones, infinities, NaN.</summary>
static class Wild
{
    /// <param name="random">Where they are from.</param>
    /// <param name="n">How many.</param>
    /// <param name="isTame">Whether they are but numbers between -2 and 2.</param>
    /// <param name="hasPayloads">Whether NaN differ, which a device's do not.</param>
    public static T[] Numbers<T>(Random random, int n, bool isTame, bool hasPayloads = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
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
            8 when hasPayloads => Payload<T>(random.Next(1, 1000)),
            _ => T.CreateTruncating(random.NextDouble() * 2 - 1),
        });

    static T Payload<T>(int payload) where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(float)
        ? (T)(object)BitConverter.Int32BitsToSingle(0x7fc00000 | payload)
        : (T)(object)BitConverter.Int64BitsToDouble(0x7ff8000000000000 | (long)payload);
}
