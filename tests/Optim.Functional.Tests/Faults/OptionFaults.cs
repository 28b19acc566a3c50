using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Faults;

public class OptionFaults
{
    /// <summary>One wrong value for each way an option of any rule can be wrong.</summary>
    public static TheoryData<string, string, object?> Wrong =>
        [
            .. from rule in Registry.All
            from option in rule.Options
            from value in Values(option)
            select (rule.Name, option.Name, value),
        ];

    static IEnumerable<object?> Values(OptionInfo o)
    {
        if (o.Type == typeof(double)) return [double.NaN, "x", true, .. Negative(o), .. Null(o)];
        if (o.Type == typeof(double?[])) return [new[] { double.NaN, 0.5 }, .. HalfNull(o), new[] { 0.5 }, 0.5, null, "ab",
            new object[] { 0.5, "x" }];
        if (o.Name == "ns_coefficients")
            return [new[] { 0.5, double.NaN, 0.5 }, new[] { 0.5, 0.5 }, 0.5, null, "abc", new object[] { 0.5, "x", 0.5 }];
        if (o.Type == typeof(double[])) return [new[] { double.NaN, 0.5 }, new[] { 0.5 }, 0.5, null, "ab", new object[] { 0.5, "x" }];
        if (o.Default is -1) return [-2, 1.5, "x"];
        if (o.Type == typeof(int)) return o.Default is null ? [-1, 1.5, "x"] : [-1, 1.5, double.NaN, 1e300, "x", null];
        return o.Type == typeof(bool) ? [1, "x", null] : ["backtracking", 1];
    }

    /// <summary>A tuple whose second entry is null, unless that is the default.</summary>
    static object?[] HalfNull(OptionInfo o) => o.Default is double?[] and [_, null] ? [] : [new double?[] { 0.5, null }];

    /// <summary>Null, unless that is the default.</summary>
    static object?[] Null(OptionInfo o) => o is { Default: null, Required: false } ? [] : [null];

    /// <summary>-1, unless the option may be less than 0, or be any number.</summary>
    static object?[] Negative(OptionInfo o) =>
        o.Name is "dampening" or "lambd" or "alpha" or "t0" or "beta2_decay" or "d_coef" or "r" or "weight_lr_power"
        || o.Name.StartsWith("tolerance") || o.Default is -1.0
            ? []
            : [-1.0];

    [Theory, MemberData(nameof(Wrong))]
    public void A_refused_option_leaves_the_old_value(string rule, string option, object? value)
    {
        var optimizer = new Optimizer([Face.Single(Face.Rule(rule), "a", 2)], Face.Rule(rule));
        Face.Step(optimizer, 1);
        var message = Face.Refused<ArgumentException>(optimizer, () => optimizer.ParamGroups[0][option] = value);
        Assert.StartsWith(rule + ":", message);
        Assert.Contains(option, message);
        Assert.Contains(", got ", message);
    }

    [Theory]
    [InlineData("Adam", "lr", -1.0, "lr must be >= 0, got -1.")]
    [InlineData("Adam", "betas", new[] { 0.9, 1.0 }, "betas[1] must be in [0, 1), got 1.")]
    [InlineData("Adadelta", "rho", 1.5, "rho must be in [0, 1], got 1.5.")]
    [InlineData("Rprop", "etas", new[] { 0.0, 1.2 }, "etas[0] must be in (0, 1), got 0.")]
    [InlineData("Rprop", "etas", new[] { 0.5, 1.0 }, "etas[1] must be > 1, got 1.")]
    [InlineData("Muon", "ns_coefficients", new[] { 3.4, double.NaN, 2.0 }, "ns_coefficients[1] must be a number, got NaN.")]
    [InlineData("SGD", "dampening", double.NaN, "dampening must be a number, got NaN.")]
    public void A_refused_number_is_told_with_its_range(string rule, string option, object value, string message)
    {
        var optimizer = new Optimizer([Face.Single(Face.Rule(rule), "a", 2)], Face.Rule(rule));
        Assert.Equal($"{rule}: {message}", Face.Refused<ArgumentException>(optimizer, () => optimizer.ParamGroups[0][option] = value));
    }

