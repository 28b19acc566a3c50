namespace Optim.Functional;

/// <summary>Of plans: what cannot go together.</summary>
static partial class Fault
{
    public static ArgumentException Stage(IRule rule, IStage stage, string why) => new($"{rule.Name}: {stage} cannot go around it: {why}.");

    public static ArgumentException PartInPart(Plan got) =>
        new($"A part's plan cannot have parts of its own; got {got}. Give each part to the outer plan.");

    public static ArgumentException GradientStageInPart(Plan got, object stage) =>
        new($"{got.Name}: {stage} looks at all gradients together, so it belongs to the outer plan and not to a part's.");

    public static ArgumentException ClosureInParts(IRule outer, IRule inner) =>
        new($"{outer.Name} and {inner.Name}: a rule that asks for the loss treats all parameters together, "
            + "so it is in no plan with parts.");

    public static ArgumentException OtherRules(Plan has, Plan got) =>
        new($"{has.Name}: an optimizer's plan may change its stages, not its rules or parts; got {got}. Make a new optimizer.");

    public static ArgumentException OtherRuleType(IRule has, IRule got) => new(got is Plan
        ? $"{has.Name}: stages are set for the whole optimizer, by its Plan; a group's rule is a plain {has.Name}."
        : $"{has.Name}: a group's rule may change its options, not its type; got {got.Name}.");

    public static ArgumentException ShapeRefused(IRule rule, string name, NDArray got, string why) =>
        new($"{rule.Name}: parameter '{name}' of shape {got.ShapeText} cannot be stepped: {why}. "
            + "Give it another rule by a part of the plan.");
}
