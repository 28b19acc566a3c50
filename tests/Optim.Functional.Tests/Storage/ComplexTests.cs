using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Complex = System.Numerics.Complex;

namespace Optim.Functional.Tests.Storage;

/// <summary>Complex numbers are pairs of real ones to a rule, as in torch.</summary>
public class ComplexTests
{
    static Complex Number(int i, int seed) => new(Math.Sin(i + seed), Math.Cos(3 * i - seed));

    static double[] Parts(Complex[] z) => [.. z.SelectMany(x => new[] { x.Real, x.Imaginary })];

    public static TheoryData<string> Rules =>
        [.. Lift.Variants.All.Where(r => r.Rule is IElementwiseRule { Sparse: not SparseGradients.Only }).Select(r => r.Name)];

    [Theory, MemberData(nameof(Rules))]
    public void A_step_on_complex_numbers_is_that_on_their_parts(string name)
    {
        Complex[] z = [.. Enumerable.Range(0, 37).Select(i => Number(i, 1))], g = new Complex[37];
        var (x, gx) = (Parts(z), new double[74]);
        Optimizer complex = new([new Parameter(z) { Grad = g }], Lift.Variants.Get(name)),
            real = new([new Parameter(x) { Grad = gx }], Lift.Variants.Get(name));
        for (var t = 2; t < 6; t++)
        {
            for (var i = 0; i < 37; i++) g[i] = Number(i, t);
            Parts(g).CopyTo(gx, 0);
            complex.Step();
            real.Step();
        }
        Assert.Equal(x, Parts(z));
    }

    [Fact]
    public void It_has_the_shape_of_the_complex_numbers_and_the_elements_of_their_parts()
    {
        NDArray z = new Complex32[] { new(1, 2), new(3, 4) }, w = Matrix<Complex>.Build.Dense(2, 3);
        Assert.Equal((true, 4L, typeof(float)), (z.IsComplex, z.Length, z.ElementType));
        Assert.Equal([2], z.Shape);
        Assert.Equal((true, 12L, typeof(double)), (w.IsComplex, w.Length, w.ElementType));
        Assert.Equal([2, 3], w.Shape);
        Assert.Equal([1, 2, 3, 4], z.As<float>().Span.ToArray());
        Assert.Equal("complex64 [2] 1 2 3 4", z.ToString());
        Assert.False(((NDArray)new float[2]).IsComplex);
    }

    [Fact]
    public void MathNets_vectors_and_matrices_are_shared_there_and_back()
    {
        var (v, m) = (Vector<Complex32>.Build.Dense(3), Matrix<Complex>.Build.Dense(2, 3));
        Assert.Same(v.AsArray(), NDArray.From(v).As<float>().ToVector<Complex32>().AsArray());
        Assert.Same(m.AsColumnMajorArray(), NDArray.From(m).As<double>().ToMatrix<Complex>().AsColumnMajorArray());
        NDArray.From(m).As<double>().Span[3] = 7;
        Assert.Equal(new Complex(0, 7), m[1, 0]);
    }

    [Fact]
    public void A_matrix_row_by_row_becomes_MathNets_column_by_column()
    {
        Complex[] rows = [.. Enumerable.Range(0, 35).Select(i => Number(i, 0))];
        var m = NDArray.Of(rows, 5, 7).ToMatrix<Complex>();
        Assert.Equal(rows, m.ToRowMajorArray());
        Assert.Equal(rows, NDArray.From(m).As<double>().ToArray<Complex>());
        Assert.Equal(Parts(rows), NDArray.From(m).As<double>().ToArray());
        Complex32[] singles = [.. rows.Select(z => new Complex32((float)z.Real, (float)z.Imaginary))];
        Assert.Equal(singles, NDArray.Of(singles, 5, 7).ToMatrix<Complex32>().ToRowMajorArray());
    }

    [Fact]
    public void What_the_pure_face_returns_is_complex_too()
    {
        var (rule, θ) = (new Adam(Lr: 1), Params.Of(("z", Vector<Complex>.Build.Dense(2, new Complex(1, -1)))));
        var (after, state) = rule.Step(θ, Params.Of(("z", new Complex[] { new(2, 0), new(0, 3) })), rule.Init(θ));
        Assert.Equal([1 - 1 / (1 + 1e-8 / 2), -1, 1, -1 - 1 / (1 + 1e-8 / 3)], after["z"].As<double>().ToArray(), (a, b) =>
            Math.Abs(a - b) < 1e-12);
        Assert.Equal(2, after["z"].As<double>().ToVector<Complex>().Count);
        Assert.True(state["z"].Slots["exp_avg"].IsComplex);
    }

    [Fact]
    public void A_saved_state_of_complex_numbers_is_read_again()
    {
        Optimizer Made() =>
            new(
                [new Parameter(new Complex[] { new(1, 2), new(3, 4) }) { Grad = new Complex[] { new(1, 0), new(0, 2) } }],
                new Adam());
        var (one, other) = (Made(), Made());
        one.Step();
        other.LoadStateDict(StateDict.FromJson(one.StateDict().ToJson()));
        var slot = other.State(other.ParamGroups[0].Parameters[0]).Slots["exp_avg"];
        Assert.True(slot.IsComplex);
        Assert.Equal(one.State(one.ParamGroups[0].Parameters[0]).Slots["exp_avg"].As<double>().ToArray(), slot.As<double>().ToArray());
    }

    [Fact]
    public void Real_and_complex_do_not_mix()
    {
        var p = new Parameter(new Complex[2], "z");
        Assert.Contains("[2] of complex numbers", Assert.Throws<ArgumentException>(() => p.Grad = new double[2]).Message);
        Assert.Throws<InvalidOperationException>(() => p.Value.As<double>().ToVector());
        Assert.Throws<InvalidOperationException>(() => p.Value.As<double>().Data);
        Assert.Contains("complex128", Assert.Throws<InvalidOperationException>(() => p.Value.As<double>().ToVector<Complex32>()).Message);
        Assert.Throws<InvalidOperationException>(() => ((NDArray)new double[2]).As<double>().ToArray<Complex>());
        Assert.Contains("dense", Assert.Throws<ArgumentException>(() => (NDArray)Vector<Complex>.Build.Sparse(2)).Message);
    }

    [Fact]
    public void A_buffer_holds_complex_parameters()
    {
        using var model = new ParameterBuffer<double>(Params.Of(("z", new Complex[] { new(1, 2), new(3, 4) }), ("x", new double[] { 5 })));
        Assert.Equal((true, "complex128 [2] 1 2 3 4"), (model.Values["z"].IsComplex, model.Values["z"].ToString()));
        Assert.Equal([new(1, 2), new(3, 4)], model.Values["z"].As<double>().ToArray<Complex>());
        new Optimizer(model.Parameters, new Adam()).Step();
    }
}
