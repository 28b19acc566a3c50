using MathNet.Numerics.LinearAlgebra;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.PureFace;

public class PureFaults
{
    static readonly Params θ = Params.Of(("a", new double[] { 1, 2 }), ("w", NDArray.Of<double>([1, 2, 3, 4, 5, 6], 2, 3)));
    static readonly Adam adam = new();
    static readonly State s = adam.Init(θ);

    /// <summary>The message of what <paramref name="act"/> throws; parameters and state stay.</summary>
    static string Refused<E>(Action act) where E : Exception
    {
        var before = $"{θ}{s}";
        var message = Assert.Throws<E>(act).Message;
        Assert.Equal(before, $"{θ}{s}");
        return message;
    }

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void The_state_of_another_rule_is_refused(string rule)
    {
        var other = Face.Rule(rule == "Adam" ? "AdamW" : "Adam");
        Assert.Contains($"{rule}: the state was made by {other.Name}",
            Refused<ArgumentException>(() => Face.Rule(rule).Step(θ, θ, other.Init(θ))));
    }

    [Fact]
    public void The_state_of_other_parameters_is_refused()
    {
        Assert.Contains(
            "the state is of 'b', the parameters are 'a', 'w'",
            Refused<ArgumentException>(() => adam.Step(θ, θ, adam.Init(Params.Of(("b", new double[2]))))));
        Assert.Contains(
            "the state of 'a' was made for shape [3] of float64 (C# double, F# float), the parameter has [2] of float64",
            Refused<ArgumentException>(() => adam.Step(θ, θ, adam.Init(Params.Of(("a", new double[3]), ("w", θ["w"]))))));
        Assert.Contains("the state is of one without a name", Refused<ArgumentException>(() => adam.Step(θ, θ, adam.Init(new double[2]))));
        Assert.Contains(
            "[2] of float32 (C# float), the parameter has [2] of float64 (C# double, F# float)",
            Refused<ArgumentException>(() => adam.Step([1.0, 2], [1.0, 2], adam.Init(new float[2]))));
    }

    [Fact]
    public void A_gradient_for_no_parameter_is_refused() =>
        Assert.Contains(
            "Adam: there is a gradient for 'v', but no such parameter. There are: 'a', 'w'.",
            Refused<ArgumentException>(() => adam.Step(θ, Params.Of(("v", new double[2])), s)));

    [Fact]
    public void A_gradient_of_another_shape_or_type_is_refused()
    {
        Assert.Contains(
            "Adam: the gradient of 'w' has shape [3, 2], the parameter [2, 3]",
            Refused<ArgumentException>(() => adam.Step(θ, Params.Of(("w", NDArray.Of(new double[6], 3, 2))), s)));
        Assert.Contains(
            "Adam: the gradient of 'a' has elements of type float32 (C# float)",
            Refused<ArgumentException>(() => adam.Step(θ, Params.Of(("a", new float[2])), s)));
        Assert.Contains(
            "Adam: the gradient has shape [3], the parameter [2]",
            Refused<ArgumentException>(() => adam.Step([1.0, 2], [1.0, 2, 3], adam.Init(new double[2]))));
        Assert.Contains(
            "Adam: the gradient of 'w' has shape [3, 2]",
            Refused<ArgumentException>(() => adam.Run(_ => Params.Of(("w", NDArray.Of(new double[6], 3, 2))), 1, θ, s)));
    }

    [Fact]
    public void Null_is_named()
    {
        double[] none = null!;
        Assert.Contains("the parameter: got null", Refused<ArgumentNullException>(() => adam.Step(none, [1], s)));
        Assert.Contains("the gradient: got null", Refused<ArgumentNullException>(() => adam.Step([1.0], none, adam.Init(new double[1]))));
        Assert.Contains("the gradients: got null", Refused<ArgumentNullException>(() => adam.Step(θ, null!, s)));
        Assert.Contains("the state: got null", Refused<ArgumentNullException>(() => adam.Step(θ, θ, null!)));
        Assert.Contains("the rule: got null", Refused<ArgumentNullException>(() => ((Adam)null!).Init(θ)));
        Assert.Contains("the gradient function", Refused<ArgumentNullException>(() => adam.Run(null!, 1, θ, s)));
        Assert.Contains("the gradients", Refused<ArgumentNullException>(() => adam.Run(_ => null!, 1, θ, s)));
    }

