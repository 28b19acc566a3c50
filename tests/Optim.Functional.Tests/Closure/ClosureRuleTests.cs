using System.Numerics;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Closure;

/// <summary>A closure rule of a user's own on both faces.</summary>
public class ClosureRuleTests
{
    static readonly ConjugateGradients Rule = new();

    static (double Loss, double[] G) Rosenbrock(double[] x)
    {
        var (a, b) = (1 - x[0], x[1] - x[0] * x[0]);
        return (a * a + 100 * b * b, [-2 * a - 400 * x[0] * b, 200 * b]);
    }

    static (double Loss, double[] G) Quadratic(double[] x)
    {
        double[] g = [.. x.Select((v, i) => (1 + i) * (v - i))];
        return (g.Select((v, i) => v * v / (1 + i) / 2).Sum(), g);
    }

    static readonly double[] Start = [-1.2, 1], Wide = [3, -1, 0.5, 2, 7, -4];

    /// <summary>An optimizer in place over an array cut into named parts, and its closure.</summary>
    static (Optimizer Optimizer, Func<double> Closure, Func<double[]> θ) InPlace(
        IClosureRule rule,
        Func<double[], (double, double[])> f,
        double[] start,
        params (string Name, int Size)[] parts)
    {
        var at = 0;
        if (parts.Length == 0) parts = [("x", start.Length)];
        var parameters = Array.ConvertAll(parts, p => new Parameter(start[at..(at += p.Size)], p.Name));
        double[] Flat() => [.. parameters.SelectMany(p => p.Value.As<double>().ToArray())];
        return (new(parameters, rule), () =>
        {
            var ((loss, g), from) = (f(Flat()), 0);
            foreach (var p in parameters) p.Grad = g[from..(from += (int)p.Value.Length)];
            return loss;
        }, Flat);
    }

    [Fact]
    public void In_place_it_finds_the_least_point_of_Rosenbrocks_valley()
    {
        var (optimizer, closure, θ) = InPlace(Rule, Rosenbrock, Start);
        for (var k = 0; k < 300; k++) optimizer.Step(closure);
        Assert.All(θ(), x => Assert.Equal(1, x, 1e-6));
    }

