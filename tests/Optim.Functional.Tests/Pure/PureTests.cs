using MathNet.Numerics.LinearAlgebra;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.PureFace;

public class PureTests
{
    static NDArray Of<T>(IRule rule, int seed, params int[] shape) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        Face.Random<T>(new(seed), Face.Shape(rule, shape));

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void Arguments_are_only_read_and_results_share_no_array_with_them(string name)
    {
        var rule = Face.Rule(name);
        var θ = Params.Of(("a", Of<float>(rule, 1, 5)), ("w", Of<float>(rule, 2, 2, 3)));
        var g = Params.Of(("a", Face.Taken(rule, Of<float>(rule, 3, 5))));
        var (θ1, s1) = rule.Step(θ, g, rule.Init(θ));
        var before = Bits(θ1, s1);
        var (θ2, s2) = rule.Step(θ1, g, s1);
        foreach (var array in Arrays(θ2, s2)) Array.Clear(array);
        Assert.Equal(before, Bits(θ1, s1));
        Assert.Empty(Arrays(θ1, s1).Intersect(Arrays(θ2, s2)));
    }

    static IEnumerable<Array> Arrays(Params θ, State s) =>
        θ.Values.Concat(Enumerable.Range(0, θ.Count).SelectMany(i => s[i].Slots.Values)).Select(t => t.Storage);
    static string Bits(Params θ, State s) =>
        string.Concat(θ.Values.Select(Face.Bits))
        + string.Concat(Enumerable.Range(0, θ.Count).SelectMany(i => s[i].Slots.Values).Select(Face.Bits))
        + s;

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void Arrays_vectors_matrices_and_Params_of_both_types_give_the_same_bits(string name)
    {
        var rule = (IGradientRule)Face.Rule(name);
        double[] θ = [1, -2, 3, -4], g = [0.5, 0.25, -1, 8];
        float[] single = [.. θ.Select(x => (float)x)], singleG = [.. g.Select(x => (float)x)];
        var (isSparse, takesVectors) = (rule.Sparse == SparseGradients.Only, rule.Refuses([4]) is null);

        Matrix<double> m = Matrix<double>.Build.Dense(2, 2, [.. θ]), mg = Matrix<double>.Build.Dense(2, 2, [.. g]);
        Matrix<float> sm = Matrix<float>.Build.Dense(2, 2, single), smg = Matrix<float>.Build.Dense(2, 2, singleG);
        if (isSparse) (mg, smg) = (Matrix<double>.Build.SparseOfMatrix(mg), Matrix<float>.Build.SparseOfMatrix(smg));
        var ofMatrix = rule.Step(m, mg, rule.Init(m)).Parameters.ToColumnMajorArray();
        var ofSingleMatrix = rule.Step(sm, smg, rule.Init(sm)).Parameters.ToColumnMajorArray();
        Assert.Equal(Of(m, mg).Data, ofMatrix);
        if (!takesVectors) return;

        Vector<double> v = Vector<double>.Build.Dense([.. θ]), vg = Vector<double>.Build.Dense([.. g]);
        Vector<float> sv = Vector<float>.Build.Dense(single), svg = Vector<float>.Build.Dense(singleG);
        if (isSparse) (vg, svg) = (Vector<double>.Build.SparseOfVector(vg), Vector<float>.Build.SparseOfVector(svg));
        var ofVector = rule.Step(v, vg, rule.Init(v)).Parameters.ToArray();
        var ofSingleVector = rule.Step(sv, svg, rule.Init(sv)).Parameters.ToArray();
        Assert.Equal(Of(v, vg).Data, ofVector);
        // A whole rule may look at rows and columns.
        if (rule is not IWholeRule)
        {
            Assert.Equal(ofVector, ofMatrix);
            Assert.Equal(ofSingleVector, ofSingleMatrix);
        }
        if (isSparse) return;

        Assert.Equal(ofVector, rule.Step(θ, g, rule.Init(θ)).Parameters);
        Assert.Equal(ofSingleVector, rule.Step(single, singleG, rule.Init(single)).Parameters);

        NDArray<double> Of(NDArray p, NDArray its) =>
            rule.Step(Params.Of(("p", p)), Params.Of(("p", its)), rule.Init(Params.Of(("p", p)))).Parameters[0].As<double>();
    }

