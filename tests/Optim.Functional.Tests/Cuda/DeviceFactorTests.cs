using System.Numerics;
using Optim.Functional.Cuda;
using Optim.Functional.GpuCheck;

namespace Optim.Functional.Tests.Cuda;

/// <summary>Rules that decompose matrices now and then, or step blocks of them, on a device: the bits of the processor, and nothing copied
/// that need not be.</summary>
public class DeviceFactorTests
{
    public static TheoryData<string> Names => [.. WholeRules.WithFactors.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Steps_have_the_bits_of_the_processor(string name) =>
        DeviceWholeTests.Same(WholeRules.WithFactors[name], WholeRules.OfFactors);

    [Fact]
    public void A_triangular_solution_of_several_panels_has_the_bits_of_the_processor() =>
        DeviceWholeTests.Same(new PSGDKron(MemorySaveMode: "one_diag", MergeDims: false), [[2, 66], [65, 66]]);

    [Theory, InlineData(1, 1), InlineData(3, 5), InlineData(20, 30), InlineData(1, 300), InlineData(0, 4)]
    public void A_matrix_is_copied_to_where_it_stands_otherwise(int rows, int columns)
    {
        Copied<float>(rows, columns);
        Copied<double>(rows, columns);
    }

    static void Copied<T>(int rows, int columns) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var (random, device) = (new Random(rows), (CudaDevice)gpu.Zeros<T>(1).Device!);
        Pitch[] all = [new(columns, 1), new(1, rows), new(2 * columns, 2), new(columns + 3, 1)];
        foreach (var (there, here) in from a in all from b in all select (a, b))
        {
            var length = 2 * rows * columns + 3 * rows + 1;
            NDArray<T> from = NDArray.Of(DeviceWholeTests.Drawn<T>(random, length));
            NDArray<T> to = NDArray.Of(DeviceWholeTests.Drawn<T>(random, length));
            var (from2, to2) = ((NDArray<T>)gpu.Copy(from), (NDArray<T>)gpu.Copy(to));
            Pitch.Copy<T>(from.Span, there, to.Span, here, rows, columns);
            CudaCopies.Copy(device, from2.Where, there, to2.Where, here, rows, columns);
            Assert.Equal(to.ToArray(), to2.ToArray());
        }
        KernelTally.Add(driver.Ran.Keys, isEqual: true);
    }

    /// <summary>A parameter of 6 x 9 at its third step.</summary>
    public static TheoryData<string, int> Quiet => new()
    {
        { "SOAP", 0 }, { "SOAP normalized", 1 }, { "KLSOAP", 0 }, { "Shampoo", 0 }, { "PSGDKron", 1 }, { "Muon", 3 }, { "NorMuon", 9 },
    };

    [Theory, MemberData(nameof(Quiet))]
    public void A_step_without_a_refresh_copies_nothing_here_but_its_sums(string name, int sums)
    {
        var (driver, step) = Ready(name switch
        {
            "SOAP" => new SOAP(),
            "SOAP normalized" => new SOAP(NormalizeGrads: true, MergeDims: true),
            "KLSOAP" => new KLSOAP(),
            "Shampoo" => new Shampoo(PreconditionFrequency: 2, MaxPreconditionerDim: 4, Kl: true),
            "PSGDKron" => new PSGDKron(PreconditionerUpdateProbability: 0.5),
            "Muon" => new Muon(SplitSizes: [3, 2, 1]),
            _ => new NorMuon(SplitSizes: [3, 2, 1]),
        });
        step();
        step();
        var before = (driver.ToHostBytes, driver.Allocations);
        step();
        Assert.Equal((before.ToHostBytes + sums * sizeof(double), before.Allocations), (driver.ToHostBytes, driver.Allocations));
    }

    [Fact]
    public void A_refresh_copies_factors_and_never_the_parameter()
    {
        const int Factors = (6 * 6 + 9 * 9) * sizeof(float);
        var (driver, step) = Ready(new SOAP(PreconditionFrequency: 2));
        step();
        step();
        var before = driver.ToHostBytes;
        step();
        Assert.Equal(before + 2 * Factors, driver.ToHostBytes); // Q, which orders the columns of LQ, and LQ
    }

    static (FakeDriver Driver, Action Step) Ready(IRule rule)
    {
        var gpu = FakeDriver.Opened(out var driver);
        var random = new Random(5);
        var p = gpu.Parameters(new Parameter(NDArray.Of(DeviceWholeTests.Drawn<float>(random, 54), 6, 9), "w")).Single();
        p.Grad = gpu.Copy(NDArray.Of(DeviceWholeTests.Drawn<float>(random, 54), 6, 9));
        return (driver, new Optimizer([p], rule).Step);
    }

