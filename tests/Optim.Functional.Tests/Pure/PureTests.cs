using MathNet.Numerics.LinearAlgebra;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.PureFace;

public class PureTests
{
    static IElementwiseRule Rule(string name) => (IElementwiseRule)Face.Rule(name);

    [Theory, MemberData(nameof(Face.Elementwise), MemberType = typeof(Face))]
    public void Arguments_are_only_read_and_results_share_no_array_with_them(string name)
    {
        var rule = Rule(name);
        var θ = Params.Of(("a", Face.Random<float>(new(1), [5])), ("w", Face.Random<float>(new(2), [2, 3])));
        var g = Params.Of(("a", Face.Random<float>(new(3), [5])));
        var (θ1, s1) = rule.Step(θ, g, rule.Init(θ));
        var before = Bits(θ1, s1);
        var (θ2, s2) = rule.Step(θ1, g, s1);
        foreach (var array in Arrays(θ2, s2)) Array.Clear(array);
        Assert.Equal(before, Bits(θ1, s1));
        Assert.Empty(Arrays(θ1, s1).Intersect(Arrays(θ2, s2)));
    }

    static IEnumerable<Array> Arrays(Params θ, State s) => θ.Values.Concat(Enumerable.Range(0, θ.Count).SelectMany(i => s[i].Slots.Values)).Select(t => t.Storage);
    static string Bits(Params θ, State s) => string.Concat(θ.Values.Select(Face.Bits)) + string.Concat(Enumerable.Range(0, θ.Count).SelectMany(i => s[i].Slots.Values).Select(Face.Bits)) + s;

    [Theory, MemberData(nameof(Face.Elementwise), MemberType = typeof(Face))]
    public void Arrays_vectors_matrices_and_Params_of_both_types_give_the_same_bits(string name)
    {
        var rule = Rule(name);
        double[] θ = [1, -2, 3, -4], g = [0.5, 0.25, -1, 8];
        Vector<double> v = Vector<double>.Build.Dense([.. θ]), vg = Vector<double>.Build.Dense([.. g]);
        Matrix<double> m = Matrix<double>.Build.Dense(2, 2, [.. θ]), mg = Matrix<double>.Build.Dense(2, 2, [.. g]);
        var expected = rule.Step(Params.Of(("p", θ)), Params.Of(("p", g)), rule.Init(Params.Of(("p", θ)))).Parameters[0].As<double>().Data;
        Assert.Equal(expected, rule.Step(θ, g, rule.Init(θ)).Parameters);
        Assert.Equal(expected, rule.Step(v, vg, rule.Init(v)).Parameters);
        Assert.Equal(expected, rule.Step(m, mg, rule.Init(m)).Parameters.ToColumnMajorArray());
        float[] single = [.. θ.Select(x => (float)x)], singleG = [.. g.Select(x => (float)x)];
        Vector<float> sv = Vector<float>.Build.Dense(single), svg = Vector<float>.Build.Dense(singleG);
        Matrix<float> sm = Matrix<float>.Build.Dense(2, 2, single), smg = Matrix<float>.Build.Dense(2, 2, singleG);
        var singly = rule.Step(single, singleG, rule.Init(single)).Parameters;
        Assert.Equal(singly, rule.Step(sv, svg, rule.Init(sv)).Parameters);
        Assert.Equal(singly, rule.Step(sm, smg, rule.Init(sm)).Parameters.ToColumnMajorArray());
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
        var rule = name == "SGD" ? new SGD(0.1) : Rule(name);
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
        Assert.Equal(Matrix<double>.Build.DenseOfRowArrays([-1, 1, 1], [1, -2, 1]), new SGD(1).Step(m, Matrix<double>.Build.Diagonal([2.0, 3]).Append(Matrix<double>.Build.Dense(2, 1)), new SGD(1).Init(m)).Parameters);
        Assert.Equal(Matrix<double>.Build.DenseOfRowArrays([-1, 1, 1], [1, -2, 1]), new SGD(1).Step(m, Matrix<double>.Build.Diagonal(2, 3, i => i + 2), new SGD(1).Init(m)).Parameters);
    }

    [Theory, MemberData(nameof(Face.Elementwise), MemberType = typeof(Face))]
    public void A_parameter_without_a_gradient_keeps_its_bits_and_its_count(string name)
    {
        var rule = Rule(name);
        var θ = Params.Of(("a", Face.Random<double>(new(1), [5])), ("b", Face.Random<double>(new(2), [3])));
        var (θ1, s1) = rule.Step(θ, θ, rule.Init(θ));
        var (θ2, s2) = rule.Step(θ1, Params.Of(("a", θ["a"])), s1);
        Assert.Equal(Face.Bits(θ1["b"]), Face.Bits(θ2["b"]));
        Assert.Equal(s1["b"].ToString(), s2["b"].ToString());
        Assert.NotEqual(Face.Bits(θ1["a"]), Face.Bits(θ2["a"]));
    }

    [Theory, MemberData(nameof(Face.Elementwise), MemberType = typeof(Face))]
    public void A_column_major_state_goes_on_with_row_major_parameters(string name)
    {
        var rule = Rule(name);
        var columns = Params.Of(("w", Matrix<double>.Build.Dense(2, 3, (i, j) => i - j)));
        var rows = Params.Of(("w", NDArray.Of(columns["w"].As<double>().ToArray(), 2, 3)));
        var (_, s) = rule.Step(columns, rows, rule.Init(columns));
        Assert.Equal(Face.Bits(rule.Step(columns, rows, s).Parameters["w"]), Face.Bits(rule.Step(rows, columns, s).Parameters["w"]));
        Assert.Equal(Face.Bits(rule.Run(_ => rows, 3, columns, s).Parameters["w"]), Face.Bits(rule.Run(_ => rows, 3, rows, s).Parameters["w"]));
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
        Assert.Equal([double.PositiveInfinity], new SGD(1, Maximize: true).Step([double.PositiveInfinity], [1.0], new SGD(1).Init(new double[1])).Parameters);

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
