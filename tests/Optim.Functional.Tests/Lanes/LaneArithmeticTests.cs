using System.Numerics;

namespace Optim.Functional.Tests.Lanes;

/// <summary>What a formula relies on beyond IEEE arithmetic, on every lane: how NaN, signs and ends behave.</summary>
public class LaneArithmeticTests
{
    const double NaN = double.NaN, Inf = double.PositiveInfinity;

    [Fact]
    public void Max_and_min_are_NaN_if_either_side_is()
    {
        Every2((NaN, 1), NaN, NaN);
        Every2((1, NaN), NaN, NaN);
        Every2((1, 2), 2, 1);
        Every2((-0.0, 0.0), 0.0, -0.0);

        static void Every2((double, double) xy, double max, double min)
        {
            Every(xy, max, Max<Lane1<double>>(), Max<Lane128<double>>(), Max<Lane256<double>>(), Max<Lane512<double>>());
            Every(xy, min, Min<Lane1<double>>(), Min<Lane128<double>>(), Min<Lane256<double>>(), Min<Lane512<double>>());
        }
    }

    [Theory]
    [InlineData(3, 1), InlineData(-1e-320, -1), InlineData(-0.0, 0), InlineData(NaN, 0), InlineData(Inf, 1), InlineData(-Inf, -1)]
    public void Sign_is_torchs(double x, double sign) =>
        Every((x, 0), sign, Sign<Lane1<double>>(), Sign<Lane128<double>>(), Sign<Lane256<double>>(), Sign<Lane512<double>>());

    [Theory]
    [
        InlineData(1e8, 1.0, 1.0, 1.0),
        InlineData(1e8, 1.0, 0.0, 1e8),
        InlineData(0.0, 4.0, 0.25, 1.0),
        InlineData(0.0, 4.0, 0.75, 3.0),
        InlineData(Inf, 1.0, 0.1, NaN)
    ]
    public void Lerp_ends_at_its_ends(double a, double b, double w, double wanted)
    {
        Every((a, b), wanted, Lerp<Lane1<double>>(w), Lerp<Lane128<double>>(w), Lerp<Lane256<double>>(w), Lerp<Lane512<double>>(w));
        Assert.Equal((float)wanted, Apply((float)a, (float)b, Lerp<Lane1<float>>(w)));
    }

    [Fact]
    public void An_fma_rounds_once()
    {
        // (1 + 2^-52)(1 - 2^-52) - 1 = -2^-104, which two roundings turn into 0
        var (x, y) = (1 + Math.ScaleB(1, -52), 1 - Math.ScaleB(1, -52));
        Every((x, y), -Math.ScaleB(1, -104), Fma<Lane1<double>>(), Fma<Lane128<double>>(), Fma<Lane256<double>>(), Fma<Lane512<double>>());
    }

    static Func<L, L, L> Max<L>() where L : struct, ILane<L> => L.Max;
    static Func<L, L, L> Min<L>() where L : struct, ILane<L> => L.Min;
    static Func<L, L, L> Sign<L>() where L : struct, ILane<L> => (x, _) => L.Sign(x);
    static Func<L, L, L> Lerp<L>(double w) where L : struct, ILane<L> => (a, b) => L.Lerp(a, b, L.Of(w));
    static Func<L, L, L> Fma<L>() where L : struct, ILane<L> => (x, y) => L.Fma(x, y, L.Of(-1));

    static void Every(
        (double X, double Y) at,
        double wanted,
        Func<Lane1<double>, Lane1<double>, Lane1<double>> f1,
        Func<Lane128<double>, Lane128<double>, Lane128<double>> f2,
        Func<Lane256<double>, Lane256<double>, Lane256<double>> f4, Func<Lane512<double>, Lane512<double>, Lane512<double>> f8)
    {
        Assert.All(new[] { Apply(at.X, at.Y, f1), Apply(at.X, at.Y, f2), Apply(at.X, at.Y, f4), Apply(at.X, at.Y, f8) },
            got => Assert.Equal(Bits(wanted), Bits(got)));
        static long Bits(double x) => double.IsNaN(x) ? BitConverter.DoubleToInt64Bits(double.NaN) : BitConverter.DoubleToInt64Bits(x);
    }

    static T Apply<L, T>(T x, T y, Func<L, L, L> f) where L : struct, IMemoryLane<L, T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (a, b) = (new T[L.Width], new T[L.Width]);
        Array.Fill(a, x);
        Array.Fill(b, y);
        L.Store(f(L.Load(ref a[0], 0), L.Load(ref b[0], 0)), ref a[0], 0);
        Assert.All(a, e => Assert.Equal(a[0], e));
        return a[0];
    }
}
