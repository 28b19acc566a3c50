using System.Diagnostics.Metrics;

namespace Optim.Functional;

/// <summary>What optimizers tell tools of their steps: a meter of System.Diagnostics.Metrics, which OpenTelemetry collects and
/// <c>dotnet-counters monitor --counters Optim.Functional</c> shows.</summary>
/// <remarks>
/// <c>optim.steps</c> and <c>optim.steps.left_out</c> count, <c>optim.gradient.norm</c> is the norm of all gradients where the plan takes
/// it, <c>optim.lr</c> that of each group; and of each parameter, where <see cref="Execution.Reports"/> asks for them,
/// <c>optim.parameter.gradient_norm</c>, <c>.update_norm</c>, <c>.norm</c>, <c>.ratio</c>, and the shares <c>.zeros</c> and
/// <c>.non_finite</c>. Tags: <c>rule</c>, <c>group</c>, <c>parameter</c>. It costs nothing where nobody listens.
/// </remarks>
public static class OptimizerMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Optim.Functional";

    static readonly Meter meter = new(MeterName, typeof(OptimizerMetrics).Assembly.GetName().Version?.ToString());
    static readonly Counter<long> steps = meter.CreateCounter<long>("optim.steps", "{step}", "Steps made.");
    static readonly Counter<long> leftOut =
        meter.CreateCounter<long>("optim.steps.left_out", "{step}", "Steps left out, since a number was not finite.");
    static readonly Gauge<double> norm = meter.CreateGauge<double>("optim.gradient.norm", null, "Norm of all gradients, before clipping.");
    static readonly Gauge<double> lr = meter.CreateGauge<double>("optim.lr", null, "Learning rate in force.");
    static readonly (Gauge<double> Gauge, Func<ParameterReport, double> Of)[] ofParameters =
    [
        (Of("gradient_norm", "Norm of the gradient that the rule was given."), r => r.GradientNorm),
        (Of("update_norm", "How far the parameter has come."), r => r.UpdateNorm),
        (Of("norm", "Norm of the parameter."), r => r.ParameterNorm),
        (Of("ratio", "Update's norm over the parameter's."), r => r.Ratio),
        (Of("zeros", "Share of the gradient's elements that are 0."), r => r.ShareOfZeros),
        (Of("non_finite", "Share of the gradient's elements that are NaN or infinite."), r => r.ShareOfNonFinite),
    ];

    static Gauge<double> Of(string what, string text) => meter.CreateGauge<double>($"optim.parameter.{what}", null, text);

    internal static void Stepped(Optimizer optimizer, bool isMade)
    {
        if (!steps.Enabled && !leftOut.Enabled && !norm.Enabled && !lr.Enabled && !ofParameters[0].Gauge.Enabled) return;
        var rule = new KeyValuePair<string, object?>("rule", optimizer.Name);
        (isMade ? steps : leftOut).Add(1, rule);
        if (!isMade) return;
        if (!double.IsNaN(optimizer.GradNorm)) norm.Record(optimizer.GradNorm, rule);
        if (lr.Enabled) Rates(optimizer);
        if (optimizer.Execution.Reports && ofParameters[0].Gauge.Enabled) Parameters(optimizer);
    }

    static void Rates(Optimizer optimizer)
    {
        for (var g = 0; g < optimizer.ParamGroups.Count; g++)
            lr.Record(optimizer.ParamGroups[g].LrAt(optimizer.Steps - 1), new("rule", optimizer.Name), new("group", g));
    }

    static void Parameters(Optimizer optimizer)
    {
        foreach (var (parameter, report) in optimizer.Reports)
            foreach (var (gauge, of) in ofParameters)
                gauge.Record(of(report), new("rule", optimizer.Name), new("parameter", parameter.Name ?? "without a name"));
    }
}
