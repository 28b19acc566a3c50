namespace Optim.Functional.Tests.PureFace;

/// <summary>States of pure L-BFGS steps share the pairs that they have in common: these never change.</summary>
public class LbfgsSharingTests
{
    static readonly Execution One = new() { Threads = 1 };

    static (double Loss, double[] Gradient) At(double[] x)
    {
        var (loss, g) = (0.0, new double[x.Length]);
        for (var i = 0; i < x.Length; i++)
        {
            g[i] = (1 + i % 50 / 7.0) * x[i] + Math.Pow(x[i], 3) / 10;
            loss += (1 + i % 50 / 7.0) * x[i] * x[i] / 2 + Math.Pow(x[i], 4) / 40;
        }
        return (loss, g);
    }

    static double[] Start(int n) => [.. Enumerable.Range(0, n).Select(i => 3 * Math.Sin(i))];

    static (double[] X, State State) After(LBFGS rule, int n, int steps)
    {
        var x = Start(n);
        var state = rule.Init(x);
        for (var k = 0; k < steps; k++) (x, state, _) = rule.Step((double[] at) => At(at), x, state);
        return (x, state);
    }

    static LBFGS Rule(int maxIter, string? search) =>
        new(Lr: 0.5, MaxIter: maxIter, HistorySize: 10, ToleranceGrad: 0, ToleranceChange: 0, LineSearchFn: search);

    [Fact]
    public void A_pure_step_allocates_its_new_vectors_and_not_all_pairs()
    {
        const int n = 100_000;
        var rule = Rule(1, null);
        var (x, state) = After(rule, n, 14);
        Assert.Equal(10, state.Memory().OldDirs.Count);
        var bytes = Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            rule.Step((double[] at) => At(at), x, state);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });
        // y, s, d and the gradient; the parameters, and those that the function is given; and the function's own gradient.
        Assert.InRange(bytes, 7L * n * sizeof(double), 7L * n * sizeof(double) + 50_000);
    }

    [Theory]
    [InlineData(100, 1, null), InlineData(100, 4, "strong_wolfe"), InlineData(20_000, 1, null), InlineData(20_000, 3, "strong_wolfe")]
    public void Two_states_share_the_pairs_that_they_have_in_common_and_no_step_changes_them(int n, int maxIter, string? search)
    {
        var rule = Rule(maxIter, search);
        var (x, state) = After(rule, n, 6);
        double[][] Copies() => [.. state.Memory().OldDirs.Concat(state.Memory().OldStps).Append(state.Memory().D!).Append(state.Memory().PrevFlatGrad!).Select(v => (double[])[.. v.As<double>().Span])];
        var before = Copies();
        var (x1, next, _) = rule.Step((double[] at) => At(at), x, state);
        var (x2, again, _) = rule.Step((double[] at) => At(at), x, state);
        Assert.Equal(x1, x2);
        Assert.Equal(next.Memory().D!.As<double>().Data, again.Memory().D!.As<double>().Data);
        Assert.Equal(before, Copies());

        var common = state.Memory().OldDirs.Count(old => next.Memory().OldDirs.Any(y => ReferenceEquals(y.As<double>().Data, old.As<double>().Data)));
        Assert.InRange(common, Math.Min(state.Memory().OldDirs.Count, 10 - maxIter), 10);
    }

    [Theory]
    [InlineData(100, 1, null), InlineData(100, 15, "strong_wolfe")]
    [InlineData(20_000, 1, null), InlineData(20_000, 3, "strong_wolfe"), InlineData(20_000, 15, "strong_wolfe")]
    public void Shared_pairs_lead_where_those_of_an_optimizer_lead(int n, int maxIter, string? search)
    {
        var rule = Rule(maxIter, search);
        var parameter = new Parameter(Start(n));
        var x = parameter.Value.As<double>().Data;
        var optimizer = new Optimizer([parameter], rule) { Execution = One };
        for (var k = 0; k < 8; k++)
        {
            optimizer.Step(() =>
            {
                var (loss, g) = At(x);
                parameter.Grad = g;
                return loss;
            });
        }
        Assert.Equal(x, After(rule, n, 8).X);
    }

    [Fact]
    public void The_products_of_pairs_are_handed_on_and_are_made_anew_without_them()
    {
        const int n = 20_000;
        var rule = Rule(2, null);
        var (_, state) = After(rule, n, 8);
        var count = state.Memory().OldDirs.Count;
        Assert.InRange(count, 3, 10);
        Assert.Equal(Enumerable.Range(0, count), ((LbfgsEntries)state.ModelState).Products.Select(p => p.Length));
        var (work, bare) = (new LbfgsWork<double>(n, lasts: false), new LbfgsWork<double>(n, lasts: false));
        work.Load(state.ModelState, []);
        bare.Load(new Dictionary<string, object?>(state.ModelState), []);
        bare.Pairs.Multiply(new OwnSweeps<double>(new() { How = One }));
        for (var j = 0; j < count; j++)
            for (var i = 0; i < j; i++) Assert.Equal(bare.Pairs.SY(i, j), work.Pairs.SY(i, j));
    }
}