    public static TheoryData<string> Refreshed => ["SOAP", "KLSOAP", "Shampoo", "PSGDKron"];

    [Theory, MemberData(nameof(Refreshed))]
    public void A_refresh_that_fails_is_counted_and_leaves_what_it_leaves_on_the_processor(string name)
    {
        using var gpu = FakeDriver.Opened(out _);
        IGradientRule rule = name switch
        {
            "SOAP" => new SOAP(PreconditionFrequency: 1),
            "KLSOAP" => new KLSOAP(PreconditionFrequency: 1),
            "Shampoo" => new Shampoo(TargetParameterDimensionality: 2),
            _ => new PSGDKron(),
        };
        var here = new Parameter(NDArray.Of(DeviceWholeTests.Drawn<double>(new(1), 12), 3, 4), "w");
        var there = gpu.Parameters(here).Single();
        var (one, other) = (new Optimizer([here], rule), new Optimizer([there], rule));
        foreach (var bad in (bool[])[false, true])
        {
            var g = NDArray.Of(DeviceWholeTests.Drawn<double>(new(2), 12), 3, 4);
            if (bad) g.Span[5] = double.NaN;
            (here.Grad, there.Grad) = (g, gpu.Copy(g));
            one.Step();
            other.Step();
        }
        foreach (var (key, slot) in one.State(here).Slots)
            Assert.Equal(slot.As<double>().ToArray(), other.State(there).Slots[key].As<double>().ToArray());
        Assert.Equal([2], other.State(there).Slots["failed_refreshes"].As<double>().ToArray());
    }

    [Fact]
    public void A_rule_of_anothers_opens_what_it_looks_at()
    {
        using var gpu = FakeDriver.Opened(out _);
        var here = new Parameter(new float[] { 3, 1, 2, 4 }, "w");
        var there = gpu.Parameters(here).Single();
        here.Grad = new float[] { 1, 3, 2, 4 };
        there.Grad = gpu.Copy(here.Grad);
        foreach (var p in (Parameter[])[here, there])
        {
            var optimizer = new Optimizer([p], new Ranks());
            optimizer.Step();
            optimizer.Step();
            Assert.Equal([2], optimizer.State(p).Slots["steps"].As<float>().ToArray());
            Assert.Contains("gradient", Assert.Throws<InvalidOperationException>(new Optimizer([p], new Ranks(Writes: true)).Step).Message);
        }
        Assert.Equal([3, -3, 0, -2], here.Value.As<float>().ToArray());
        Assert.Equal([3, -3, 0, -2], there.Value.As<float>().ToArray());
    }

    [Fact]
    public void A_rule_of_anothers_that_throws_with_a_window_open_has_changed_nothing()
    {
        using var gpu = FakeDriver.Opened(out _);
        var there = gpu.Parameters(new Parameter(new float[] { 3, 1, 2 }, "w")).Single();
        there.Grad = gpu.Copy(new float[] { 1, 2, 3 });
        var optimizer = new Optimizer([there], new Ranks(Throws: true));
        Assert.Throws<NotSupportedException>(optimizer.Step);
        Assert.Equal([3, 1, 2], there.Value.As<float>().ToArray());
        Assert.False(optimizer.State(there).Exists);
    }

    /// <summary>A rule of a user's own: each number loses the rank that its gradient has, which are compared here; and its steps are
    /// counted.</summary>
    sealed record Ranks(bool Writes = false, bool Throws = false) : IWholeRule
    {
        public string Name => nameof(Ranks);
        public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => [new("steps") { Shape = _ => [1] }];
        public long WorkOf(IReadOnlyList<int> shape) => shape.Aggregate(1L, (n, d) => n * d);
        public bool IsMadeOfPasses => true;
        public void Validate() { }

        public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
        {
            if (Writes) x.G.Open().Span[0] = T.Zero;
            var u = x.Work(x.Length);
            using (var g = x.G.OpenRead())
            using (var ranks = u.OpenWrite())
                for (var i = 0; i < g.Span.Length; i++)
                {
                    var rank = 0;
                    foreach (var other in g.Span) rank += other < g.Span[i] ? 1 : 0;
                    ranks.Span[i] = T.CreateTruncating(rank);
                }
            x.Move(u, 1);
            using var steps = x.Slot(0).Open();
            steps.Span[0]++;
            if (Throws) throw new NotSupportedException();
        }
    }
}
