using System.Globalization;
using System.Text;

namespace Optim.Functional.Cuda;

/// <summary>A rule's formula, with the stages of a plan around it, as it was written down by running it once: text, a kernel in PTX, or
/// one in OpenCL C.</summary>
/// <remarks>
/// Any elementwise rule has one, those of your own too. The code depends on the rule and on which of its lines a step takes (the first one
/// may be another), not on learning rates or corrections: these are arguments of a launch, whose values of one step are in
/// <see cref="Constants"/>.
/// </remarks>
public sealed class RecordedFormula
{
    readonly Plan plan;
    readonly long step;

    RecordedFormula(Plan plan, long step, Recorded recorded) => (this.plan, this.step, Recorded) = (plan, step, recorded);

    internal Recorded Recorded { get; }

    /// <summary>The formula of a step.</summary>
    /// <param name="rule">A rule, or a plan: of one with parts the rule of those that are in none.</param>
    /// <param name="step">The step, from 1 on: that of a parameter that had a gradient at each step, and of its constants. What a rule or
    /// a stage measures before a step is taken as 1.</param>
    /// <exception cref="ArgumentException">The rule is not elementwise, or the step is less than 1.</exception>
    public static RecordedFormula Of(IRule rule, long step = 10)
    {
        if (step < 1) throw Fault.Step(step);
        var plan = Plan.Of(rule ?? throw Fault.Null(nameof(rule))).Resolved[^1];
        plan.Validate();
        if (plan.Elementwise is not { } own) throw Fault.NotElementwise(plan.Rule);
        plan = plan.At(step - 1);
        var measured = Array.ConvertAll(plan.Update, _ => new Measured(1, 1) { Second = 1, Third = 1, Fourth = 1 });
        var recipe = new Recipe(plan, own.Maximize ? -1 : 1, own.WeightDecay, measured);
        return new(plan, step, Recorder.Record(recipe, TurnOf(plan, own, step)));
    }

    /// <summary>Where a parameter stands at a step: its scalars are those that the steps before have made.</summary>
    static Turn TurnOf(Plan plan, IElementwiseRule rule, long step)
    {
        double[] sums = [1, 1, 1, 1];
        var fresh = (byte)((1 << (rule.Slots.Count + plan.After.Length)) - 1);
        var (now, carried, shared) = (default(Turn), rule.Start(rule.Lr), rule.StartModel());
        for (var t = 1L; t <= step; t++)
        {
            var lr = plan.LrAt(t - 1, rule.Lr);
            var next = rule.ModelScalars.Count > 0 ? rule.Learn(shared, lr, sums) : shared;
            now = new(t, lr, carried, carried, shared, next) { Step = t, FreshSlots = t == 1 ? fresh : (byte)0 };
            now = now with { After = rule.After(now) };
            (carried, shared) = (now.After, next);
        }
        return now;
    }

    /// <summary>The constants of the step, by their names in the formula, in the order in which a kernel is given them.</summary>
    public IReadOnlyList<(string Name, double Value)> Constants =>
        [.. Recorded.Code.ArgumentNames.Zip(Recorded.Arguments, (name, argument) => (name, argument.Value))];

    /// <summary>The kernel in PTX, which a driver of CUDA 11 and later compiles for devices of compute capability 8.0 and later.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    public string ToPtx<T>() where T : unmanaged, IFloatingPointIeee754<T> => PtxText.Print(Recorded.Code, ElementType.Of<T>());

    /// <summary>The kernel in OpenCL C, over one tensor.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    public string ToOpenCl<T>() where T : unmanaged, IFloatingPointIeee754<T> => OpenClText.Print(Recorded.Code, ElementType.Of<T>());

    /// <summary>The formula in the paper's letters as far as they are known, what these are, and the constants of the step.</summary>
    public override string ToString()
    {
        string[] slots = [.. plan.Elementwise!.Slots.Concat(plan.After.Select(a => a.Slot)).Select(s => s.Key)];
        var (formula, letters) = FormulaText.Print(Recorded.Code, slots);
        var text = new StringBuilder($"{plan}\n\n{formula}");
        if (!letters.SequenceEqual(slots))
            text.Append($"\nslots: {string.Join(", ", letters.Zip(slots, (letter, key) => letter == key ? key : $"{letter} {key}"))}\n");
        if (Constants.Count > 0)
            text.Append($"\nat step {step}: {string.Join(", ", Constants.Select(c => Text(c.Name, c.Value)))}\n");
        return text.ToString();
    }

    static string Text(string name, double value) =>
        $"{name} = {value.ToString("G9", CultureInfo.InvariantCulture).Replace("E-0", "e-").Replace("E", "e")}";
}