    [Fact]
    public void Dense_MathNet_storage_is_taken_without_a_copy()
    {
        var (v, m) = (Vector<double>.Build.Dense(3), Matrix<float>.Build.Dense(2, 3));
        Assert.Same(v.AsArray(), ((NDArray)v).Storage);
        Assert.Same(m.AsColumnMajorArray(), ((NDArray)m).Storage);
        Assert.Same(m.AsColumnMajorArray(), ((NDArray)m).As<float>().ToMatrix().AsColumnMajorArray());
    }

    [Theory, InlineData("SGD"), InlineData("Adagrad")]
    public void A_sparse_gradient_updates_what_it_names_as_a_dense_one_would(string name)
    {
        var rule = name == "SGD" ? new SGD(0.1) : Face.Rule(name);
        var m = Matrix<double>.Build.Dense(3, 2, (i, j) => i + 10 * j);
        var g = Matrix<double>.Build.SparseOfIndexed(3, 2, [(0, 1, 2.0), (2, 0, -4.0)]);
        var (sparse, after) = rule.Step(m, g, rule.Init(m));
        var (dense, same) = rule.Step(m, Matrix<double>.Build.DenseOfMatrix(g), rule.Init(m));
        Assert.Equal(dense, sparse);
        Assert.Equal(same.ToString(), after.ToString());
    }

    [Fact]
    public void A_diagonal_gradient_is_a_sparse_one()
    {
        var m = Matrix<double>.Build.Dense(2, 3, 1);
        Assert.Equal(
            Matrix<double>.Build.DenseOfRowArrays([-1, 1, 1], [1, -2, 1]),
            new SGD(1)
                .Step(m, Matrix<double>.Build.Diagonal([2.0, 3]).Append(Matrix<double>.Build.Dense(2, 1)), new SGD(1).Init(m))
                .Parameters);
        Assert.Equal(
            Matrix<double>.Build.DenseOfRowArrays([-1, 1, 1], [1, -2, 1]),
            new SGD(1).Step(m, Matrix<double>.Build.Diagonal(2, 3, i => i + 2), new SGD(1).Init(m)).Parameters);
    }

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void A_parameter_without_a_gradient_keeps_its_bits_and_its_count(string name)
    {
        var rule = Face.Rule(name);
        var θ = Params.Of(("a", Of<double>(rule, 1, 5)), ("b", Of<double>(rule, 2, 3)));
        var g = θ.With(Array.ConvertAll(θ.Values, x => Face.Taken(rule, x)));
        var (θ1, s1) = rule.Step(θ, g, rule.Init(θ));
        var (θ2, s2) = rule.Step(θ1, Params.Of(("a", g["a"])), s1);
        Assert.Equal(Face.Bits(θ1["b"]), Face.Bits(θ2["b"]));
        Assert.Equal(s1["b"].ToString(), s2["b"].ToString());
        Assert.NotEqual(Face.Bits(θ1["a"]), Face.Bits(θ2["a"]));
    }

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void A_column_major_state_goes_on_with_row_major_parameters(string name)
    {
        var rule = Face.Rule(name);
        var columns = Params.Of(("w", Matrix<double>.Build.Dense(2, 3, (i, j) => i - j)));
        var rows = Params.Of(("w", NDArray.Of(columns["w"].As<double>().ToArray(), 2, 3)));
        Params g = Params.Of(("w", Face.Taken(rule, rows["w"]))), across = Params.Of(("w", Face.Taken(rule, columns["w"])));
        var (_, s) = rule.Step(columns, g, rule.Init(columns));
        var (mixed, own) = (rule.Step(rows, g, s).State["w"], rule.Step(columns, g, s).State["w"]);
        foreach (var (key, slot) in own.Slots) Face.Same(rule, slot, mixed.Slots[key]);
        Face.Same(rule, rule.Step(columns, g, s).Parameters["w"], rule.Step(rows, across, s).Parameters["w"]);
        Face.Same(rule, rule.Run(_ => g, 3, columns, s).Parameters["w"], rule.Run(_ => g, 3, rows, s).Parameters["w"]);
    }

