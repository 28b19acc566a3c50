using System.Numerics;

namespace Optim.Functional.Tests.Linear;

public class ReduceTests
{
    /// <summary>All lengths up to some, then a block and a chunk, with one element more and one less.</summary>
    static readonly int[] Lengths = [.. Enumerable.Range(0, Lift.Sizes.Longest + 1),
        .. new[] { BlockSum.Length, 3 * BlockSum.Length, Sweep<float>.Chunk, 3 * Sweep<float>.Chunk }.SelectMany(n =>
            new[] { n - 1, n, n + 1 }),
    ];

    static readonly Execution Scalar = new() { LaneBits = 0, Threads = 1 };

    /// <summary>Sizes from 2⁻²⁰ to 2²⁰, both signs, so that an order of its own gives bits of its own.</summary>
    static T[] Vector<T>(int n, int seed) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, n)
                .Select(_ => T.CreateTruncating((random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-20, 21)))),
        ];
    }

    static double Dot<T>(T[] x, T[] y, Execution how) where T : unmanaged, IFloatingPointIeee754<T> => Reduce.Dot<T>(x, y, x.Length, how);

    static double SumOfSquares<T>(T[] x, Execution how) where T : unmanaged, IFloatingPointIeee754<T> =>
        Reduce.SumOfSquares<T, Several<T>>(new([x]), how);

    static double SumAbs<T>(T[] x, Execution how) where T : unmanaged, IFloatingPointIeee754<T> => Reduce.SumAbs<T>(x, x.Length, how);

    static double MaxAbs<T>(T[] x, Execution how) where T : unmanaged, IFloatingPointIeee754<T> => Reduce.MaxAbs<T>(x, x.Length, how);

    static long[] Bits<T>(T[] x, T[] y, Execution how) where T : unmanaged, IFloatingPointIeee754<T> =>
    [
        .. new[] { Dot(x, y, how), SumOfSquares(x, how), SumAbs(x, how), MaxAbs(x, how) }.Select(BitConverter.DoubleToInt64Bits)
    ];

    public static TheoryData<int, int> Ways => new() { { 512, 1 }, { 256, 1 }, { 128, 1 }, { 0, 3 }, { 512, 2 }, { 256, 8 } };

    [Theory, MemberData(nameof(Ways))]
    public void Lanes_and_threads_do_not_change_a_bit_in_float32(int bits, int threads) =>
        Same<float>(
            new() { LaneBits = bits, Threads = threads, SerialUpTo = 0 });

    [Theory, MemberData(nameof(Ways))]
    public void Lanes_and_threads_do_not_change_a_bit_in_float64(int bits, int threads) =>
        Same<double>(
            new() { LaneBits = bits, Threads = threads, SerialUpTo = 0 });

    static void Same<T>(Execution how) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var n in Lengths)
        {
            var (x, y) = (Vector<T>(n, 1), Vector<T>(n, 2));
            Assert.Equal(Bits(x, y, Scalar), Bits(x, y, how));
        }
    }

    [Fact]
    public void Where_a_vector_lies_does_not_change_a_bit()
    {
        var (x, y) = (Vector<float>(5000, 1), Vector<float>(5000, 2));
        var wanted = Reduce.Dot<float>(new(x, 7), new(y, 3), 4000, Scalar);
        Assert.Equal(wanted, Dot(x[7..4007], y[3..4003], Execution.Default));
    }

    [Fact]
    public void Sums_of_floats_are_as_near_as_they_say() => Near<float>();

    [Fact]
    public void Sums_of_doubles_are_as_near_as_they_say() => Near<double>();

    static void Near<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var n in Lengths)
        {
            var (x, y) = (Vector<T>(n, 3), Vector<T>(n, 4));
            // 268 + log2(n / 32768) roundings, as Reduce says.
            var error = Math.ScaleB(268 + Math.Max(0, Math.Log2(n / 32768.0)), -53);
            void Check(double got, IEnumerable<BigInteger> terms)
            {
                var (sum, size) = (BigInteger.Zero, BigInteger.Zero);
                foreach (var term in terms) (sum, size) = (sum + term, size + BigInteger.Abs(term));
                Assert.True(
                    BigInteger.Abs(Whole(got) * Unit - sum) <= size * (BigInteger)Math.ScaleB(error, 60) >> 60,
                    $"{n} elements: {got:R}");
            }
            Check(Dot(x, y, Execution.Default), x.Zip(y, (a, b) => Whole(a) * Whole(b)));
            Check(SumOfSquares<T>(x, Execution.Default), x.Select(a => Whole(a) * Whole(a)));
            Check(SumAbs(x, Execution.Default), x.Select(a => BigInteger.Abs(Whole(a)) * Unit));
        }
    }

    static readonly BigInteger Unit = BigInteger.One << 200;

    /// <summary>x in units of 2⁻²⁰⁰, exact for doubles that are multiples of it.</summary>
    static BigInteger Whole<T>(T x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var bits = BitConverter.DoubleToInt64Bits(double.CreateTruncating(x));
        var (exponent, fraction) = ((int)(bits >> 52 & 0x7ff), bits & 0xfffffffffffff);
        if (exponent == 0) return 0;
        var size = new BigInteger(fraction | 1L << 52);
        size = exponent - 1075 + 200 is >= 0 and var up ? size << up : size >> -(exponent - 1075 + 200);
        return bits < 0 ? -size : size;
    }

    [Fact]
    public void The_largest_is_found_wherever_it_stands()
    {
        for (var at = 0; at < 100; at++)
        {
            var x = Vector<float>(100, 5);
            x[at] = -2e6f;
            Assert.Equal(2e6f, MaxAbs(x, Execution.Default));
        }
    }

    [Theory, InlineData(0), InlineData(512)]
    public void A_NaN_anywhere_is_the_one_NaN_of_every_result(int bits)
    {
        foreach (var at in new[] { 0, 31, 99 })
            foreach (var nan in new[] { double.NaN, -double.NaN, BitConverter.Int64BitsToDouble(0x7ff0000000000123) })
            {
                var x = Vector<double>(100, 6);
                x[at] = nan;
                Assert.All(Bits(x, x, Scalar with { LaneBits = bits }), got =>
                    Assert.Equal(BitConverter.DoubleToInt64Bits(double.NaN), got));
            }
    }

    [Fact]
    public void Infinity_less_infinity_is_NaN_and_the_largest_is_infinite()
    {
        float[] x = [1, float.PositiveInfinity, float.NegativeInfinity];
        Assert.Equal(double.NaN, Dot(x, [1, 1, 1], Execution.Default));
        Assert.Equal(double.PositiveInfinity, MaxAbs(x, Execution.Default));
    }

    [Fact]
    public void Squares_of_the_largest_and_the_smallest_floats_neither_overflow_nor_vanish()
    {
        Assert.Equal((double)float.MaxValue * float.MaxValue, SumOfSquares<float>([float.MaxValue], Execution.Default));
        Assert.Equal((double)float.Epsilon * float.Epsilon, SumOfSquares<float>([float.Epsilon], Execution.Default));
    }

    [Fact]
    public void A_second_vector_that_is_shorter_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Dot(new float[4], new float[3], Scalar));

    readonly record struct Several<T>(T[][] All) : IVectors<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public int Count => All.Length;
        public Stretch<T> this[int i] => new(All[i], All[i].Length);
    }

    [Theory, MemberData(nameof(Ways))]
    public void Squares_of_several_vectors_are_those_of_each_added_in_order(int bits, int threads)
    {
        var vectors = new Several<float>([.. new[] { 5, 0, 3 * Sweep<float>.Chunk + 9, 1, BlockSum.Length, 700 }.Select(Vector<float>)]);
        var wanted = vectors.All.Aggregate(0.0, (sum, x) => sum + SumOfSquares<float>(x, Scalar));
        Assert.Equal(
            wanted,
            Reduce.SumOfSquares<float, Several<float>>(
                vectors,
                new() { LaneBits = bits, Threads = threads, SerialUpTo = 0 }));
        Assert.Equal(0, Reduce.SumOfSquares<float, Several<float>>(new([]), Execution.Default));
    }

    [Fact]
    public void Nothing_is_allocated_after_the_first_time()
    {
        var (x, many, how) = (new float[100_000], new Several<float>([new float[100_000], new float[3]]), new Execution { Threads = 1 });
        double All() => Dot(x, x, how) + MaxAbs(x, how) + Reduce.SumOfSquares<float, Several<float>>(many, how);
        All();
        var before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