    [Fact]
    public void Purely_it_finds_the_least_point_of_a_bowl()
    {
        var (θ, s) = (Wide, Rule.Init(Wide));
        for (var k = 0; k < 20; k++) (θ, s, _) = Rule.Step(Quadratic, θ, s);
        Assert.All(θ.Select((x, i) => x - i), rest => Assert.Equal(0, rest, 1e-8));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Both_faces_go_through_the_same_bits(bool bowl)
    {
        Func<double[], (double, double[])> f = bowl ? Quadratic : Rosenbrock;
        var (θ, start) = (bowl ? Wide : Start, bowl ? Wide : Start);
        var ((optimizer, closure, inPlace), s) = (InPlace(Rule, f, start), Rule.Init(start));
        for (var k = 0; k < 12; k++)
        {
            (θ, s, var loss) = Rule.Step(f, θ, s);
            Assert.Equal(optimizer.Step(closure), loss);
            Assert.Equal(inPlace(), θ);
            Assert.Equal(Face.Text(optimizer.ModelState), Face.Text(s.ModelState));
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void After_every_step_a_fresh_optimizer_goes_on_from_the_saved_state(bool throughJson)
    {
        var (never, closure, θ) = InPlace(Rule, Rosenbrock, Start);
        var (resumed, again, at) = InPlace(Rule, Rosenbrock, Start);
        for (var k = 0; k < 12; k++)
        {
            Assert.Equal(never.Step(closure), resumed.Step(again));
            Assert.Equal(θ(), at());
            var saved = resumed.StateDict();
            (resumed, again, at) = InPlace(Rule with { MaxIter = 3 }, Rosenbrock, at());
            Assert.True(resumed.LoadStateDict(throughJson ? Face.Again(saved) : saved).Complete);
            Assert.Equal(Face.Text(never.StateDict()), Face.Text(resumed.StateDict()));
        }
    }

    [Fact]
    public void Its_state_stands_under_the_first_parameters_number()
    {
        var (optimizer, closure, _) = InPlace(Rule, Quadratic, Wide, ("a", 4), ("b", 2));
        Assert.Empty(optimizer.StateDict().State);
        optimizer.Step(closure);
        var state = Assert.Single(optimizer.StateDict().State);
        Assert.Equal(0, state.Key);
        Assert.Equal(["n_iter", "t", "d", "prev_flat_grad"], state.Value.Keys);
    }

    [Fact]
    public void Vectors_are_put_into_the_order_of_the_names()
    {
        var (from, closure, _) = InPlace(Rule, Quadratic, Wide, ("a", 4), ("b", 2));
        from.Step(closure);
        var (to, _, _) = InPlace(Rule, Quadratic, Wide, ("b", 2), ("a", 4));
        Assert.Equal(["'b'", "'a'"], to.LoadStateDict(Face.Again(from.StateDict())).Loaded);
        foreach (var key in new[] { "d", "prev_flat_grad" })
        {
            double[] Of(Optimizer o) => ((NDArray)o.ModelState[key]!).As<double>().ToArray();
            Assert.Equal([.. Of(from)[4..], .. Of(from)[..4]], Of(to));
        }
        Assert.Equal(from.ModelState["n_iter"], to.ModelState["n_iter"]);
    }

    [Fact]
    public void A_state_of_float64_goes_into_float32_parameters()
    {
        var (from, closure, _) = InPlace(Rule, Quadratic, Wide);
        from.Step(closure);
        var to = new Optimizer([new Parameter(new float[6], "x")], Rule);
        Assert.True(to.LoadStateDict(from.StateDict()).Complete);
        Assert.Equal(
            ((NDArray)from.ModelState["d"]!).As<double>().Data.Select(x => (float)x),
            ((NDArray)to.ModelState["d"]!).As<float>().Data);
    }

    [Theory]
    [InlineData("\"n_iter\":10", "\"n_iter\":-1", "ConjugateGradients: n_iter is not a whole number from 0 in the saved state")]
    [InlineData("\"n_iter\":10", "\"n_iter\":10,\"momentum\":1", "the saved state has 'momentum', which ConjugateGradients has not")]
    [InlineData("\"t\":", "\"t\":\"long\",\"s\":", "t is not a number in the saved state")]
    [InlineData("\"shape\":[6]", "\"shape\":[3,2]", "d of the saved state is not a vector of 6 elements")]
    public void What_does_not_fit_is_told_and_nothing_is_taken(string right, string wrong, string told)
    {
        var (optimizer, closure, _) = InPlace(Rule with { ToleranceGrad = 0 }, Quadratic, Wide);
        optimizer.Step(closure);
        var text = optimizer.StateDict().ToJson();
        Assert.Contains(right, text);
        optimizer.Step(closure);
        Assert.Contains(
            told,
            Face.Refused<ArgumentException>(optimizer, () =>
                optimizer.LoadStateDict(StateDict.FromJson(text.Replace(right, wrong)))));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(5)]
    public void A_closure_that_throws_leaves_parameters_and_memory_as_they_were(int call)
    {
        var (optimizer, closure, θ) = InPlace(Rule, Rosenbrock, Start);
        optimizer.Step(closure);
        var (before, state, calls) = (θ(), Face.Text(optimizer.StateDict()), 0);
        Assert.Throws<TimeoutException>(() => optimizer.Step(() => ++calls == call ? throw new TimeoutException() : closure()));
        Assert.Equal(before, θ());
        Assert.Equal(state, Face.Text(optimizer.StateDict()));
    }

    [Fact]
    public void A_step_within_the_closure_of_a_step_is_refused()
    {
        var (optimizer, closure, _) = InPlace(Rule, Rosenbrock, Start);
        Assert.Contains(
            "ConjugateGradients: Step was called from within",
            Assert.Throws<InvalidOperationException>(() => optimizer.Step(() => optimizer.Step(closure))).Message);
        Assert.True(double.IsFinite(optimizer.Step(closure)));
    }

    [Theory, InlineData(NonFinite.Throw), InlineData(NonFinite.Skip)]
    public void A_gradient_that_is_not_finite_undoes_the_step(NonFinite then)
    {
        var (parameter, calls) = (new Parameter(new[] { 1.0, 2 }, "x"), 0);
        var optimizer = new Optimizer([parameter], Rule, then);
        double Closure()
        {
            parameter.Grad = ++calls == 2 ? new[] { 1, double.NaN } : new[] { 1.0, 1 };
            return 10 - calls;
        }
        if (then == NonFinite.Skip) Assert.Equal(9, optimizer.Step(Closure));
        else
            Assert.Contains(
                "ConjugateGradients: the gradient of 'x' is NaN at element 1",
                Assert.Throws<ArgumentException>(() => optimizer.Step(Closure)).Message);
        Assert.Equal([1, 2], parameter.Value.As<double>().Data);
        Assert.Empty(optimizer.ModelState);
    }

    [Fact]
    public void A_changed_option_acts_at_the_next_step()
    {
        var (optimizer, closure, θ) = InPlace(Rule, Rosenbrock, Start);
        optimizer.Step(closure);
        var before = θ();
        optimizer.ParamGroups[0]["max_iter"] = 1;
        optimizer.Step(closure);
        Assert.Equal(11L, optimizer.ModelState["n_iter"]);
        Assert.NotEqual(before, before = θ());
        optimizer.ParamGroups[0].Lr = 0;
        optimizer.Step(closure);
        Assert.Equal(before, θ());
        Assert.Contains("lr must be >= 0", Assert.Throws<ArgumentException>(() => optimizer.ParamGroups[0].Lr = -1).Message);
    }

    [Fact]
    public void The_factor_on_gradients_reaches_it()
    {
        var (plain, closure, θ) = InPlace(Rule, Quadratic, Wide);
        var (scaled, eight, at) = InPlace(Rule, x => Quadratic(x) is var (loss, g) ? (loss, [.. g.Select(v => 8 * v)]) : default, Wide);
        scaled.GradScale = 0.125;
        Assert.Equal(plain.Step(closure), scaled.Step(eight));
        Assert.Equal(θ(), at());
    }

    [Theory, InlineData(128, 1), InlineData(256, 1), InlineData(512, 1), InlineData(512, 3), InlineData(0, 2)]
    public void Threads_and_lanes_do_not_change_a_bit(int bits, int threads)
    {
        Same<float>();
        Same<double>();
        void Same<T>() where T : unmanaged, IFloatingPointIeee754<T>
        {
            var (one, many) = (
                Run<T>(new() { LaneBits = 0, Threads = 1 }),
                Run<T>(
                    new() { LaneBits = bits, Threads = threads, SerialUpTo = 0 }));
            Assert.Equal(one.InPlace, many.InPlace);
            Assert.Equal(one.InPlace, many.Pure);
        }
    }

    static (T[] InPlace, T[] Pure) Run<T>(Execution how) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int n = 3 * 32768 + 77;
        var start = Params.Of(("x", NDArray.Of(Array.ConvertAll(Enumerable.Range(0, n).ToArray(), i => T.CreateTruncating(Math.Sin(i))))));
        static T[] Gradient(T[] x) => [.. x.Select((v, i) => T.CreateTruncating(1 + i % 9) * v)];
        static double Loss(T[] x) => x.Zip(Gradient(x), (v, g) => double.CreateTruncating(v) * double.CreateTruncating(g) / 2).Sum();
        var parameter = new Parameter(start[0].Clone());
        var optimizer = new Optimizer([parameter], Rule with { MaxIter = 3 }) { Execution = how };
        var (θ, s) = (start, Rule.Init(start));
        for (var k = 0; k < 2; k++)
        {
            optimizer.Step(() =>
            {
                var x = parameter.Value.As<T>().Data;
                parameter.Grad = NDArray.Of(Gradient(x));
                return Loss(x);
            });
            (θ, s, _) = (Rule with { MaxIter = 3 }).Step(
                at => at[0].As<T>().ToArray() is var x ? (Loss(x), Params.Of(("x", NDArray.Of(Gradient(x))))) : default,
                θ,
                s,
                how);
        }
        return (parameter.Value.As<T>().Data, θ[0].As<T>().ToArray());
    }

    [Fact]
    public void It_obeys_the_laws_of_rules_that_ask_for_the_loss()
    {
        Properties.Laws.Check(Rule, cases: 60, seed: 1);
        var general = Properties.Laws.All.Where(l => l.Excludes.Invoke(Properties.SubjectModule.ofRule(Rule)) is null).Select(l => l.Name);
        Assert.Equal(
            [
                "closure purity",
                "closure in place",
                "closure resume",
                "closure undone",
                "closure lanes",
                "flat vector",
                "closure maximize",
                "closure zero lr",
                "closure absent",
            ],
            general);
    }
}
