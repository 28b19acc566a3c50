namespace Optim.Functional;

/// <summary>Measures what a plan's update stages want to know of a parameter, one after another: each sees the formula with those before it
/// around it.</summary>
static class UpdateStages
{
    [ThreadStatic] static Measured[]? room;

    /// <summary>Where a thread keeps what the stages of a plan have measured, until the formula is bound.</summary>
    public static Measured[] Room(IUpdateStage[] stages, long count)
    {
        if (room is null || room.Length < stages.Length) room = new Measured[stages.Length];
        room.AsSpan().Fill(new(0, count));
        return room;
    }

    public static bool AnyMeasures(IUpdateStage[] stages)
    {
        foreach (var stage in stages)
            if (stage.SumsOf(0) > 0) return true;
        return false;
    }

    /// <summary>A parameter, as far as it can be measured.</summary>
    public interface IMeasurable
    {
        /// <summary>The sums of a stage's next round.</summary>
        void Sum(int stage, scoped Span<double> sums);
    }

    /// <summary>All rounds of all stages.</summary>
    public static void Measure<M>(IUpdateStage[] stages, Measured[] measured, in M of) where M : struct, IMeasurable, allows ref struct
    {
        Span<double> sums = stackalloc double[Scalars.Most];
        for (var stage = 0; stage < stages.Length; stage++)
            for (int round = 0, known = 0; stages[stage].SumsOf(round) is > 0 and var n; round++, known += n)
            {
                if (known + n > Scalars.Most) throw Fault.StageSums(stages[stage], known + n, Scalars.Most);
                of.Sum(stage, sums[..n]);
                measured[stage] = measured[stage].With(known, sums[..n]);
            }
    }
}

/// <summary>Puts the stages before one around a formula, and hands it to that one to be measured.</summary>
struct UpToStage<L, U>(IUpdateStage[] stages, int last, Measured[] measured, Turn now, U inner) : IUse<L>
    where L : struct, ILane<L>
    where U : struct, IUseMeasure<L>
{
    int at;

    public U Inner = inner;

    public void Run<A>(in A formula) where A : struct, IFormula<L>
    {
        if (at == last)
        {
            Stages.Measure<L, A, U>(stages[last], formula, now, measured[last], ref Inner);
            return;
        }
        var number = at++;
        Stages.AroundOnce<L, A, UpToStage<L, U>>(stages[number], formula, now, measured[number], ref this);
    }
}
