using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Reports;

public class ReportTests
{
    static readonly Execution Reporting = new() { Reports = true, SerialUpTo = 0 };

    static float[] Numbers(int seed, int n)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => random.Next(5) == 0 ? 0 : (float)(random.NextDouble() * 2 - 1))];
    }

    static (Params, State) Step(IRule rule, float[] θ, float[] g, Execution how)
    {
        var p = Params.Of(("w", NDArray.Of<float>([.. θ], θ.Length)));
        return rule.Step(p, Params.Of(("w", NDArray.Of<float>([.. g], g.Length))), rule.Init(p), how: how);
    }

    public static TheoryData<string, int> Cases => new(
        from rule in new[] { "SGD", "AdamW", "LAMB" }
        from n in new[] { 1, 7, 16, 100, 4095, 4096, 4097, 4111, 4112, 20_000 }
        select (rule, n));

    static IRule Rule(string name) => name switch { "SGD" => new SGD(0.1), "AdamW" => new AdamW(0.1), _ => new LAMB(0.1) };

    [Theory, MemberData(nameof(Cases))]
    public void A_report_is_what_its_words_say(string name, int n)
    {
        var (θ, g) = (Numbers(1, n), Numbers(2, n));
        if (n > 5) g[5] = -2;
        var (next, state) = Step(Rule(name).LossScale(2), θ, g, Reporting);
        var report = state["w"].Report!;
        var after = next["w"].As<float>().ToArray();
        // float32 over 4096 elements: 256 terms in a column, each sum rounded; a root halves it.
        const double Rounding = 128 * 1.2e-7;
        Near(Math.Sqrt(g.Sum(x => (double)x * x)) / 2, report.GradientNorm);
        Near(Math.Sqrt(after.Zip(θ, (a, b) => (double)(a - b)).Sum(x => x * x)), report.UpdateNorm);
        Near(Math.Sqrt(after.Sum(x => (double)x * x)), report.ParameterNorm);
        Assert.Equal((n, g.Count(x => x == 0), 0), (report.Count, report.Zeros, report.NonFinite));
        var largest = g.Max(Math.Abs);
        Assert.Equal((largest / 2, Array.FindIndex(g, x => Math.Abs(x) == largest)), (report.Largest, report.LargestAt));
        Assert.Equal((1, 0.1), (report.Step, report.Lr));
        Assert.Equal(report.UpdateNorm / report.ParameterNorm, report.Ratio);

        void Near(double wanted, double got) => Assert.Equal(wanted, got, Rounding * wanted);
    }

    [Theory]
    [InlineData(4_000)]
    [InlineData(50_000)]
    public void Reports_and_steps_are_the_same_to_the_bit_for_any_lanes_and_threads(int n)
    {
        var (θ, g) = (Numbers(1, n), Numbers(2, n));
        var rule = new AdamW(0.1).Ema(0.9);
        var (wanted, state) = Step(rule, θ, g, Reporting with { LaneBits = 0, Threads = 1 });
        foreach (var bits in new[] { 128, 256, 512 })
            foreach (var threads in new[] { 1, 2, 3 })
            {
                var (got, s) = Step(rule, θ, g, Reporting with { LaneBits = bits, Threads = threads });
                Assert.Equal(state["w"].Report, s["w"].Report);
                Assert.Equal(Face.Bits(wanted[0]), Face.Bits(got[0]));
            }
        var (plain, without) = Step(rule, θ, g, Execution.Default);
        Assert.Equal(Face.Bits(wanted[0]), Face.Bits(plain[0]));
        Assert.Null(without["w"].Report);
    }

    [Theory]
    [InlineData(100, float.NaN)]
    [InlineData(9000, float.NaN)]
    [InlineData(9000, float.PositiveInfinity)]
    public void What_is_not_finite_is_counted_and_found(int n, float odd)
    {
        var g = Numbers(2, n);
        g[n / 3] = g[n / 2] = odd;
        var report = Step(new SGD(0.1), Numbers(1, n), g, Reporting).Item2["w"].Report!;
        Assert.Equal((2, n / 3), (report.NonFinite, report.LargestAt));
        Assert.Equal(odd, (float)report.Largest);
        Assert.Equal(g.Count(x => x == 0), report.Zeros);
    }

    [Fact]
    public void Squares_beyond_the_type_are_added_up_in_double()
    {
        var g = Enumerable.Repeat(1e20f, 8192).ToArray();
        var report = Step(new SGD(0), new float[8192], g, Reporting).Item2["w"].Report!;
        Assert.Equal(1e20 * Math.Sqrt(8192), report.GradientNorm, 1e20 * Math.Sqrt(8192) * 1e-7);
    }

    [Fact]
    public void An_index_is_that_of_the_rows_whichever_way_the_matrix_stands()
    {
        NDArray θ = MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.Dense(2, 3);
        var p = Params.Of(("w", θ));
        var g = Params.Of(("w", NDArray.Of<double>([0, 0, 5.0, 0, 1, 0], 2, 3)));
        var rule = new SGD(0.1);
        Assert.Equal(2, rule.Step(p, g, rule.Init(p), how: Reporting).State["w"].Report!.LargestAt);
    }

    [Fact]
    public void In_place_there_is_a_list_of_the_last_steps_and_a_hook_reads_it()
    {
        var a = new Parameter(new float[] { 1, 2 }, "a") { Grad = new float[] { 3, 4 } };
        var b = new Parameter(new float[] { 1 }, "b") { Grad = new float[] { 0 } };
        var optimizer = new Optimizer([a, b], new SGD(0.5)) { Execution = Reporting };
        var seen = new List<string>();
        using var hook = optimizer.RegisterStepPostHook(o => seen.Add(string.Join("; ", o.Reports.Select(r => $"{r.Parameter.Name} {r.Report.GradientNorm}"))));
        optimizer.Step();
        b.Grad = null;
        optimizer.Step();
        Assert.Equal(["a 5; b 0", "a 5"], seen);
        optimizer.Execution = Execution.Default;
        optimizer.Step();
        Assert.Empty(optimizer.Reports);
        Assert.Equal(2, optimizer.State(a).Report!.Step);
    }

    [Fact]
    public void They_allocate_nothing_in_place_but_when_they_are_read()
    {
        var p = new Parameter(new float[10_000], "a") { Grad = new float[10_000] };
        var optimizer = new Optimizer([p], new AdamW().Ema()) { Execution = Reporting with { Threads = 1 } };
        for (var t = 0; t < 3; t++) optimizer.Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var t = 0; t < 10; t++) optimizer.Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_long_tensor_that_begins_anywhere_can_be_asked_of_from_any_step_on()
    {
        var p = new Parameter(new float[100_000], "a") { Grad = Numbers(3, 100_000) };
        var other = new Parameter(new float[100_000], "a") { Grad = p.Grad };
        Optimizer asked = new([p], new AdamW(0.1)), never = new([other], new AdamW(0.1));
        for (var t = 0; t < 6; t++)
        {
            asked.Execution = t % 2 == 0 ? Execution.Default : Reporting;
            asked.Step();
            never.Step();
        }
        Assert.Equal(Face.Bits(other.Value), Face.Bits(p.Value));
        Assert.Equal((6, 100_000), (asked.State(p).Report!.Step, asked.State(p).Report!.Count));
    }
}
