namespace Optim.Functional;

/// <summary>Of plans: what cannot go together.</summary>
static partial class Fault
{
    public static ArgumentException Stage(IRule rule, IStage stage, string why) => new($"{rule.Name}: {stage} cannot go around it: {why}.");

    public static ArgumentException SparseStage(IRule rule, IStage stage) =>
        new($"{rule.Name}: {stage} looks at all elements of a parameter, and a gradient is sparse, which names some; "
            + "hand over a dense one.");

    public static InvalidOperationException StageSums(object stage, int got, int most) =>
        new($"{stage} measures {got} sums, there can be {most}.");

    public static InvalidOperationException StagesNotOnce(IStage[] stages, int got) =>
        new($"A stage's Around called use.Run so that there are {got} steps, and must call it once; nothing was changed. "
            + $"The stages: {string.Join<IStage>(", ", stages)}.");

    public static InvalidOperationException StageTerms(object stage, int wanted, int got) =>
        new($"{stage}: what is measured has {got} terms, its SumsOf says {wanted}; they must be as many.");

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

    public static ArgumentException RoutingWithoutName(int number) =>
        new($"MuonRouting: parameter {number} has no name, and names say what is an embedding or a head. Name the parameters: "
            + "new Parameter(value, \"fc1.weight\").");

    public static ArgumentException RoutingName(string name) =>
        new($"MuonRouting: the name '{name}' has a * or a |, which stand for others in a plan's names.");

    public static ArgumentException RoutingRule(IRule got) =>
        new($"MuonRouting: the rule of hidden matrices is {got.Name}, which has parts or asks for the loss; wanted one such as Muon.");

    public static ArgumentException RoutingMatches(Select of, IEnumerable<string> names) =>
        new($"MuonRouting: there is no parameter {of}. There are: {string.Join(", ", names)}.");

    public static ArgumentException RoutingRefused(IRule rule, string name, NDArray got, string why) =>
        new($"MuonRouting: parameter '{name}' of shape {got.ShapeText} cannot go to {rule.Name}: {why}.");

    public static ArgumentException NothingForMuon(IEnumerable<Routed> routes) =>
        new("MuonRouting: no parameter is a hidden matrix: " + string.Join("; ", routes.Select(r => $"'{r.Name}' is {r.Why}"))
            + ". Send one to Muon by its name, or use AdamW alone.");
}