    [Fact]
    public void Parameters_that_are_none_twice_mixed_or_sparse_are_refused()
    {
        Assert.Contains("Adam: got an empty parameter list", Refused<ArgumentException>(() => adam.Init(Params.Of())));
        Assert.Contains(
            "Two parameters have the name 'a'",
            Refused<ArgumentException>(() => Params.Of(("a", new double[1]), ("a", new double[1]))));
        Assert.Contains(
            "'b' has elements of type float32 (C# float), the first parameter float64 (C# double, F# float)",
            Refused<ArgumentException>(() => adam.Init(Params.Of(("a", new double[1]), ("b", new float[1])))));
        Assert.Contains("'a' is sparse", Refused<ArgumentException>(() => adam.Init(Params.Of(("a", Vector<double>.Build.Sparse(3))))));
    }

    [Fact]
    public void A_name_that_is_not_there_is_told_with_those_that_are()
    {
        Assert.Contains("There is no parameter 'b'. There are: 'a', 'w'.", Refused<KeyNotFoundException>(() => _ = θ["b"]));
        Assert.Contains("There is no parameter 'b'. There are: 'a', 'w'.", Refused<KeyNotFoundException>(() => _ = s["b"]));
    }

    [Fact]
    public void A_negative_number_of_steps_is_refused() =>
        Assert.Contains(
            "Adam: the number of steps must be at least 0, got -1",
            Refused<ArgumentException>(() => adam.Run(x => x, -1, θ, s)));

    [Fact]
    public void LBFGS_checks_what_its_function_gives_back()
    {
        var lbfgs = new LBFGS();
        var start = lbfgs.Init(θ);
        Assert.Contains(
            "LBFGS: a step needs a closure",
            Refused<InvalidOperationException>(() => lbfgs.Step((Func<Params, (double, Params)>)null!, θ, start)));
        Assert.Contains(
            "LBFGS: there is a gradient for 'v'",
            Refused<ArgumentException>(() => lbfgs.Step(_ => (1, Params.Of(("v", new double[2]))), θ, start)));
        Assert.Contains(
            "LBFGS: the gradient of 'a' has shape [3]",
            Refused<ArgumentException>(() => lbfgs.Step(_ => (1, Params.Of(("a", new double[3]))), θ, start)));
        Assert.Contains(
            "LBFGS: lr must be >= 0, got -1",
            Refused<ArgumentException>(() => (lbfgs with { Lr = -1 }).Step(x => (1, x), θ, start)));
        Assert.Contains("LBFGS: the state was made by Adam", Refused<ArgumentException>(() => lbfgs.Step(x => (1, x), θ, s)));
        Assert.Contains("the gradients", Refused<ArgumentNullException>(() => lbfgs.Step(_ => (1, null!), θ, start)));
    }

    [Fact]
    public void On_non_finite_throws_with_name_and_index_or_skips()
    {
        var g = Params.Of(("w", NDArray.Of<double>([0, 0, 0, 0, 0, double.NaN], 2, 3)), ("a", new double[] { 1, 1 }));
        Assert.Contains(
            "Adam: the gradient of 'w' is NaN at element 5 (row 1, column 2)",
            Refused<ArgumentException>(() => adam.OnNonFinite(NonFinite.Throw).Step(θ, g, s)));
        var (same, after) = adam.OnNonFinite(NonFinite.Skip).Step(θ, g, s);
        Assert.Equal(θ.Entries.Select(e => Face.Bits(e.Value)), same.Entries.Select(e => Face.Bits(e.Value)));
        Assert.False(after["a"].Exists);
        Assert.True(double.IsNaN(adam.Step(θ, g, s).Parameters["w"].As<double>().Data[5]));
    }

    [Fact]
    public void Skip_leaves_the_step_out_however_many_gradients_are_not_finite()
    {
        var g = Params.Of(("a", new[] { double.NaN, 1 }), ("w", NDArray.Of<double>([0, 0, 0, 0, 0, double.NaN], 2, 3)));
        var (same, _) = adam.OnNonFinite(NonFinite.Skip).Step(θ, g, s);
        Assert.Equal(θ.Entries.Select(e => Face.Bits(e.Value)), same.Entries.Select(e => Face.Bits(e.Value)));
    }

    [Fact]
    public void The_last_on_non_finite_counts() =>
        Assert.True(
            double.IsNaN(
                adam.OnNonFinite(NonFinite.Throw)
                    .OnNonFinite(NonFinite.Propagate)
                    .Step([1.0], [double.NaN], adam.Init(new double[1]))
                    .Parameters[0]));
}
