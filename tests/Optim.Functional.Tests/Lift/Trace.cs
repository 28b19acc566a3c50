using System.Numerics;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Lift;

/// <summary>Three steps from seeded starts, with gradients that hold zeros, sign flips, denormals, huge and non-finite numbers.</summary>
static class Trace
{
    public const int Steps = 3;

    /// <summary>Gradients of common size only.</summary>
    public const bool Tame = false;

    public static (Params θ, State s) Run<T>(IRule rule, Execution how, params int[] lengths)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Run<T>(rule, how, wild: true, Steps, lengths);

    public static (Params θ, State s) Run<T>(IRule rule, Execution how, bool wild, int steps, params int[] lengths)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(lengths.Length + lengths.Sum());
        var θ = Params.Of(lengths.Select((n, i) =>
            ($"p{i}", (NDArray)NDArray.Of(Numbers<T>(random, n, wild: false), Face.Shape(rule, n)))));
        var s = rule.Init(θ);
        for (var t = 0; t < steps; t++)
        {
            var g = Params.Of(lengths.Select((n, i) =>
                ($"p{i}", Face.Taken(rule, NDArray.Of(Numbers<T>(random, n, wild), Face.Shape(rule, n))))));
            (θ, s) = rule.Step(θ, g, s, how: how);
        }
        return (θ, s);
    }

    /// <summary>All bits of parameters and slots; every NaN as one, since its payload depends on the order of operands that
    /// a processor chooses.</summary>
    public static byte[] Bits<T>(Params θ, State s) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        for (var i = 0; i < θ.Count; i++)
            foreach (var tensor in s[i].Slots.OrderBy(slot => slot.Key).Select(slot => slot.Value).Prepend(θ[i]))
                foreach (var x in tensor.As<T>().Data)
                    if (typeof(T) == typeof(float))
                        writer.Write(T.IsNaN(x) ? 0x7fc00000 : BitConverter.SingleToInt32Bits(float.CreateTruncating(x)));
                    else writer.Write(T.IsNaN(x) ? 0x7ff8000000000000 : BitConverter.DoubleToInt64Bits(double.CreateTruncating(x)));
        return stream.ToArray();
    }

    static T[] Numbers<T>(Random random, int n, bool wild) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = new T[n];
        for (var i = 0; i < n; i++)
            x[i] = T.CreateTruncating(!wild ? random.NextDouble() * 4 - 2 : random.Next(24) switch
            {
                0 => 0.0,
                1 => -0.0,
                2 => 1e-42,
                3 => -1e-310,
                4 => 1e30,
                5 => -1e300,
                6 => double.NaN,
                7 => double.PositiveInfinity,
                8 => double.NegativeInfinity,
                _ => random.NextDouble() * 2 - 1,
            });
        return x;
    }
}
