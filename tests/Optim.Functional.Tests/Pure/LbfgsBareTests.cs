using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.PureFace;

public class LbfgsBareTests
{
    static readonly LBFGS Rule = new(LineSearchFn: "strong_wolfe");

    [Fact]
    public void An_array_a_vector_and_a_matrix_lead_to_the_same_numbers()
    {
        double[] start = [3, -1, 0.5, 2];
        var (array, s1, loss) = Rule.Step((double[] x) => (Loss(x), Gradient(x)), start, Rule.Init(start));
        var vector = Vector<double>.Build.Dense((double[])start.Clone());
        var (v, s2, _) = Rule.Step(
            (Vector<double> x) => (Loss(x.AsArray()), Vector<double>.Build.Dense(Gradient(x.AsArray()))),
            vector,
            Rule.Init(vector));
        var matrix = Matrix<double>.Build.Dense(4, 1, (double[])start.Clone());
        var (m, s3, _) = Rule.Step(
            (Matrix<double> x) =>
                (Loss(x.AsColumnMajorArray()), Matrix<double>.Build.Dense(4, 1, Gradient(x.AsColumnMajorArray()))),
            matrix,
            Rule.Init(matrix));
        Assert.Equal(Loss(start), loss);
        Assert.Equal(array, v.ToArray());
        Assert.Equal(array, m.ToColumnMajorArray());
        Assert.Equal([3, -1, 0.5, 2], start);
        Assert.Equal(s1.Memory()!.NIter, s2.Memory()!.NIter);
        Assert.Equal(s1.Memory().NIter, s3.Memory()!.NIter);
        Assert.True(Loss(array) < 1e-8, $"{Loss(array)}");
    }

    [Fact]
    public void In_float32_it_minimises_too()
    {
        float[] start = [3, -1];
        var (x, _, _) = Rule.Step((float[] p) => (p[0] * p[0] + 4 * p[1] * p[1], [2 * p[0], 8 * p[1]]), start, Rule.Init(start));
        Assert.All(x, e => Assert.InRange(e, -1e-5f, 1e-5f));
    }

    [Fact]
    public void Without_a_function_there_is_no_step() =>
        Assert.Contains(
            "LBFGS: a step needs a closure",
            Assert
                .Throws<InvalidOperationException>(() =>
                    Rule.Step((Func<double[], (double, double[])>)null!, new double[1], Rule.Init(new double[1])))
                .Message);

    [Fact]
    public void Throw_names_where_the_gradient_is_not_finite()
    {
        double[] start = [1, 1];
        var fault = Assert.Throws<ArgumentException>(() =>
            Rule.OnNonFinite(NonFinite.Throw).Step((double[] _) => (1, [0, double.NaN]), start, Rule.Init(start)));
        Assert.Contains("LBFGS: the gradient is NaN at element 1", fault.Message);
    }

    [Fact]
    public void Skip_gives_the_start_and_its_state_back()
    {
        double[] start = [1, 1];
        var (calls, before) = (0, Rule.Init(start));
        var (x, s, loss) = Rule.OnNonFinite(NonFinite.Skip)
            .Step((double[] p) => (7 + calls, [1, calls++ == 0 ? 1 : double.PositiveInfinity]), start, before);
        Assert.Equal(start, x);
        Assert.NotSame(start, x);
        Assert.NotSame(before, s);
        Assert.Equal($"{before}", $"{s}");
        Assert.Equal(7, loss);
    }

    [Fact]
    public void By_default_a_start_whose_gradient_is_not_finite_stays_where_torch_makes_it_NaN()
    {
        double[] start = [1, 1];
        var (x, _, _) = Rule.Step((double[] _) => (1, [0, double.NaN]), start, Rule.Init(start));
        Assert.Equal(start, x);
    }

    static double Loss(double[] x) => x.Select((e, i) => (i + 1) * (e - i) * (e - i)).Sum();
    static double[] Gradient(double[] x) => [.. x.Select((e, i) => 2 * (i + 1) * (e - i))];
}
