using System.Numerics;
using Optim.Functional.Cuda;

namespace Optim.Functional.Tests.Cuda;

/// <summary>Rules of whole tensors that are made of passes, sums and products, on a device: the bits of the processor.</summary>
public class DeviceWholeTests
{
    static readonly int[][] shapes = [[5, 7], [66, 3], [9, 20], [1, 1], [3, 65], [2, 3, 4]];

    static readonly Dictionary<string, IRule> rules = new()
    {
        ["LAMB"] = new LAMB(),
        ["LAMB cautious clipped"] = new LAMB(Caution: true, TrustClip: true, AlwaysAdapt: true).ClipNorm(0.5),
        ["LAMB in stages"] = new LAMB(DecoupledDecay: true).Cautious().CautiousWeightDecay(0.1).Ema(0.9),
        ["LARS"] = new LARS(Lr: 0.1, Momentum: 0.9, WeightDecay: 0.1, Nesterov: true),
        ["LARS clipped"] = new LARS(Lr: 0.1, Maximize: true, WeightDecay: 0.1).ClipNorm(0.1),
        ["MARS"] = new MARS(Optimize1d: true),
        ["MARS lion"] = new MARS(Optimize1d: true, MarsType: "mars-lion", IsApprox: false, WeightDecay: 0.1),
        ["MARS shampoo-like"] = new MARS(Amsgrad: true, WeightDecay1d: 0.2),
        ["Muon"] = new Muon(Matrices: "flatten"),
        ["Muon polar express in stages"] =
            new Muon(Matrices: "batch", Coefficients: "polar_express", NsSteps: 4).Cautious().Ema(0.9).ClipNorm(0.3),
        ["Muon l2"] =
            new Muon(Matrices: "flatten", WeightDecayMethod: "l2", Nesterov: false, AdjustLrFn: "match_rms_adamw", Maximize: true),
        ["AdaMuon"] = new AdaMuon(),
        ["Adafactor"] = new Adafactor(WeightDecay: 0.1),
        ["Adafactor in stages"] = new Adafactor(Maximize: true).Cautious().Ema(0.9).ClipNorm(0.5),
        ["NorMuon"] = new NorMuon(),
        ["NAMO"] = new NAMO(),
        ["centralized"] = new AdamW().Centralize().ClipValue(0.3),
        ["rows clipped"] = new AdamW().ClipRows(0.1),
        ["noisy"] = new SGD(0.1).ClipNorm(0.5).Noise(0.1),
        ["own"] = new Halves(),
    };

    public static TheoryData<string> Names => [.. rules.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Steps_have_the_bits_of_the_processor_in_float32(string name) => Same<float>(rules[name]);

    [Theory, MemberData(nameof(Names))]
    public void Steps_have_the_bits_of_the_processor_in_float64(string name) => Same<double>(rules[name]);

    static void Same<T>(IRule rule) where T : unmanaged, IFloatingPointIeee754<T> => Same<T>(rule, shapes);

    /// <summary>Three steps here and there, of parameters of these shapes and of one that stands column by column.</summary>
    internal static void Same<T>(IRule rule, int[][] shapes) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var random = new Random(9);
        var plain = ((Plan.Of(rule)).Rule as IGradientRule)!;
        Parameter[] here =
        [
            .. shapes.Where(s => plain.Refuses(s) is null).Select((s, i) => new Parameter(Numbers<T>(random, s), $"p{i}")),
            .. new[] { new Parameter(Columns<T>(random, 6, 9), "columns") }.Where(p => plain.Refuses(p.Value.Shape) is null),
        ];
        var there = gpu.Parameters(here);
        var (one, other) = (new Optimizer(here, rule), new Optimizer(there, rule));
        for (var t = 0; t < 3; t++)
        {
            foreach (var (p, q) in here.Zip(there))
            {
                p.Grad = p.Value.ColumnMajor ? Columns<T>(random, 6, 9) : Numbers<T>(random, [.. p.Value.Shape]);
                q.Grad = gpu.Copy(p.Grad);
            }
            one.Step();
            other.Step();
            foreach (var (p, q) in here.Zip(there))
            {
                Equal<T>(p.Value, q.Value, p.Name!);
                foreach (var (key, slot) in one.State(p).Slots) Equal<T>(slot, other.State(q).Slots[key], $"{key} of {p.Name}");
            }
        }
        KernelTally.Add(driver.Ran.Keys, isEqual: true);

        var (pure, pureThere) = (Params.Of(("w", here[0].Value)), Params.Of(("w", there[0].Value)));
        var g = Params.Of(("w", here[0].Grad!));
        var (stepped, _) = rule.Step(pure, g, rule.Init(pure));
        var (steppedThere, _) = rule.Step(pureThere, gpu.Copy(g), rule.Init(pureThere));
        Equal<T>(stepped["w"], steppedThere["w"], "a pure step");
        Equal<T>(here[0].Value, there[0].Value, "what it started from");
    }

    static NDArray Numbers<T>(Random random, int[] shape) where T : unmanaged, IFloatingPointIeee754<T> =>
        shape.Length == 0
            ? NDArray.Scalar(Drawn<T>(random, 1)[0])
            : NDArray.Of(Drawn<T>(random, shape.Aggregate(1, (n, d) => n * d)), shape);

    internal static T[] Drawn<T>(Random random, int n) where T : unmanaged, IFloatingPointIeee754<T> =>
        Array.ConvertAll(new T[n], _ => T.CreateTruncating(random.NextDouble() * 2 - 1));

    static NDArray Columns<T>(Random random, int rows, int columns) where T : unmanaged, IFloatingPointIeee754<T> =>
        new NDArray<T>(Drawn<T>(random, rows * columns), [rows, columns], columnMajor: true);

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
