using MathNet.Numerics.LinearAlgebra;
using static Optim.Functional.Torch;

namespace Optim.Functional.Tests.TorchFace;

public class GradientTests
{
    [Fact]
    public void ZeroGrad_makes_gradients_absent()
    {
        var p = new Parameter(new float[2]) { Grad = new float[2] };
        optim.Adam([p]).ZeroGrad();
        Assert.Null(p.Grad);
    }

    [Fact]
    public void ZeroGrad_to_zeros_clears_the_callers_own_array_and_leaves_absent_ones()
    {
        float[] g = [1, float.NaN];
        var (p, absent) = (new Parameter(new float[2]) { Grad = g }, new Parameter(new float[2]));
        optim.Adam([p, absent]).ZeroGrad(setToNull: false);
        Assert.Equal([0, 0], g);
        Assert.Null(absent.Grad);
    }

    [Fact]
    public void ZeroGrad_to_zeros_makes_a_sparse_gradient_a_dense_zero()
    {
        var p = new Parameter(Vector<double>.Build.Dense(3)) { Grad = Vector<double>.Build.SparseOfIndexed(3, [(1, 2.0)]) };
        optim.SGD([p], 0.1).ZeroGrad(setToNull: false);
        Assert.False(p.Grad.IsSparse);
        Assert.Equal(new double[3], p.Grad.As<double>().Data);
    }

    [Fact]
    public void Momentum_goes_on_where_a_sparse_gradient_has_no_element()
    {
        var p = new Parameter(Vector<double>.Build.Dense(3));
        var optimizer = optim.SGD([p], 0.5, momentum: 0.5);
        foreach (var element in new[] { 1, 2 })
        {
            p.Grad = Vector<double>.Build.SparseOfIndexed(3, [(element, 2.0)]);
            optimizer.Step();
        }
        Assert.Equal([0, -1.5, -1], p.Value.As<double>().Data);
    }

    [Fact]
    public void A_dense_gradient_after_a_sparse_one_moves_every_element()
    {
        var p = new Parameter(Vector<double>.Build.Dense(3)) { Grad = Vector<double>.Build.SparseOfIndexed(3, [(1, 2.0)]) };
        var optimizer = optim.SGD([p], 0.5);
        optimizer.Step();
        p.Grad = Vector<double>.Build.Dense(3, 2);
        optimizer.Step();
        Assert.Equal([-1, -2, -1], p.Value.As<double>().Data);
    }

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void Without_a_gradient_parameter_and_state_stay(string rule)
    {
        var (own, made) = (Face.Rule(rule), Face.Rule(rule) as IGradientRule);
        var optimizer = new Optimizer([Face.Single(own, "a", 3)], own);
        for (var t = 0; t < 3; t++) Face.Step(optimizer, t);
        optimizer.ZeroGrad();
        var before = Kept();
        optimizer.Step();
        Assert.Equal(before, Kept());

        // Without what a group shares: LAMB and Schedule-Free count the steps of a group, as their authors do.
        string Kept() => Face.Bits(optimizer.ParamGroups[0].Parameters[0].Value) + Face.Text(new StateDict(optimizer.StateDict().State,
            [.. optimizer.StateDict().ParamGroups.Select(g => g.Where(e => !made!.ModelScalars.Contains(e.Key)).ToDictionary())]));
    }

    [Theory, MemberData(nameof(Face.Apart), MemberType = typeof(Face))]
    public void A_parameter_whose_first_gradient_comes_late_starts_as_if_it_were_alone(string rule)
    {
        var own = Face.Rule(rule);
        var (late, alone, early) = (Face.Double(own, "p", 4), Face.Double(own, "p", 4), Face.Double(own, "q", 4));
        var (both, one) = (new Optimizer([early, late], own), new Optimizer([alone], own));
        for (var t = 0; t < 6; t++)
        {
            early.Grad = Face.Taken(own, Face.Noise(new(t), early.Value));
            if (t >= 3) late.Grad = alone.Grad = Face.Taken(own, Face.Noise(new(t), late.Value));
            both.Step();
            if (t >= 3) one.Step();
        }
        Assert.Equal(Face.Bits(alone.Value), Face.Bits(late.Value));
        Assert.Equal(one.State(alone).ToString(), both.State(late).ToString());
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void Tensors_of_no_elements_and_of_no_dimensions_are_stepped_saved_and_loaded(string rule)
    {
        var own = Face.Rule(rule);
        Parameter Of(string name, float[] values, params int[] shape) =>
            new(new NDArray<float>(values, Face.Shape(own, shape), columnMajor: false), name);
        Optimizer Make() => new([Of("none", [], 0), Of("flat", [], 3, 0), Of("one", [2])], own);
        var (optimizer, fresh) = (Make(), Make());
        for (var t = 0; t < 3; t++)
        {
            optimizer.Step(() =>
            {
                foreach (var p in optimizer.ParamGroups[0].Parameters) p.Grad = Face.Taken(own, p.Value.NewLike(0.25));
                return 1;
            });
        }
        fresh.LoadStateDict(Face.Again(optimizer.StateDict()));
        Assert.Equal(optimizer.StateDict().ToJson(), fresh.StateDict().ToJson());
        Assert.True(optimizer.ParamGroups[0].Parameters[2].Value.As<float>().Data[0] < 2);
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void Parameters_of_no_elements_alone_are_stepped(string rule)
    {
        var own = Face.Rule(rule);
        var (p, other) = (Face.Double(own, null, 0), Face.Double(own, null, 0));
        Assert.Equal(3.5, new Optimizer([p, other], own).Step(() => { p.Grad = Face.Taken(own, p.Value.NewLike(0)); return 3.5; }));
    }

    [Fact]
    public void A_MathNet_matrix_is_updated_in_its_own_storage()
    {
        var matrix = Matrix<float>.Build.Dense(2, 3, 1);
        optim.SGD([new Parameter(matrix) { Grad = Matrix<float>.Build.Dense(2, 3, (i, j) => i * 3 + j) }], lr: 1).Step();
        Assert.Equal(Matrix<float>.Build.Dense(2, 3, (i, j) => 1 - i * 3 - j), matrix);
    }

    [Fact]
    public void A_row_major_gradient_fits_a_column_major_parameter()
    {
        var matrix = Matrix<double>.Build.Dense(2, 3);
        optim.SGD([new Parameter(matrix) { Grad = NDArray.Of<double>([1, 2, 3, 4, 5, 6], 2, 3) }], lr: 1).Step();
        Assert.Equal(Matrix<double>.Build.DenseOfRowArrays([-1, -2, -3], [-4, -5, -6]), matrix);
    }

    [Fact]
    public void GradScale_multiplies_every_gradient()
    {
        var p = new Parameter(new double[] { 1 }) { Grad = new double[] { 64 } };
        var optimizer = optim.SGD([p], lr: 0.5);
        optimizer.GradScale = 1 / 64.0;
        optimizer.Step();
        Assert.Equal(0.5, p.Value.As<double>().Data[0]);
    }
}
