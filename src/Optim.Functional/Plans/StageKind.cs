namespace Optim.Functional;

/// <summary>What the kind of a stage says of it: when it acts, what it can go around, and which others it takes the place of.</summary>
static class StageKind
{
    /// <summary>When a stage acts: so plans are equal, and print alike, in whatever order their stages were given.</summary>
    public static (int Kind, int Order) Place(IStage stage) => stage switch
    {
        IGradientStage s => (0, s.Order),
        IGradientMap s => (0, s.Order),
        ISchedule => (1, 0),
        LrFactor => (1, 1),
        IUpdateStage s => (2, s.Order),
        IAfterStage s => (3, s.Order),
        _ => (4, 0),
    };

    /// <summary>Whether there can be only one of the two.</summary>
    public static bool AreAlike(IStage one, IStage other) =>
        one.GetType() == other.GetType() || (one is ISchedule && other is ISchedule);

    /// <summary>Throws where a stage cannot go around a rule.</summary>
    public static void Check(IStage stage, IRule rule)
    {
        if ((stage.Refuses(rule) ?? Why(stage, rule)) is { } why) throw Fault.Stage(rule, stage, why);
    }

    static string? Why(IStage stage, IRule rule) => stage switch
    {
        IUpdateStage when rule is not (IElementwiseRule or IWholeRule { EndsInMove: true }) =>
            "it changes the update of single elements, which this rule does not make",
        IUpdateStage when rule is IElementwiseRule { UpdatesToNext: true } =>
            "this rule's formula gives the new parameter itself and no update",
        IAfterStage or ISchedule or Functional.LrFactor or Functional.Freeze when rule is IClosureRule =>
            "a closure rule makes several steps in one",
        ISchedule or Functional.LrFactor when rule is IGradientRule { Lr: double.NaN } => "this rule has no lr",
        IMomentumSchedule moving when moving.MomentumAt(0) is not null && Momentum.Option(rule) is null =>
            "it moves the momentum, and this rule has neither momentum nor betas",
        _ => null,
    };
}
