using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

public sealed class ReplayTests : IDisposable
{
    const string End = "<!-- end -->";

    static readonly ReplayCase Bowl = new("bowl", "x0", (x, gradient) =>
    {
        gradient[0] = 2 * x[0];
        return x[0] * x[0];
    }, [3], [0]);

    readonly Shell shell = new();

    public void Dispose() => shell.Dispose();

    static readonly IMinimizer[] All = [.. Replay.Suites.SelectMany(s => s.Minimizers)];

    public static TheoryData<string> Minimizers => [.. All.Select(m => m.Name)];

    [Theory]
    [InlineData("replay --markdown", "docs/replays.md")]
    [InlineData("replay --suite mathnet --markdown", "docs/mathnet.md")]
    public void The_docs_show_what_the_tool_prints(string line, string page)
    {
        var answer = shell.Run(line);
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Derived.Check(page, text =>
        {
            var begin = $"<!-- what optim {line} prints -->\n";
            var (from, to) = (text.IndexOf(begin, StringComparison.Ordinal) + begin.Length, text.IndexOf(End, StringComparison.Ordinal));
            Assert.InRange(from, begin.Length, to);
            return $"{text[..from]}\n{answer.Out.ReplaceLineEndings("\n")}\n{text[to..]}";
        });
    }

    [Fact]
    public void Without_markdown_there_is_a_row_for_each_case_and_tolerance()
    {
        var answer = shell.Run("replay");
        Assert.Equal((Tool.Done, ""), (answer.Code, answer.Error));
        Assert.All(MoreGarbowHillstrom.Problems, problem => Assert.Equal(
            3 * Tolerances.All.Count, answer.Out.Split('\n').Count(line => line.StartsWith($"  {problem.Name} "))));
    }

    static readonly Lazy<Replay[]> Replays = new(() => [.. Tolerances.All.Select(t => Replay.Of(Replay.Suites[0], t))]);

    [Fact]
    public void No_finite_start_ends_at_NaN() => Assert.All(
        Replays.Value.SelectMany(r => r.Attempts).SelectMany(all => all.SkipLast(1)),
        a => Assert.True(double.IsFinite(a.Value) || !double.IsFinite(a.Case.F(a.Case.X0, new double[a.Case.X0.Length])), $"{a.Case}: {a.Value}"));

    /// <summary>Optima; the local minima that two or three more end at are not counted.</summary>
    [Theory]
    [InlineData("default", "LBFGS", 14, 11, 7)]
    [InlineData("tight", "LBFGS", 17, 14, 9)]
    [InlineData("default", "LBFGS, relative", 16, 12, 7)]
    [InlineData("tight", "LBFGS, relative", 17, 14, 11)]
    public void As_many_are_solved(string tolerances, string minimizer, int at1, int at10, int at100)
    {
        var i = Replay.Suites[0].Minimizers.Index().Single(m => m.Item.Name == minimizer).Index;
        var attempts = Replays.Value.Single(r => r.Tolerances.Name == tolerances).Attempts.Select(all => all[i]).ToArray();
        int Solved(string start) => attempts.Count(a => a.Case.Start == start && a.Solution == Solution.Optimum);
        Assert.True((Solved("x0"), Solved("10 x0"), Solved("100 x0")) is var (a, b, c) && a >= at1 && b >= at10 && c >= at100,
            $"{Solved("x0")}, {Solved("10 x0")}, {Solved("100 x0")} solved, wanted {at1}, {at10}, {at100}");
    }

    [Fact]
    public void A_stop_ends_it() => Assert.Equal(Tool.Interrupted, shell.Stopped("replay").Code);

    [Fact]
    public void It_takes_no_file() => Assert.Equal(
        "optim: replay: 'rosenbrock' belongs to no option. Options are written --name value; optim replay --help lists all.",
        shell.Refusal("replay rosenbrock"));

    [Fact]
    public void A_suite_is_one_that_there_is() => Assert.Equal(
        "optim: --suite: got 'mathent', wanted one of mgh, mathnet; did you mean 'mathnet'.",
        shell.Refusal("replay --suite mathent"));

    /// <summary>Optima and local minima of the 21, as many as MathNet's own find or more.</summary>
    [Theory]
    [InlineData("default")]
    [InlineData("tight")]
    public void On_MathNets_functions_ours_solves_no_fewer_than_MathNets_with_fewer_calls(string tolerances)
    {
        var replay = Replay.Of(Replay.Suites[1], Tolerances.All.Single(t => t.Name == tolerances));
        int[] solved = [.. replay.Suite.Minimizers.Select((_, i) => replay.Attempts.Count(all => all[i].IsSolved))];
        Assert.True(solved[0] >= solved[2] && solved[0] >= solved[3], string.Join(", ", solved));
        Assert.True(replay.CallsRatio(2) > 1 && replay.CallsRatio(3) > 1);
    }

    [Fact]
    public void A_switch_is_on_or_off() =>
        Assert.Equal("optim: --markdown: got 'yes', wanted true or false.", shell.Refusal("replay --markdown=yes"));

    [Theory]
    [MemberData(nameof(Minimizers))]
    public void A_bowl_is_solved_and_the_start_stays_as_it_is(string name)
    {
        var attempt = Try(Bowl, name);
        Assert.Equal((Solution.Optimum, null), (attempt.Solution, attempt.Failure));
        Assert.InRange(attempt.Calls, 2, 20);
        Assert.Equal([3], Bowl.X0);
    }

    [Fact]
    public void A_search_without_end_is_given_up_at_the_least_value_it_has_seen()
    {
        var attempt = Attempt.At(Bowl, new Endless(), Tolerances.All[0]);
        Assert.Equal((Attempt.MostCalls, $"{Attempt.MostCalls} calls"), (attempt.Calls, attempt.Failure));
        Assert.Equal((Math.Pow(Endless.Far - Attempt.MostCalls + 1, 2), Solution.None), (attempt.Value, attempt.Solution));
    }

    [Fact]
    public void An_exception_of_the_other_library_is_a_failure_with_its_reason()
    {
        var attempt = Try(Bowl with { F = (_, _) => double.PositiveInfinity }, "MathNet");
        Assert.Equal(("non-finite objective function returned", Solution.None, 1), (attempt.Failure, attempt.Solution, attempt.Calls));
    }

    static Attempt Try(ReplayCase problem, string minimizer) =>
        Attempt.At(problem, All.Single(m => m.Name == minimizer), Tolerances.All[0]);

    // Comes nearer to the bowl's minimum by 1 at each call.
    sealed class Endless : IMinimizer
    {
        public const int Far = 10_000;

        public string Name => "endless";

        public double[] Minimize(Watched f, double[] x0, Tolerances tolerances)
        {
            for (var x = Far; ; x--) f.Value([x], new double[1]);
        }
    }
}
