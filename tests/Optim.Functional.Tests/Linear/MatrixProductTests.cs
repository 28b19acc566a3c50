using System.Numerics;
using System.Runtime.CompilerServices;

namespace Optim.Functional.Tests.Linear;

public class MatrixProductTests
{
    /// <summary>Rows, columns and terms: none, one, around a tile and around the blocks that work is done in.</summary>
    static readonly (int M, int K, int N)[] Sizes =
    [
        (0, 0, 0), (0, 3, 2), (3, 0, 2), (2, 3, 0), (1, 1, 1), (1, 7, 1), (6, 5, 32), (5, 6, 16), (7, 192, 33), (13, 193, 31),
        (6, 191, 1), (1, 385, 65), (265, 3, 17), (5, 9, 513), (270, 200, 40), (70, 400, 300)
    ];

    /// <summary>The definition: one element after another, one term after another.</summary>
    static T[] Defined<T>(double α, MatrixPlace<T> a, MatrixPlace<T> b, double β, MatrixPlace<T> c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (result, αs, βs) = ((T[])[.. c.Span], T.CreateTruncating(α), T.CreateTruncating(β));
        var to = c with { Data = result };
        for (var i = 0; i < c.Rows; i++)
            for (var j = 0; j < c.Columns; j++)
            {
                var s = T.Zero;
                for (var k = 0; k < a.Columns; k++) s = T.FusedMultiplyAdd(a.At(i, k), b.At(k, j), s);
                to.At(i, j) = β == 0 ? αs * s : T.FusedMultiplyAdd(βs, to.At(i, j), αs * s);
            }
        return result;
    }

