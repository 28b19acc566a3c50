using MathNet.Numerics.LinearAlgebra;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Faults;

public class ClosureFaults
{
    readonly Parameter[] parameters = [Face.Double("a", 3), Face.Double("w", 2, 3)];

    Optimizer Stepped(NonFinite nonFinite = NonFinite.Propagate, string? search = null)
    {
        Optimizer optimizer = new(parameters, new LBFGS(MaxIter: 4, LineSearchFn: search), nonFinite);
        optimizer.Step(() => Face.Quadratic(parameters, 1));
        return optimizer;
    }

    /// <summary>A closure that does something else at its n-th call.</summary>
    Func<double> At(int call, Func<double> act)
    {
        var calls = 0;
        return () => { var loss = Face.Quadratic(parameters, 2); return ++calls == call ? act() : loss; };
    }

    /// <summary>Values and state only: gradients are the closure's.</summary>
    static string Kept(Optimizer o) => string.Concat(o.ParamGroups[0].Parameters.Select(p => Face.Bits(p.Value))) + o.StateDict().ToJson();

    string Undone<E>(Optimizer optimizer, Func<double> closure) where E : Exception
    {
        var before = Kept(optimizer);
        var message = Assert.Throws<E>(() => optimizer.Step(closure)).Message;
        Assert.Equal(before, Kept(optimizer));
        return message;
    }

    [Fact]
    public void LBFGS_asks_for_its_closure()
    {
        var optimizer = Stepped();
        Assert.Contains("LBFGS: a step needs a closure", Face.Refused<InvalidOperationException>(optimizer, optimizer.Step));
        Assert.Contains("the closure", Face.Refused<ArgumentNullException>(optimizer, () => optimizer.Step(null!)));
    }

    [Theory]
    [InlineData(1, null), InlineData(2, null), InlineData(3, null), InlineData(1, "strong_wolfe")]
    [InlineData(2, "strong_wolfe"), InlineData(3, "strong_wolfe")]
    public void A_closure_that_throws_half_way_leaves_parameters_and_state(int call, string? search) =>
        Assert.Equal("half-way", Undone<TimeoutException>(Stepped(search: search), At(call, () => throw new TimeoutException("half-way"))));

    [Fact]
    public void After_a_closure_that_threw_the_next_step_is_as_if_nothing_had_been()
    {
        var optimizer = Stepped();
        Undone<TimeoutException>(optimizer, At(2, () => throw new TimeoutException()));
        optimizer.Step(() => Face.Quadratic(parameters, 2));
        var after = Kept(optimizer);
        Array.Copy(Face.Double("a", 3).Value.Storage, parameters[0].Value.Storage, 3);
        Array.Copy(Face.Double("w", 2, 3).Value.Storage, parameters[1].Value.Storage, 6);
        var never = Stepped();
        never.Step(() => Face.Quadratic(parameters, 2));
        Assert.Equal(Kept(never), after);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Throw_undoes_the_step_and_names_the_gradient(int call) =>
        Assert.Contains("LBFGS: the gradient of 'w' is NaN at element 4 (row 1, column 1)",
            Undone<ArgumentException>(Stepped(NonFinite.Throw), At(call, () => parameters[1].Grad!.As<double>().Data[4] = double.NaN)));

    [Theory, InlineData(1), InlineData(2)]
    public void Skip_undoes_the_step_and_returns_the_first_loss(int call)
    {
        var optimizer = Stepped(NonFinite.Skip);
        var (before, first) = (Kept(optimizer), Face.Quadratic(parameters, 2));
        var loss = optimizer.Step(At(call, () => { parameters[1].Grad!.As<double>().Data[4] = double.NaN; return first; }));
        Assert.Equal((first, before), (loss, Kept(optimizer)));
    }

    [Fact]
    public void A_closure_that_returns_NaN_gets_NaN_back()
    {
        var optimizer = Stepped();
        Assert.Equal(double.NaN, optimizer.Step(At(1, () => double.NaN)));
    }

    [Fact]
    public void A_closure_that_sets_a_gradient_of_another_shape_is_undone() =>
        Assert.Contains("'w' has shape [6]", Undone<ArgumentException>(Stepped(), At(2, () =>
                {
                    parameters[1].Grad = new double[6];
                    return 1;
                })));

    [Fact]
    public void A_closure_that_sets_a_sparse_gradient_of_another_shape_is_undone() =>
        Assert.Contains("The gradient of 'w' has shape [3, 2], the parameter [2, 3]", Undone<ArgumentException>(Stepped(), At(2, () =>
        {
            parameters[1].Grad = Matrix<double>.Build.SparseOfIndexed(3, 2, [(1, 1, 4.0)]);
            return 1;
        })));

    [Fact]
    public void A_step_within_the_closure_of_a_step_is_refused()
    {
        var optimizer = Stepped();
        Assert.Contains(
            "LBFGS: Step was called from within the closure",
            Undone<InvalidOperationException>(optimizer, At(2, () => optimizer.Step(() => 0))));
        Assert.True(double.IsFinite(optimizer.Step(() => Face.Quadratic(parameters, 2))));
    }

    [Fact]
    public void Loading_within_the_closure_of_a_step_is_refused()
    {
        var optimizer = Stepped();
        var saved = optimizer.StateDict();
        Assert.Contains("LoadStateDict was called from within", Undone<InvalidOperationException>(optimizer, At(1, () =>
                {
                    optimizer.LoadStateDict(saved);
                    return 1;
                })));
    }

    [Theory, MemberData(nameof(Face.Stepped), MemberType = typeof(Face))]
    public void A_closure_that_throws_leaves_every_other_rule_alone(string rule)
    {
        var own = Face.Rule(rule);
        var optimizer = new Optimizer([Face.Double(own, "a", 3), Face.Double("w", 2, 3)], own);
        Face.Step(optimizer, 1);
        Assert.Equal("no", Face.Refused<TimeoutException>(optimizer, () => optimizer.Step(() => throw new TimeoutException("no"))));
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void A_step_returns_the_loss_at_the_start(string rule)
    {
        var own = Face.Rule(rule);
        Parameter[] taken = [Face.Double(own, "a", 3), Face.Double("w", 2, 3)];
        var first = Face.Quadratic(taken, 5, own);
        Assert.Equal(first, new Optimizer(taken, own).Step(() => Face.Quadratic(taken, 5, own)));
    }
}
