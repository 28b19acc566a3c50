using System.Numerics;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Closure;

/// <summary>What a closure rule may do wrong, and what it may do in an order that L-BFGS does not.</summary>
public class ClosureRuleFaults
{
    /// <summary>A rule whose step is given, and which remembers how many it has made.</summary>
    sealed class Scripted(Func<IObjective<double>, Point<double>>? body) : IClosureRule
    {
        public ISolver<T> Solver<T>(int n, bool lasts)
            where T : unmanaged, IFloatingPointIeee754<T> => body is null ? null! : (ISolver<T>)(object)new Counting(body);

        sealed class Counting(Func<IObjective<double>, Point<double>> body) : ISolver<double>
        {
            long steps;

            public Point<double> Step(IClosureRule rule, IObjective<double> f, Execution how)
            {
                var end = body(f);
                steps++;
                return end;
            }

            public IReadOnlyDictionary<string, object?> Save() => new Dictionary<string, object?> { ["step"] = steps };
            public void Load(IReadOnlyDictionary<string, object?> entries, ICollection<string> differences) =>
                steps = (long)entries["step"]!;
        }
    }

    static readonly double[] Start = [1, 2, 3];

    static (double, double[]) Bowl(double[] x) => (x.Sum(v => v * v) / 2, [.. x]);

    /// <summary>Where both faces end, which is the same place.</summary>
    static double[] End(Func<IObjective<double>, Point<double>> body)
    {
        var rule = new Scripted(body);
        var p = new Parameter((double[])Start.Clone());
        new Optimizer([p], rule).Step(() =>
        {
            var (loss, g) = Bowl(p.Value.As<double>().Data);
            p.Grad = g;
            return loss;
        });
        Assert.Equal(p.Value.As<double>().Data, rule.Step(Bowl, Start, rule.Init(Start)).Parameters);
        return p.Value.As<double>().Data;
    }

    [Fact]
    public void A_step_ends_along_a_direction_from_its_start_wherever_it_asked_last() => Assert.Equal([2, 2, 5], End(f =>
    {
        f.Evaluate(null, new double[3]);
        f.Evaluate([7, 8, 9], new double[3]);
        return new(null, 0.5, [2, 0, 4]);
    }));

    [Fact]
    public void A_step_may_end_where_it_started_after_it_looked_elsewhere() => Assert.Equal(Start, End(f =>
    {
        f.Evaluate([7, 8, 9], new double[3]);
        return null;
    }));

    [Fact]
    public void The_start_can_be_asked_for_again_after_other_points() => End(f =>
    {
        var (g, loss) = (new double[3], f.Evaluate(null, new double[3]).Loss);
        f.Evaluate([7, 8, 9], g);
        Assert.Equal((loss, 3), f.Evaluate(null, g));
        Assert.Equal(Start, g);
        Assert.Equal(Start, f.Start);
        return g;
    });

    [Fact]
    public void A_gradient_is_given_times_its_scale_with_its_largest_size() => End(f =>
    {
        var g = new double[3];
        Assert.Equal((7, 6), f.Evaluate(null, g, -2));
        Assert.Equal([-2, -4, -6], g);
        return null;
    });

    static string Refused(Func<IObjective<double>, Point<double>>? body)
    {
        var rule = new Scripted(body);
        var p = new Parameter((double[])Start.Clone()) { Grad = new double[3] };
        var optimizer = new Optimizer([p], rule);
        var message = Face.Refused<InvalidOperationException>(optimizer, () => optimizer.Step(() => 1));
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => rule.Step(x => (1, x), Start, rule.Init(Start))).Message);
        return message;
    }

    [Fact]
    public void A_rule_without_a_solver_is_told() => Assert.Contains("Scripted: its Solver gave null", Refused(null));

    [Fact]
    public void A_step_that_never_asks_is_told() =>
        Assert.Contains("Scripted: its step ended without asking for the loss", Refused(_ => new double[3]));

    [Fact]
    public void A_point_of_another_length_is_refused_before_anything_is_written() =>
        Assert.Contains(
            "Scripted: the point that was asked for has 2 elements, all parameters together have 3",
            Refused(f => f.Evaluate([7, 8], new double[3]) is var _ ? null : null));

    [Fact]
    public void A_gradient_of_another_length_is_refused() =>
        Assert.Contains(
            "the gradient that was asked for has 4 elements",
            Refused(f => f.Evaluate(null, new double[4]) is var _ ? null : null));

    [Fact]
    public void An_end_of_another_length_is_refused_and_the_step_undone() =>
        Assert.Contains(
            "the direction in which the step ended has 1 elements",
            Refused(f => f.Evaluate([7, 8, 9], new double[3]) is var _ ? new(null, 1, [1]) : null));

    [Fact]
    public void A_pure_state_that_does_not_fit_is_refused()
    {
        var (plain, other) = (new ConjugateGradients(), new Renamed(new LBFGS()));
        var state = other.Step(Bowl, Start, other.Init(Start)).State;
        Assert.Contains("which ConjugateGradients has not", Assert.Throws<ArgumentException>(() => plain.Step(Bowl, Start, state)).Message);
    }

    [Fact]
    public void A_rule_without_options_obeys_the_laws_too() =>
        Properties.Laws.Check(new Renamed(new LBFGS(MaxIter: 3)), cases: 20, seed: 1);

    /// <summary>Another rule under the name of conjugate gradients, with no options to be seen.</summary>
    sealed class Renamed(IClosureRule inner) : IClosureRule
    {
        public string Name => nameof(ConjugateGradients);
        public ISolver<T> Solver<T>(int n, bool lasts)
            where T : unmanaged, IFloatingPointIeee754<T> => new Within<T>(inner, inner.Solver<T>(n, lasts));

        sealed class Within<T>(IClosureRule rule, ISolver<T> solver) : ISolver<T> where T : unmanaged, IFloatingPointIeee754<T>
        {
            public Point<T> Step(IClosureRule _, IObjective<T> f, Execution how) => solver.Step(rule, f, how);
            public IReadOnlyDictionary<string, object?> Save() => solver.Save();
            public void Load(IReadOnlyDictionary<string, object?> entries, ICollection<string> differences) =>
                solver.Load(entries, differences);
        }
    }
}