    /// <summary>Sizes from 2⁻²⁰ to 2²⁰, both signs, so that another order gives other bits.</summary>
    static T[] Numbers<T>(int n, Random random) where T : unmanaged, IFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, n).Select(_ => T.CreateTruncating((random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-20, 21))))];

    static Place<T> Within<T>(T[] array, int from) where T : unmanaged, IFloatingPointIeee754<T> => new(array, from);

    static MatrixPlace<T> Random<T>(int rows, int columns, bool transposed, Random random) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var before = random.Next(5);
        return new(Within(Numbers<T>(before + rows * columns, random), before), rows, columns, transposed);
    }

    static long[] Bits<T>(ReadOnlySpan<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var bits = new long[x.Length];
        for (var i = 0; i < bits.Length; i++) bits[i] = T.IsNaN(x[i]) ? long.MinValue + 1 : Raw(x[i]);
        return bits;
    }

    static long Raw<T>(T x) => typeof(T) == typeof(float) ? Unsafe.BitCast<T, int>(x) : Unsafe.BitCast<T, long>(x);

    /// <summary>Bits of a lane, and threads.</summary>
    public static TheoryData<int, int> Ways => new()
    {
        { 0, 1 }, { 128, 1 }, { 256, 1 }, { 512, 1 }, { 0, 3 }, { 128, 2 }, { 256, 8 }, { 512, 2 }, { 512, 5 }
    };

    static Execution How(int bits, int threads) => new() { LaneBits = bits, Threads = threads, SerialUpTo = 0 };

    [Theory, MemberData(nameof(Ways))]
    public void The_bits_are_those_of_the_definition_in_float32(int bits, int threads) => AsDefined<float>(How(bits, threads));

    [Theory, MemberData(nameof(Ways))]
    public void The_bits_are_those_of_the_definition_in_float64(int bits, int threads) => AsDefined<double>(How(bits, threads));

    static void AsDefined<T>(Execution how) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(1);
        var any = Enumerable.Range(0, 20).Select(_ => (random.Next(40), random.Next(40), random.Next(80)));
        foreach (var (m, k, n) in Sizes.Concat(any))
            for (var way = 0; way < 8; way++)
            {
                var (α, β) = (way % 4) switch { 0 => (1.0, 0.0), 1 => (0.3, 1), 2 => (-1, -0.7), _ => (2.5, 0.1) };
                var a = Random<T>(m, k, (way & 1) != 0, random);
                var b = Random<T>(k, n, (way & 2) != 0, random);
                var memory = Numbers<T>(m * n + 9, random);
                var c = new MatrixPlace<T>(Within(memory, 3), m, n, (way & 4) != 0);
                T[] wanted = [.. memory[..3], .. Defined(α, a, b, β, c), .. memory[^6..]];
                MatrixProduct.Run(α, a, b, β, c, how);
                Assert.Equal(Bits<T>(wanted), Bits<T>(memory));
            }
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_symmetric_product_has_the_bits_of_the_general_one(int bits, int threads)
    {
        var (random, how) = (new Random(2), How(bits, threads));
        foreach (var (n, k) in new[] { (0, 2), (1, 1), (5, 0), (6, 3), (33, 7), (64, 200), (150, 20), (300, 30), (530, 5) })
            foreach (var transposed in new[] { false, true })
            {
                var (x, zero) = (Random<float>(n, k, transposed, random), new MatrixPlace<float>(new float[n * n], n, n));
                var wanted = zero;
                MatrixProduct.Run(0.3, x, x.Transpose, 0, wanted, how);
                var got = new MatrixPlace<float>(Enumerable.Repeat(float.NaN, n * n).ToArray(), n, n, transposed);
                MatrixProduct.Symmetric(0.3, x, 0, got, how);
                Assert.Equal(Bits<float>(wanted.Span), Bits<float>(got.Span));

                MatrixProduct.Run(1, x, x.Transpose, -0.4, wanted, how);
                MatrixProduct.Symmetric(1, x, -0.4, got, how);
                Assert.Equal(Bits<float>(wanted.Span), Bits<float>(got.Span));
            }
    }

    [Theory, MemberData(nameof(Ways))]
    public void Infinities_NaNs_and_zeros_of_both_signs_spread_as_the_definition_says(int bits, int threads)
    {
        var other = BitConverter.Int64BitsToDouble(0x7ff8_0000_0000_0123);
        double[] some = [0, -0.0, 1, -1, double.NaN, other, 1 / 0.0, -1 / 0.0, double.MaxValue, double.Epsilon];
        var (random, how) = (new Random(3), How(bits, threads));
        MatrixPlace<double> Special(int rows, int columns, int often)
        {
            var m = Random<double>(rows, columns, false, random);
            foreach (ref var x in m.Span)
                if (random.Next(often) == 0) x = some[random.Next(some.Length)];
            return m;
        }
        foreach (var often in new[] { 1, 3, 30, 300 })
            foreach (var β in new[] { 0, 0.5 })
            {
                var (a, b, c) = (Special(50, 9, often), Special(9, 41, often), Special(50, 41, often));
                var wanted = Bits<double>(Defined(-1, a, b, β, c));
                MatrixProduct.Run(-1, a, b, β, c, how);
                Assert.Equal(wanted, Bits<double>(c.Span));
                foreach (var x in c.Span)
                    if (double.IsNaN(x)) Assert.Equal(Raw(double.NaN), Raw(x));
            }
    }

    [Fact]
    public void What_the_result_held_does_not_matter_if_beta_is_zero()
    {
        var c = new MatrixPlace<float>(Enumerable.Repeat(float.NaN, 4).ToArray(), 2, 2);
        foreach (var β in new[] { 0.0, -0.0 })
        {
            MatrixProduct.Run(1, new(new float[] { 1, 2, 3, 4 }, 2, 2), new(new float[] { 1, 0, 0, 1 }, 2, 2), β, c, Execution.Default);
            Assert.Equal([1, 2, 3, 4], c.Span);
        }
    }

    [Fact]
    public void A_product_of_no_terms_scales_what_is_there()
    {
        var c = new MatrixPlace<double>(new double[] { 2, -4 }, 1, 2);
        MatrixProduct.Run(3, new(new double[0], 1, 0), new(new double[0], 0, 2), 0.5, c, Execution.Default);
        Assert.Equal([1, -2], c.Span);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        MatrixPlace<float> Of(int rows, int columns) => new(new float[rows * columns], rows, columns);
        var e = Assert.Throws<ArgumentException>(() => MatrixProduct.Run(1, Of(2, 3), Of(4, 5), 0, Of(2, 5), Execution.Default));
        Assert.Contains("[2, 3] and [4, 5] was to be written to shape [2, 5]", e.Message);
        Assert.Throws<ArgumentException>(() => MatrixProduct.Run(1, Of(2, 3), Of(3, 5), 0, Of(5, 2), Execution.Default));
        Assert.Throws<ArgumentException>(() => MatrixProduct.Symmetric(1, Of(2, 3), 0, Of(3, 3), Execution.Default));
    }

    [Fact]
    public void A_result_that_lies_over_a_factor_is_refused_before_anything_is_written()
    {
        float[] all = [.. Enumerable.Range(0, 20)];
        MatrixPlace<float> At(int start) => new(Within(all, start), 2, 3);
        Assert.Throws<ArgumentException>(() => MatrixProduct.Run(1, At(0), new(new float[9], 3, 3), 0, At(5), Execution.Default));
        Assert.Throws<ArgumentException>(() => MatrixProduct.Run(1, new(new float[4], 2, 2), At(4), 0, At(4), Execution.Default));
        Assert.Throws<ArgumentException>(() => MatrixProduct.Symmetric(1, At(0), 0, new(Within(all, 4), 2, 2), Execution.Default));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (float)i), all);
        MatrixProduct.Run(1, At(0), new(new float[9], 3, 3), 0, At(6), Execution.Default);
    }

    [Fact]
    public void Memory_that_is_too_short_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() =>
        MatrixProduct.Run<float>(1, new(new float[5], 2, 3), new(new float[6], 3, 2), 0, new(new float[4], 2, 2), Execution.Default));

    [Theory, InlineData(1), InlineData(3)]
    public void Nothing_is_allocated_after_the_first_time(int threads)
    {
        var (random, how) = (new Random(4), How(512, threads));
        MatrixPlace<float> a = Random<float>(150, 200, false, random), b = Random<float>(200, 90, true, random);
        MatrixPlace<float> c = new(new float[150 * 90], 150, 90), s = new(new float[150 * 150], 150, 150);
        long All()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            MatrixProduct.Run(1, a, b, 0.5, c, how);
            MatrixProduct.Symmetric(1, a, 0, s, how);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        All();
        Assert.Equal(0, Enumerable.Range(0, 10).Min(_ => All()));
    }
}
