using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Of steps that several processes make together.</summary>
static partial class Fault
{
    public static NotSupportedException NotOver(Plan plan) =>
        new($"{plan.Name}: it cannot be stepped by several processes: "
            + (plan.Rule is IClosureRule ? "its rule asks for the loss itself. Make the same closure steps in each process"
            : plan.TakesSparseOnly ? "it takes sparse gradients only, and a sum over processes is dense. Take SGD, Adagrad or AdamW"
            : "gradients that are observed are those of one process. Observe before you give it to them")
            + ".");

    public static NotSupportedException DeviceOver(string device) =>
        new($"The parameters lie on {device}, and processes exchange gradients of this process's memory. "
            + "Step them here, or by one process.");

    public static NotSupportedException PureInParts(Plan plan) =>
        new($"{plan.Name}: the pure face gives a state back whole, and processes would have parts of it. Take Sharding.None.");

    public static InvalidOperationException AddedToParts(string rule) =>
        new($"{rule}: parameters cannot be added once processes have parts of its state. Add them before the first step.");

    public static NotSupportedException UnscaledOver() =>
        new("GradScaler: Unscale looks at the gradients of one process, and the step is of several. Leave it to scaler.Step, and clip by "
            + "the plan's ClipNorm.");

    public static InvalidOperationException MapOverParts(IGradientMap map, string label) =>
        new($"{map} looks at all of '{label}', of which this process has a part. Give the plan its stages before the optimizer is made.");

    public static InvalidOperationException StagesOverParts(Plan has, Plan got) =>
        new($"{has.Name}: processes have parts of the parameters, which suit these stages: {has}. Got {got}. Make a new optimizer.");

    public static InvalidOperationException StateInParts(string rule) =>
        new($"{rule}: each process has a part of the state. Write it with world.Save, or bring it together with world.Gather.");

    public static InvalidOperationException SumsInParts(string rule, int calls) =>
        new(Invariant($"{rule}: each process has sums of its own of {calls} calls' gradients. Save after the step, ")
            + "or take SumOrder.Ranks, whose sums are those of all processes.");
}