    [Theory, MemberData(nameof(Wrong))]
    public void A_refused_option_of_an_added_group_adds_nothing(string rule, string option, object? value)
    {
        var optimizer = new Optimizer([Face.Single(Face.Rule(rule), "a", 2)], Face.Rule(rule));
        Assert.StartsWith(rule + ":",
            Face.Refused<ArgumentException>(optimizer, () =>
                optimizer.AddParamGroup(new(Face.Single(Face.Rule(rule), "bb", 2)) { [option] = value })));
        Assert.Single(optimizer.ParamGroups);
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void An_unknown_option_is_refused_with_the_known_ones(string rule)
    {
        var optimizer = new Optimizer([Face.Single(Face.Rule(rule), "a", 2)], Face.Rule(rule));
        var message = Face.Refused<ArgumentException>(optimizer, () => optimizer.ParamGroups[0]["learning_rate"] = 1);
        Assert.Contains($"{rule}: there is no option 'learning_rate'", message);
        Assert.Contains("lr, ", message);
        Assert.Throws<ArgumentException>(() => optimizer.ParamGroups[0]["learning_rate"]);
    }

    [Fact]
    public void A_with_that_is_out_of_range_is_refused_by_the_write_and_by_the_pure_step()
    {
        var (wrong, optimizer) = (new Adam() with { Lr = -1 }, new Optimizer([Face.Single("a", 2)], new Adam()));
        Assert.Contains(
            "Adam: lr must be >= 0, got -1",
            Face.Refused<ArgumentException>(optimizer, () => optimizer.ParamGroups[0].Rule = wrong));
        var θ = Params.Of(("a", new double[1]));
        Assert.Contains("got -1", Assert.Throws<ArgumentException>(() => wrong.Step(θ, θ, new Adam().Init(θ))).Message);
    }

    [Fact]
    public void A_group_takes_no_rule_of_another_type()
    {
        var optimizer = new Optimizer([Face.Single("a", 2)], new Adam());
        Assert.Contains("got Adamax", Face.Refused<ArgumentException>(optimizer, () => optimizer.ParamGroups[0].Rule = new Adamax()));
        Assert.Contains(
            "by its Plan",
            Face.Refused<ArgumentException>(optimizer, () => optimizer.ParamGroups[0].Rule = new Adam().OnNonFinite(NonFinite.Skip)));
        Assert.Contains("the rule: got null", Face.Refused<ArgumentNullException>(optimizer, () => optimizer.ParamGroups[0].Rule = null!));
    }

    [Fact]
    public void A_group_without_an_optimizer_has_no_rule_to_set()
    {
        var group = new ParamGroup(Face.Single("a", 2));
        Assert.Throws<InvalidOperationException>(() => group.Rule = new Adam());
        Assert.Equal("Adam", new Optimizer([group], new Adam()).Name);
    }

    [Fact]
    public void Nesterov_without_momentum_is_refused_with_both_values()
    {
        var optimizer = new Optimizer([Face.Single("a", 2)], new SGD(0.1));
        Assert.Contains(
            "got momentum 0 and dampening 0",
            Face.Refused<ArgumentException>(optimizer, () => optimizer.ParamGroups[0]["nesterov"] = true));
    }

    [Theory, InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void A_gradient_scale_must_be_finite(double scale)
    {
        var optimizer = new Optimizer([Face.Single("a", 2)], new Adam());
        Assert.Contains(
            "Adam: GradScale must be a finite number",
            Assert.Throws<ArgumentException>(() => optimizer.GradScale = scale).Message);
        var θ = Params.Of(("a", new double[1]));
        Assert.Contains(
            "Adam: scale must be a finite number",
            Assert.Throws<ArgumentException>(() => new Adam().Step(θ, θ, new Adam().Init(θ), scale)).Message);
    }

    [Fact]
    public void An_execution_of_null_or_of_no_thread_is_refused()
    {
        Assert.Contains(
            "Execution",
            Assert.Throws<ArgumentNullException>(() => new Optimizer([Face.Single("a", 2)], new Adam()).Execution = null!).Message);
        Assert.Contains("got 0", Assert.Throws<ArgumentOutOfRangeException>(() => new Execution { Threads = 0 }).Message);
    }

    [Theory, InlineData(500_000_000), InlineData(int.MaxValue)]
    public void Very_many_iterations_still_give_evaluations_to_make(int iterations)
    {
        var p = Face.Double("a", 3);
        var optimizer = new Optimizer([p], new LBFGS(MaxIter: iterations));
        optimizer.Step(() => Face.Quadratic([p], 1));
        Assert.True(optimizer.Memory().NIter > 2);
    }
}
