namespace Optim.Functional;

/// <summary>Stages put around a rule or a plan: <c>new AdamW(Lr: 1e-3).ClipNorm(1).Schedule(new Cosine(1000)).Ema(0.999)</c>.</summary>
public static class Plans
{
    /// <summary>The plan of a rule.</summary>
    public static Plan Plan(this IRule rule) => Functional.Plan.Of(rule);

    /// <summary>With a stage around it.</summary>
    public static Plan With(this IRule rule, IStage stage) => Functional.Plan.Of(rule).With(stage);

    /// <summary>With gradients scaled down where their norm, of all parameters together, is more than <paramref name="maxNorm"/>:
    /// <see cref="Functional.ClipNorm"/>.</summary>
    public static Plan ClipNorm(this IRule rule, double maxNorm) => rule.With(new ClipNorm(maxNorm));

    /// <summary>With <paramref name="then"/> for gradients that hold NaN or an infinity: <see cref="FinitePolicy"/>.</summary>
    public static Plan OnNonFinite(this IRule rule, NonFinite then) => rule.With(new FinitePolicy(then));

    /// <summary>With gradients divided by <paramref name="scale"/>: <see cref="Functional.LossScale"/>.</summary>
    public static Plan LossScale(this IRule rule, double scale) => rule.With(new LossScale(scale));

    /// <summary>With a learning rate that depends on the step.</summary>
    public static Plan Schedule(this IRule rule, ISchedule schedule) => rule.With(schedule);

    /// <summary>With cautious updates: <see cref="Functional.Cautious"/>.</summary>
    public static Plan Cautious(this IRule rule) => rule.With(new Cautious());

    /// <summary>With cautious weight decay: <see cref="Functional.CautiousWeightDecay"/>.</summary>
    public static Plan CautiousWeightDecay(this IRule rule, double weightDecay) => rule.With(new CautiousWeightDecay(weightDecay));

    /// <summary>With parameters that keep their norm, or have a given one: <see cref="Functional.Hyperball"/>.</summary>
    public static Plan Hyperball(this IRule rule, double? radius = null) => rule.With(new Hyperball(radius));

    /// <summary>With slots that become 0 before they are denormal numbers: <see cref="Functional.FlushDenormals"/>.</summary>
    public static Plan FlushDenormals(this IRule rule) => rule.With(new FlushDenormals());

    /// <summary>With an exponential moving average of the parameters: <see cref="Functional.Ema"/>.</summary>
    public static Plan Ema(this IRule rule, double decay = 0.999) => rule.With(new Ema(decay));

    /// <summary>With another rule or plan for some of the parameters: <c>new AdamW().For(Select.Matrices, new Muon())</c>.</summary>
    public static Plan For(this IRule rule, Select where, IRule other) => Functional.Plan.Of(rule).For(where, other);
}
