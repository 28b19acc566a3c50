using System.Numerics;
using Optim.Functional.Cuda;
using Optim.Functional.GpuCheck;

namespace Optim.Functional.Tests.Cuda;

/// <summary>Rules of whole tensors that are made of passes, sums and products, on a device: the bits of the processor.</summary>
public class DeviceWholeTests
{
    public static TheoryData<string> Names => [.. WholeRules.MadeOfPasses.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Steps_have_the_bits_of_the_processor(string name) => Same(WholeRules.MadeOfPasses[name], WholeRules.OfPasses);

    [Fact]
    public void Those_of_a_rule_of_ones_own_too() => Same(new Halves(), WholeRules.OfPasses);

    /// <summary>Three steps here and there, in both types.</summary>
    internal static void Same(IRule rule, int[][] shapes)
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var wholes = new Wholes(gpu);
        Assert.Null(wholes.Differ<float>(rule, shapes));
        Assert.Null(wholes.Differ<double>(rule, shapes));
        KernelTally.Add(driver.Ran.Keys, isEqual: true);
    }

    internal static T[] Drawn<T>(Random random, int n) where T : unmanaged, IFloatingPointIeee754<T> =>
        Wild.Numbers<T>(random, n, isTame: true);

    static void Equal<T>(NDArray here, NDArray there, string what) where T : unmanaged, IFloatingPointIeee754<T> =>
        Assert.True(DeviceModel<T>.Bytes(here).SequenceEqual(DeviceModel<T>.Bytes(there)), $"{what}:\n{here}\n{there}");

    [Theory, InlineData(1, 1, 1), InlineData(3, 5, 0), InlineData(64, 64, 16), InlineData(65, 2, 33), InlineData(2, 130, 7)]
    public void Products_have_the_bits_of_the_processor(int m, int n, int k)
    {
        Products<float>(m, n, k);
        Products<double>(m, n, k);
    }

    static void Products<T>(int m, int n, int k) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var (random, device) = (new Random(m + n + k), (CudaDevice)gpu.Zeros<T>(1).Device!);
        foreach (var (ofA, ofB, ofC) in from a in Both from b in Both from c in Both select (a, b, c))
            foreach (var β in (double[])[0, -0.3])
            {
                NDArray<T> x = NDArray.Of(Drawn<T>(random, m * k)), y = NDArray.Of(Drawn<T>(random, k * n));
                var z = NDArray.Of(Drawn<T>(random, m * n));
                if (x.Length > 0) x.Data[0] = T.NaN;
                var (x2, y2, z2) = ((NDArray<T>)gpu.Copy(x), (NDArray<T>)gpu.Copy(y), (NDArray<T>)gpu.Copy(z));
                MatrixProduct.Run<T>(0.7, new(x.Place, m, k, ofA), new(y.Place, k, n, ofB), β, new(z.Place, m, n, ofC), Execution.Default);
                CudaProducts.Multiply<T>(device, 0.7, new(x2.Where, m, k, ofA), new(y2.Where, k, n, ofB), β, new(z2.Where, m, n, ofC));
                Equal<T>(z, z2, $"{m} x {n} x {k}, {ofA}, {ofB}, {ofC}, {β}");
            }
        KernelTally.Add(driver.Ran.Keys, isEqual: true);
    }

    static bool[] Both => [false, true];

    [Fact]
    public void A_rule_of_anothers_that_throws_has_changed_nothing()
    {
        using var gpu = FakeDriver.Opened(out _);
        var parameter = gpu.Parameters(new Parameter(new float[] { 1, 2 }, "w")).Single();
        parameter.Grad = gpu.Copy(new float[] { 1, 1 });
        var optimizer = new Optimizer([parameter], new Halves(Throws: true));
        Assert.Throws<NotSupportedException>(optimizer.Step);
        Assert.Equal([1, 2], parameter.Value.As<float>().ToArray());
        Assert.Equal(0, optimizer.Steps);
        Assert.Contains("whose memory is not this process's",
            Assert.Throws<InvalidOperationException>(new Optimizer([parameter], new Halves(Looks: true)).Step).Message);
        Assert.Equal([1, 2], parameter.Value.As<float>().ToArray());
    }

    /// <summary>A rule of a user's own: θ/2 + g·‖θ‖.</summary>
    sealed record Halves(bool Throws = false, bool Looks = false) : IWholeRule
    {
        public string Name => nameof(Halves);
        public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => [];
        public bool IsMadeOfPasses => true;
        public void Validate() { }

        public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
        {
            x.Each(new Half(Math.Sqrt(x.SumOfSquares(x.θ))), x.θ, x.G, to: x.θ);
            if (Looks) x.θ.Span[0] = T.Zero;
            if (Throws) throw new NotSupportedException();
        }

        readonly record struct Half(double Norm) : IPass
        {
            public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
                use.Run(new At<L>(L.Of(0.5), L.Of(Norm)));

            readonly record struct At<L>(L Half, L Norm) : IStep<L> where L : struct, ILane<L>
            {
                public static int SlotCount => 0;
                public L Step(L θ, L g, ref Slots<L> s) => L.Fma(Norm, g, Half * θ);
            }
        }
    }
}
