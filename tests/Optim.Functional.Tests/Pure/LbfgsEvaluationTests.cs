namespace Optim.Functional.Tests.PureFace;

/// <summary>How often L-BFGS asks: at most as often as it says, and by default often enough.</summary>
public class LbfgsEvaluationTests
{
    public static TheoryData<int, int, string?> Limits
    {
        get
        {
            var data = new TheoryData<int, int, string?>();
            foreach (var search in new[] { null, "strong_wolfe" })
                foreach (var maxIter in new[] { 1, 3, 20 })
                    foreach (var maxEval in new[] { 1, 2, 3, 4, 5, 7, 12 }) data.Add(maxIter, maxEval, search);
            return data;
        }
    }

    [Theory, MemberData(nameof(Limits))]
    public void At_most_max_eval_evaluations_means_at_most(int maxIter, int maxEval, string? search)
    {
        var rule = new LBFGS(Lr: search is null ? 1e-3 : 1, MaxIter: maxIter, MaxEval: maxEval, LineSearchFn: search);
        double[] x = [-1.2, 1, 0.3, -2];
        var state = rule.Init(x);
        for (var step = 0; step < 30; step++)
        {
            var asked = 0;
            (x, state, _) = rule.Step((double[] at) =>
            {
                asked++;
                return Chain(at);
            }, x, state);
            Assert.InRange(asked, 1, maxEval);
        }
        Assert.True(maxEval < 3 || Chain(x).Loss < Chain([-1.2, 1, 0.3, -2]).Loss);
    }

    [Fact]
    public void Without_a_search_the_last_move_within_max_eval_is_made_unevaluated()
    {
        var asked = new List<double>();
        var rule = new LBFGS(Lr: 1, MaxEval: 1);
        double[] start = [0];
        var (x, _, _) = rule.Step((double[] x) =>
        {
            asked.Add(x[0]);
            return (2 * x[0], [2]);
        }, start, rule.Init(start));
        Assert.Equal([0], asked);
        Assert.Equal([-1], x);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void Of_300_random_Rosenbrock_chains_none_stands_still_for_ever(int maxIter)
    {
        var rule = new LBFGS(MaxIter: maxIter, LineSearchFn: "strong_wolfe");
        var stood = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            double[] x = [.. Enumerable.Range(0, 2 + seed % 9).Select(_ => 4 * random.NextDouble() - 2)];
            var state = rule.Init(x);
            for (var step = 0; step < 300 && !IsSolved(x); step++) (x, state, _) = rule.Step((double[] at) => Chain(at), x, state);
            if (!IsSolved(x)) stood++;
        }
        Assert.Equal(0, stood);
    }

    [Theory]
    [InlineData(1, 26)]
    [InlineData(20, 26)]
    [InlineData(40, 51)]
    public void A_derived_limit_leaves_the_search_its_room(int maxIter, int most)
    {
        // A loss that falls and falls: each trial is ten times as far, and none is accepted.
        var (asked, rule) = (0, new LBFGS(MaxIter: maxIter, LineSearchFn: "strong_wolfe"));
        double[] start = [0];
        rule.Step((double[] x) =>
        {
            asked++;
            return (-x[0], [-1]);
        }, start, rule.Init(start));
        Assert.Equal(most, asked);
    }

    static bool IsSolved(double[] x) => Chain(x).Gradient.Max(Math.Abs) < 1e-2;

    static (double Loss, double[] Gradient) Chain(double[] x)
    {
        var (loss, g) = (0.0, new double[x.Length]);
        for (var i = 0; i + 1 < x.Length; i++)
        {
            var (a, b) = (1 - x[i], x[i + 1] - x[i] * x[i]);
            loss += a * a + 100 * b * b;
            g[i] += -2 * a - 400 * x[i] * b;
            g[i + 1] += 200 * b;
        }
        return (loss, g);
    }
}
