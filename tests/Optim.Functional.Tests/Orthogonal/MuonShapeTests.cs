namespace Optim.Functional.Tests.Orthogonal;

/// <summary>Which matrices a parameter is: convolutions, stacks of matrices, heads apart.</summary>
public class MuonShapeTests
{
    static readonly Muon muon = new(Lr: 0.1, WeightDecay: 0.2);

    static double[] Numbers(int n, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
    }

    /// <summary>Three steps of a parameter of this shape.</summary>
    static double[] Stepped(IRule rule, double[] start, Func<int, double[]> gradient, params int[] shape) =>
        Run(rule, numbers => NDArray.Of(numbers, shape), start, gradient);

    static double[] Run(IRule rule, Func<double[], NDArray> tensor, double[] start, Func<int, double[]> gradient)
    {
        var θ = Params.Of(("w", tensor((double[])start.Clone())));
        var state = rule.Init(θ);
        for (var t = 1; t <= 3; t++) (θ, state) = rule.Step(θ, Params.Of(("w", tensor(gradient(t)))), state);
        return θ[0].As<double>().ToArray();
    }

    [Fact]
    public void Only_matrices_are_taken_by_default_as_in_torch_and_the_message_says_what_takes_others()
    {
        var message = Assert.Throws<ArgumentException>(() =>
            new Optimizer([new Parameter(NDArray.Of(Numbers(2 * 3 * 3 * 3), 2, 3, 3, 3), "conv1.weight")], muon)).Message;
        Assert.Contains("'conv1.weight' of shape [2, 3, 3, 3] cannot be stepped: Muon is of matrices", message);
        Assert.Contains("'convolutions'", message);
        Assert.Equal("Muon: matrices must be null, 'batch', 'flatten' or 'convolutions', got 'conv'.",
            Assert.Throws<ArgumentException>(() => new Muon(Matrices: "conv")).Message);
    }

    [Theory, InlineData("flatten"), InlineData("convolutions")]
    public void A_convolution_is_the_matrix_of_its_outputs_and_all_the_rest(string matrices)
    {
        double[] g(int t) => Numbers(4 * 2 * 3 * 3, t);
        Assert.Equal(Stepped(muon, Numbers(72), g, 4, 18), Stepped(muon with { Matrices = matrices }, Numbers(72), g, 4, 2, 3, 3));
    }

    [Theory, InlineData("batch"), InlineData("convolutions")]
    public void Experts_are_each_made_orthogonal_by_themselves(string matrices)
    {
        double[] start = Numbers(24), both = Stepped(muon with { Matrices = matrices }, start, t => Numbers(24, t), 2, 3, 4);
        Assert.Equal(Stepped(muon, start[..12], t => Numbers(24, t)[..12], 3, 4), both[..12]);
        Assert.Equal(Stepped(muon, start[12..], t => Numbers(24, t)[12..], 3, 4), both[12..]);
    }

    /// <summary>Query, key and value in one matrix: heads apart, each as long as its own rows and columns say.</summary>
    [Theory, InlineData("spectral_unclamped"), InlineData(null), InlineData("none")]
    public void Blocks_of_rows_are_each_made_orthogonal_by_themselves_with_a_length_of_their_own(string? adjust)
    {
        var rule = muon with { AdjustLrFn = adjust };
        double[] start = Numbers(21), all = Stepped(rule with { SplitSizes = [3, 2, 2] }, start, t => Numbers(21, t), 7, 3);
        foreach (var (from, rows) in ((int, int)[])[(0, 3), (3, 2), (5, 2)])
        {
            double[] Part(double[] of) => of[(3 * from)..(3 * (from + rows))];
            MuonGoldens.Near($"rows from {from}", Stepped(rule, Part(start), t => Part(Numbers(21, t)), rows, 3), Part(all), 1e-14);
        }
    }

    [Fact]
    public void Blocks_of_a_matrix_by_columns_are_those_of_the_matrix_by_rows()
    {
        foreach (var rule in (IRule[])[muon with { SplitSizes = [3, 2, 2] }, new NorMuon(SplitSizes: [3, 2, 2])])
        {
            NDArray ByColumns(double[] rows) =>
                NDArray.From(MathNet.Numerics.LinearAlgebra.Matrix<double>.Build.DenseOfRowMajor(7, 3, rows));
            double[] wanted = Stepped(rule, Numbers(21), t => Numbers(21, t), 7, 3),
                got = Run(rule, ByColumns, Numbers(21), t => Numbers(21, t));
            MuonGoldens.Near(rule.Name, wanted, got, 1e-13);
        }
    }

    [Fact]
    public void Blocks_that_do_not_add_up_to_the_rows_are_refused()
    {
        var message = Assert.Throws<ArgumentException>(() =>
            new Optimizer([new Parameter(NDArray.Of(Numbers(12), 4, 3), "qkv")], muon with { SplitSizes = [3, 2] })).Message;
        Assert.Contains("'qkv' of shape [4, 3] cannot be stepped: split_sizes are [3, 2], together 5, and its matrices have 4 rows",
            message);
        Assert.Equal("Sizes are at least 1, got 0.", Assert.Throws<ArgumentException>(() => new Muon(SplitSizes: [3, 0])).Message);
    }

    [Fact]
    public void A_group_has_blocks_of_its_own_and_they_are_saved()
    {
        Parameter w = new(NDArray.Of(Numbers(12), 4, 3), "w"), qkv = new(NDArray.Of(Numbers(18), 6, 3), "qkv");
        Optimizer Made() => new([new ParamGroup(w), new ParamGroup(qkv) { ["split_sizes"] = new[] { 4, 2 } }], muon);
        var optimizer = Made();
        Assert.Equal([4, 2], ((Muon)optimizer.ParamGroups[1].Rule).SplitSizes!);
        Assert.Contains("split_sizes: [4, 2]", optimizer.ToString());
        var saved = StateDict.FromJson(optimizer.StateDict().ToJson());
        var other = Made();
        other.ParamGroups[1]["split_sizes"] = new[] { 3, 3 };
        Assert.Contains("group 1: split_sizes is [4, 2] now, was [3, 3]", other.LoadStateDict(saved).Changed);
        Assert.Equal(optimizer.ParamGroups[1].Rule, other.ParamGroups[1].Rule);
    }

    [Fact]
    public void A_step_of_any_of_these_allocates_nothing()
    {
        foreach (var (rule, shape) in ((IRule, int[])[])
            [(muon with { SplitSizes = [3, 2, 2] }, [7, 3]), (muon with { Matrices = "batch" }, [2, 3, 4]),
                (new NorMuon(SplitSizes: [3, 4]), [7, 3]), (muon.Hyperball(), [4, 3]), (muon.Cautious().Hyperball(2), [4, 3])])
        {
            var p = new Parameter(NDArray.Of(Numbers(shape.Aggregate(1, (n, d) => n * d)), shape));
            p.Grad = NDArray.Of(Numbers((int)p.Value.Length, 5), shape);
            Assert.Equal(0, Lift.AllocationTests.Bytes(new Optimizer([p], rule) { Execution = new() { Threads = 1 } }));
        }
    }
}
