namespace Optim.Functional.Tests.PureFace;

/// <summary>Where L-BFGS stops and where it starts afresh. Limits that are met exactly: no recorded run does that.</summary>
public class LbfgsLimitTests
{
    static readonly LBFGS Endless = new(MaxIter: 4, MaxEval: 9, ToleranceGrad: -1, ToleranceChange: -1);

    /// <summary>A step from 0 over losses and slopes that are given beforehand, the last one again and again.</summary>
    static (double θ, LbfgsMemory Memory, int Asked) Step(LBFGS rule, LbfgsMemory memory, params (double Loss, double Slope)[] points)
    {
        var (work, told) = (new LbfgsWork<double>(1), new Told(points));
        work.Memory = memory;
        var end = work.Step(rule, told, Execution.Default);
        return ((end.From?[0] ?? 0) + end.Length * (end.Direction?[0] ?? 0), work.Memory, told.Asked);
    }

    sealed class Told((double Loss, double Slope)[] points) : IObjective<double>
    {
        public int Asked { get; private set; }

        public double[] Start { get; } = [0];

        public (double Loss, double Largest) Evaluate(double[]? θ, double[] gradient, double scale)
        {
            var (loss, slope) = points[Math.Min(Asked++, points.Length - 1)];
            gradient[0] = scale * slope;
            return (loss, Math.Abs(slope));
        }
    }

    [Fact]
    public void A_start_with_exactly_the_gradients_tolerance_is_left_as_it_is()
    {
        var (θ, memory, asked) = Step(Endless with { ToleranceGrad = 0.25 }, LbfgsMemory.Empty, (3, 0.25));
        Assert.Equal((0, 1, 0), (θ, asked, memory.NIter));
    }

    [Fact]
    public void An_iteration_that_reaches_exactly_the_gradients_tolerance_is_the_last() =>
        Assert.Equal(2, Step(Endless with { ToleranceGrad = 0.25 }, LbfgsMemory.Empty, (3, 1), (2, 0.25), (1, 2)).Asked);

    [Fact]
    public void A_direction_exactly_as_steep_as_the_tolerance_is_followed() =>
        Assert.Equal(-0.5, Step(Endless with { MaxIter = 1, ToleranceChange = 0.25 }, LbfgsMemory.Empty, (3, 0.5)).θ);

    [Fact]
    public void A_move_of_exactly_the_tolerance_is_the_last() =>
        Assert.Equal(2, Step(Endless with { ToleranceChange = 1 }, LbfgsMemory.Empty, (9, 2), (3, 8)).Asked);

    [Fact]
    public void A_loss_that_changes_by_exactly_the_tolerance_is_not_the_last() =>
        Assert.Equal(3, Step(Endless with { MaxIter = 3, Lr = 2, ToleranceChange = 1 }, LbfgsMemory.Empty, (9, 4), (8, -4), (3, 4)).Asked);

    [Theory]
    [InlineData(1e-10, 0)]
    [InlineData(1.001e-10, 1)]
    public void A_pair_whose_curvature_is_exactly_1e_10_is_left_out(double curvature, int pairs)
    {
        // From slope 1 to slope 0 by a move of -lr: y = -1, s = -lr.
        var (_, memory, _) = Step(Endless with { MaxIter = 2, Lr = curvature }, LbfgsMemory.Empty, (3, 1), (2, 0));
        Assert.Equal(pairs, memory.OldDirs.Count);
    }

    [Fact]
    public void Where_a_search_finds_nothing_lower_the_pairs_are_forgotten()
    {
        var (_, memory, _) = Step(Endless with { MaxIter = 2 }, LbfgsMemory.Empty, (9, 4), (8, 2));
        Assert.Single(memory.OldDirs);
        // Too high at all but the start, and then once more along -g, which is 3 long and is tried at 1/3.
        var (_, after, _) = Step(Endless with { MaxIter = 2, MaxEval = 60, LineSearchFn = "strong_wolfe" }, memory,
            [(8, 3), .. Enumerable.Repeat((9.0, 1.0), 9), (2, 0)]);
        Assert.Equal((0, memory.NIter + 2, 1.0), (after.OldDirs.Count, after.NIter, after.HDiag));
        Assert.Equal([-3], after.D!.As<double>().Data);
    }

    [Fact]
    public void No_iterations_ask_once_and_leave_no_direction()
    {
        var (θ, memory, asked) = Step(Endless with { MaxIter = 0 }, LbfgsMemory.Empty, (3, 1));
        Assert.Equal((0, 1), (θ, asked));
        Assert.Null(memory.D);
        Assert.Null(memory.PrevFlatGrad);
    }

    [Theory, InlineData("n_iter"), InlineData("d"), InlineData("prev_flat_grad")]
    public void A_memory_that_lacks_its_last_iteration_starts_afresh_down_the_gradient(string lack)
    {
        var (_, memory, _) = Step(Endless, LbfgsMemory.Empty, (9, 4), (8, 2), (7, 1), (6, 0.5));
        Assert.True(memory.OldDirs.Count > 0, lack);
        var (_, after, _) = Step(
            Endless with { MaxIter = 1 },
            lack switch
            {
                "n_iter" => memory with { NIter = 0 },
                "d" => memory with { D = null },
                _ => memory with { PrevFlatGrad = null },
            },
            (3, 0.25));
        Assert.Equal([-0.25], after.D!.As<double>().Data);
        Assert.Equal((0, 0, 0), (after.OldDirs.Count, after.OldStps.Count, after.Ro.Count));
        Assert.Equal(1, after.HDiag);
    }
}
