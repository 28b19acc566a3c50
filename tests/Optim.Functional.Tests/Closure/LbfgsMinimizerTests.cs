using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Optim.Functional.Tests;

public class LbfgsMinimizerTests
{
    static readonly LbfgsMinimizer Tight = new(ToleranceGrad: 1e-8, ToleranceChange: 0);

    static Vector<double> V(params double[] x) => Vector<double>.Build.DenseOfArray(x);

    // As MathNet's own documentation writes it: value and gradient apart.
    static double Rosenbrock(Vector<double> x) => Math.Pow(1 - x[0], 2) + 100 * Math.Pow(x[1] - x[0] * x[0], 2);

    static Vector<double> Slope(Vector<double> x) =>
        V(-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] * x[0]), 200 * (x[1] - x[0] * x[0]));

    static IObjectiveFunction Valley() => ObjectiveFunction.Gradient(Rosenbrock, Slope);

    [Theory]
    [InlineData(1.2, 1.2), InlineData(-1.2, 1.0), InlineData(-0.9, -0.5)]
    public void It_takes_the_place_of_MathNets_minimizers(double a, double b)
    {
        IUnconstrainedMinimizer[] minimizers =
            [new LimitedMemoryBfgsMinimizer(1e-8, 1e-8, 1e-8, 5), new BfgsMinimizer(1e-8, 1e-8, 1e-8), Tight];
        Assert.All(minimizers, minimizer =>
        {
            // A gradient of 1e-8 is some 1e-8 times the condition of the valley, 2500, from the minimum.
            var found = minimizer.FindMinimum(Valley(), V(a, b)).MinimizingPoint;
            Assert.Equal(1, found[0], 2.5e-5);
            Assert.Equal(1, found[1], 2.5e-5);
        });
    }

    [Fact]
    public void The_result_is_the_objective_function_evaluated_where_it_ends()
    {
        var objective = Valley();
        var result = new LbfgsMinimizer().FindMinimum(objective, V(-1.2, 1));
        Assert.Same(objective, result.FunctionInfoAtMinimum);
        Assert.Equal(result.MinimizingPoint, objective.Point);
        Assert.Equal(Rosenbrock(objective.Point), objective.Value);
        Assert.Equal(Slope(objective.Point), objective.Gradient);
        Assert.InRange(result.Iterations, 10, 60);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void It_ends_where_a_step_of_the_rule_does_after_as_many_evaluations(bool relative)
    {
        var (ours, rules) = (0, 0);
        var rule = new LBFGS(MaxIter: 1000, MaxEval: int.MaxValue, LineSearchFn: "strong_wolfe", HistorySize: 4, Relative: relative);
        var start = V(-1.2, 1);
        var (wanted, _, _) = rule.Step(x => (Rosenbrock(x), Slope(x, ref rules)), start, rule.Init(start));
        var found = new LbfgsMinimizer(HistorySize: 4, Relative: relative)
            .FindMinimum(ObjectiveFunction.Gradient(x => (Rosenbrock(x), Slope(x, ref ours))), start);
        Assert.Equal(wanted, found.MinimizingPoint);
        Assert.InRange(ours - rules, 0, 1); // one more where the last point asked for was not the best
    }

    static Vector<double> Slope(Vector<double> x, ref int calls)
    {
        calls++;
        return Slope(x);
    }

    [Fact]
    public void A_small_gradient_is_the_exit_by_the_absolute_one()
    {
        var result = Tight.FindMinimum(Valley(), V(-1.2, 1));
        Assert.Equal(ExitCondition.AbsoluteGradient, result.ReasonForExit);
        Assert.InRange(result.FunctionInfoAtMinimum.Gradient.InfinityNorm(), 0, Tight.ToleranceGrad);
    }

    [Fact]
    public void A_gradient_small_beside_the_first_is_the_exit_by_the_relative_one()
    {
        var minimizer = Tight with { ToleranceGrad = 1e-6, Relative = true };
        var result = minimizer.FindMinimum(Valley(), V(-1.2, 1));
        Assert.Equal(ExitCondition.RelativeGradient, result.ReasonForExit);
        Assert.InRange(result.FunctionInfoAtMinimum.Gradient.InfinityNorm(), 0, 1e-6 * Slope(V(-1.2, 1)).InfinityNorm());
    }

    [Fact]
    public void Where_nothing_moves_any_more_the_exit_is_lack_of_progress() => Assert.Equal(
        ExitCondition.LackOfProgress,
        new LbfgsMinimizer(ToleranceGrad: 0, ToleranceChange: 1e-3).FindMinimum(Valley(), V(-1.2, 1)).ReasonForExit);

    [Fact]
    public void A_start_at_the_minimum_takes_no_iteration()
    {
        var result = new LbfgsMinimizer().FindMinimum(Valley(), V(1, 1));
        Assert.Equal((0, ExitCondition.AbsoluteGradient), (result.Iterations, result.ReasonForExit));
    }

    [Fact]
    public void One_iteration_too_few_is_MathNets_exception_and_the_objective_function_stands_where_it_came()
    {
        var needed = Tight.FindMinimum(Valley(), V(-1.2, 1)).Iterations;
        Assert.Equal(needed, (Tight with { MaxIter = needed }).FindMinimum(Valley(), V(-1.2, 1)).Iterations);

        var objective = Valley();
        var e = Assert.Throws<MaximumIterationsException>(() => (Tight with { MaxIter = needed - 1 }).FindMinimum(objective, V(-1.2, 1)));
        Assert.StartsWith($"LbfgsMinimizer: {needed - 1} iterations are done", e.Message);
        Assert.InRange(objective.Value, 0, 1e-6);
        Assert.InRange(Tight.FindMinimum(objective, objective.Point).Iterations, 1, needed);
    }

    [Fact]
    public void An_objective_without_a_gradient_is_incompatible_and_differences_mend_that()
    {
        var bare = ObjectiveFunction.Value(Rosenbrock);
        Assert.Throws<IncompatibleObjectiveException>(() => new LbfgsMinimizer().FindMinimum(bare, V(-1.2, 1)));
        var mended = new MathNet.Numerics.Optimization.ObjectiveFunctions.ForwardDifferenceGradientObjectiveFunction(
            bare, V(-10, -10), V(10, 10));
        // MathNet's step of 1e-5 is wrong by 5e-6 of a curvature of 800, and the valley's own curvature is 0.4.
        Assert.Equal(1, new LbfgsMinimizer().FindMinimum(mended, V(-1.2, 1)).MinimizingPoint[0], 1e-2);
    }

    [Theory]
    [InlineData(double.NaN, 1.0, "the value at the initial guess is NaN")]
    [InlineData(1.0, double.PositiveInfinity, "the gradient at the initial guess is not finite; the value is 1")]
    public void A_start_that_is_not_finite_is_MathNets_exception(double value, double slope, string wanted)
    {
        var objective = ObjectiveFunction.Gradient(_ => (value, V(slope)));
        var e = Assert.Throws<EvaluationException>(() => new LbfgsMinimizer().FindMinimum(objective, V(3)));
        Assert.Contains(wanted, e.Message);
        Assert.Same(objective, e.ObjectiveFunction);
    }

    [Fact]
    public void A_point_that_is_not_finite_is_stepped_back_from()
    {
        // x - ln x has its minimum at 1, and no value at all left of 0, where the first step leads.
        var objective = ObjectiveFunction.Gradient(x => (x[0] - Math.Log(x[0]), V(1 - 1 / x[0])));
        Assert.Equal(1, new LbfgsMinimizer(1e-10, ToleranceChange: 0).FindMinimum(objective, V(0.5)).MinimizingPoint[0], 1e-9);
        Assert.Equal(1, new LbfgsMinimizer(1e-10, ToleranceChange: 0).FindMinimum(objective, V(30)).MinimizingPoint[0], 1e-9);
    }

    [Fact]
    public void What_the_objective_function_throws_comes_through()
    {
        var (calls, own) = (0, new TimeoutException("too slow"));
        var objective = ObjectiveFunction.Gradient(x => ++calls == 3 ? throw own : (Rosenbrock(x), Slope(x)));
        Assert.Same(own, Assert.Throws<TimeoutException>(() => new LbfgsMinimizer().FindMinimum(objective, V(-1.2, 1))));
    }

    [Fact]
    public void A_sparse_guess_is_a_guess_and_no_guess_is_written_to()
    {
        var guess = Vector<double>.Build.SparseOfArray([0, 0]);
        Assert.Equal(1, new LbfgsMinimizer().FindMinimum(Valley(), guess).MinimizingPoint[0], 1e-4);
        Assert.Equal(V(0, 0), guess);
    }

    [Fact]
    public void An_option_out_of_range_and_a_gradient_of_another_length_are_refused()
    {
        Assert.Contains("history_size", Refusal(() => new LbfgsMinimizer(HistorySize: 0).FindMinimum(Valley(), V(0, 0))));
        Assert.Contains("max_iter", Refusal(() => new LbfgsMinimizer(MaxIter: -1).FindMinimum(Valley(), V(0, 0))));
        Assert.Equal(
            "LbfgsMinimizer: the objective function's gradient has 2 elements, the initial guess has 3.",
            Refusal(() => new LbfgsMinimizer().FindMinimum(Valley(), V(0, 0, 0))));
        Assert.Throws<ArgumentNullException>(() => new LbfgsMinimizer().FindMinimum(null!, V(0)));
        Assert.Throws<ArgumentNullException>(() => new LbfgsMinimizer().FindMinimum(Valley(), null!));
    }

    static string Refusal(Action act) => Assert.Throws<ArgumentException>(act).Message;
}
