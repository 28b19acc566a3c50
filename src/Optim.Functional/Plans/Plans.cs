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

    /// <summary>With each number of the gradients kept within ±<paramref name="value"/>: <see cref="Functional.ClipValue"/>.</summary>
    public static Plan ClipValue(this IRule rule, double value) => rule.With(new ClipValue(value));

    /// <summary>With each row of a gradient kept within a part of its parameter's: <see cref="Functional.ClipRows"/>, adaptive gradient
    /// clipping.</summary>
    public static Plan ClipRows(this IRule rule, double clipping = 0.01, double eps = 1e-3) => rule.With(new ClipRows(clipping, eps));

    /// <summary>With gradients whose rows have the mean 0: <see cref="Functional.Centralize"/>.</summary>
    public static Plan Centralize(this IRule rule) => rule.With(new Centralize());

    /// <summary>With noise added to the gradients: <see cref="Functional.Noise"/>.</summary>
    public static Plan Noise(this IRule rule, double eta, double gamma = 0.55, long seed = 0) => rule.With(new Noise(eta, gamma, seed));

    /// <summary>With one step for the gradients of several calls: <see cref="Functional.Accumulate"/>.</summary>
    public static Plan Accumulate(this IRule rule, int steps, bool average = true, bool buffers = true) =>
        rule.With(new Accumulate(steps, average, buffers));

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

    /// <summary>With slow parameters that the fast ones come back to: <see cref="Functional.Lookahead"/>.</summary>
    public static Plan Lookahead(this IRule rule, int every = 5, double alpha = 0.5) => rule.With(new Lookahead(every, alpha));

    /// <summary>With the mean of the parameters from a step on: <see cref="Functional.Swa"/>.</summary>
    public static Plan Swa(this IRule rule, long start = 0, long every = 1) => rule.With(new Swa(start, every));

    /// <summary>With learning rates times a factor.</summary>
    public static Plan LrFactor(this IRule rule, double factor) => rule.With(new LrFactor(factor));

    /// <summary>With learning rates times a factor for some of the parameters, those in no part before.</summary>
    public static Plan LrFactor(this IRule rule, Select where, double factor)
    {
        var plan = Functional.Plan.Of(rule);
        return plan.For(where, plan.Rule.LrFactor(factor));
    }

    /// <summary>With a learning rate for each layer, <paramref name="decay"/> times that of the next: 1 for parameters in none, decay for
    /// the last layer, its square for the one before.</summary>
    /// <remarks>Clark et al., ELECTRA, arXiv:2003.10555, appendix A; Bao et al., BEiT, arXiv:2106.08254.</remarks>
    /// <param name="rule">The rule.</param>
    /// <param name="decay">&gt; 0; no unit.</param>
    /// <param name="layers">The layers from the input on, each the names of its parameters: <c>"embed.*", "layers.0.*"</c>.</param>
    public static Plan LayerwiseLr(this IRule rule, double decay, params IReadOnlyList<string> layers)
    {
        if (layers is null) throw Fault.Null("the layers");
        var plan = Functional.Plan.Of(rule);
        for (var i = 0; i < layers.Count; i++) plan = plan.LrFactor(Select.Named(layers[i]), Math.Pow(decay, layers.Count - i));
        return plan;
    }

    /// <summary>With parameters that stay as they are: <see cref="Plan.Freeze"/>.</summary>
    public static Plan Freeze(this IRule rule, Select where) => Functional.Plan.Of(rule).Freeze(where);

    /// <summary>With another rule or plan for some of the parameters: <c>new AdamW().For(Select.Matrices, new Muon())</c>.</summary>
    public static Plan For(this IRule rule, Select where, IRule other) => Functional.Plan.Of(rule).For(where, other);
}
