namespace Optim.Functional;

/// <summary>Of a rule that does not keep the contract, for whoever writes one.</summary>
static partial class Fault
{
    public static ArgumentException NoFormula(Type got) =>
        new($"{got.Name} is no gradient rule and no closure rule, so there is no formula to run. "
            + $"A rule of your own implements {nameof(IElementwiseRule)}, {nameof(IWholeRule)}, "
            + $"{nameof(IModelRule)} or {nameof(IClosureRule)}.");

    public static ArgumentException ObservesNothing(Plan plan) =>
        new($"{plan.Name}: it learns from the gradients of its steps only, and observes no others; SophiaG and MARS do.");

    public static InvalidOperationException BoundNotOnce(IRule rule, int got) =>
        new($"{rule.Name}: its Bind called use.Run {got} times, and must call it once; nothing was changed. Does it lack an else?");

    public static InvalidOperationException StageNotOnce(Plan plan, int got) =>
        new($"{plan.Name}: a stage's Around called use.Run so that there are {got} steps, and must call it once; "
            + $"nothing was changed. The plan: {plan}.");

    public static InvalidOperationException MeasuredNotOnce(IRule rule, int got) =>
        new($"{rule.Name}: its Measure called use.Run {got} times, and must call it once; nothing was changed.");

    public static InvalidOperationException SumCount(IRule rule, int got) => new($"{rule.Name}: its Sums are {got}, there can be 1 to 4.");

    public static InvalidOperationException TermCount(IRule rule, int wanted, int got) =>
        new($"{rule.Name}: what is measured has {got} terms, its Sums are {wanted}; they must be as many.");

    public static InvalidOperationException SlotCount(IRule rule, int wanted, int got) =>
        new($"{rule.Name}: its formula has a SlotCount of {got}, its Slots are {wanted}; they must be as many.");

    public static InvalidOperationException SlotShape(IRule rule, string slot, NDArray got, NDArray θ) =>
        new($"{rule.Name}: {slot} has shape {got.ShapeText}, the parameter {θ.ShapeText}; "
            + "the slots of a rule that steps element by element must be as long.");

    public static InvalidOperationException TooManySlots(IRule rule, int got, int most) =>
        new($"{rule.Name}: it has {got} slots with those of its stages, there can be {most}.");

    public static InvalidOperationException TooManyScalars(IRule rule, int got, int most) =>
        new($"{rule.Name}: it carries {got} scalars, there can be {most}.");
}