    [Fact]
    public void A_slot_kept_while_its_option_was_off_goes_on_in_the_other_order_too()
    {
        var (on, off) = (new RMSprop(Momentum: 0.5), new RMSprop());
        var columns = Params.Of(("w", Matrix<double>.Build.Dense(2, 3, (i, j) => i - j + 0.5)));
        var rows = Params.Of(("w", NDArray.Of(columns["w"].As<double>().ToArray(), 2, 3)));
        var (_, s) = off.Step(columns, columns, on.Step(columns, columns, on.Init(columns)).State);
        Assert.Equal(Face.Bits(on.Run(_ => rows, 3, columns, s).Parameters["w"]), Face.Bits(on.Run(_ => rows, 3, rows, s).Parameters["w"]));
    }

    [Fact]
    public void An_infinite_parameter_without_weight_decay_stays_infinite_up_the_gradient_too() =>
        Assert.Equal(
            [double.PositiveInfinity],
            new SGD(1, Maximize: true).Step([double.PositiveInfinity], [1.0], new SGD(1).Init(new double[1])).Parameters);

    [Fact]
    public void Only_a_step_of_LBFGS_leaves_a_state_of_the_whole_model()
    {
        var (lbfgs, adam) = (new LBFGS(), new Adam());
        Assert.Empty(lbfgs.Init(new double[1]).ModelState);
        Assert.NotEmpty(lbfgs.Step((double[] x) => (x[0] * x[0], [2 * x[0]]), [1.0], lbfgs.Init(new double[1])).State.ModelState);
        Assert.Empty(adam.Step([1.0], [1.0], adam.Init(new double[1])).State.ModelState);
    }

    [Fact]
    public void SGD_counts_no_steps()
    {
        var rule = new SGD(1, Momentum: 0.5);
        Assert.Equal(0, rule.Step([1.0], [1.0], rule.Init(new double[1])).State[0].Step);
    }

    [Fact]
    public void LBFGS_pure_is_the_same_as_in_place_to_the_bit_and_only_reads()
    {
        var (rule, p) = (new LBFGS(MaxIter: 5, LineSearchFn: "strong_wolfe"), new[] { Face.Double("a", 3), Face.Double("w", 2, 3) });
        var θ = Params.Of(p.Select(x => (x.Name!, x.Value.Clone())));
        var (s, before, optimizer) = (rule.Init(θ), θ.ToString(), new Optimizer(p, rule));
        (double, Params) Loss(Params at)
        {
            Parameter[] here = [.. at.Entries.Select(e => new Parameter(e.Value.Clone(), e.Key))];
            var loss = Face.Quadratic(here, 3);
            return (loss, Params.Of(here.Select(x => (x.Name!, x.Grad!))));
        }
        var start = θ;
        for (var t = 0; t < 3; t++)
        {
            (θ, s, var loss) = rule.Step(Loss, θ, s);
            Assert.Equal(optimizer.Step(() => Face.Quadratic(p, 3)), loss);
        }
        Assert.Equal(p.Select(x => Face.Bits(x.Value)), θ.Values.Select(Face.Bits));
        Assert.Equal(Face.Text(optimizer.ModelState), Face.Text(s.ModelState));
        Assert.Equal(before, start.ToString());
    }
}
