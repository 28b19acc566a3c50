using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Optim.Functional.Tests.Reports;

/// <summary>What OpenTelemetry hears of an optimizer's steps. Others step meanwhile: this one is known by its rule.</summary>
public class MetricsTests
{
    sealed record Metered(double Lr) : IElementwiseRule
    {
        public string Name => nameof(Metered);
        public IReadOnlyList<SlotSpec> Slots => [];
        public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => use.Run(new At<L>(L.Of(-now.Lr)));

        readonly record struct At<L>(L α) : IFormula<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public L Update(L θ, L g, ref Slots<L> s) => g;
            public L Apply(L θ, L u) => L.Fma(α, u, θ);
        }
    }

    static double Last(IEnumerable<Metric> metrics, string name, string? parameter = null)
    {
        double? found = null;
        foreach (var metric in metrics.Where(m => m.Name == name))
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var tags = new Dictionary<string, object?>();
                foreach (var tag in point.Tags) tags[tag.Key] = tag.Value;
                if (tags["rule"] is not nameof(Metered) || (parameter is not null && tags["parameter"] as string != parameter)) continue;
                found = metric.MetricType == MetricType.LongSum ? point.GetSumLong() : point.GetGaugeLastValueDouble();
            }
        return found ?? throw new InvalidOperationException($"there is no {name} of {parameter ?? "any"}");
    }

    [Fact]
    public void OpenTelemetry_collects_steps_rates_and_what_they_do_with_each_parameter()
    {
        var metrics = new List<Metric>();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(OptimizerMetrics.MeterName).AddInMemoryExporter(metrics).Build();
        var w = new Parameter(new double[] { 3, 4 }, "w") { Grad = new double[] { 0, 10 } };
        var optimizer = new Optimizer([w], new Metered(0.1).ClipNorm(5).OnNonFinite(NonFinite.Skip).Schedule(new Exponential(0.5)))
        {
            Execution = Execution.Default with { Reports = true },
        };
        optimizer.Step();
        optimizer.Step();
        w.Grad = new double[] { double.NaN, 0 };
        optimizer.Step();
        provider.ForceFlush();

        Assert.Equal(2, Last(metrics, "optim.steps"));
        Assert.Equal(1, Last(metrics, "optim.steps.left_out"));
        Assert.Equal(0.05, Last(metrics, "optim.lr"));
        Assert.Equal(10, Last(metrics, "optim.gradient.norm"));
        // The second step: clipped to 5, at lr 0.05, from (3, 3.5).
        Assert.Equal(5, Last(metrics, "optim.parameter.gradient_norm", "w"), 1e-6);
        Assert.Equal(0.25, Last(metrics, "optim.parameter.update_norm", "w"), 1e-6);
        Assert.Equal(Math.Sqrt(9 + 3.25 * 3.25), Last(metrics, "optim.parameter.norm", "w"), 1e-6);
        Assert.Equal(0.5, Last(metrics, "optim.parameter.zeros", "w"));
        Assert.Equal(0, Last(metrics, "optim.parameter.non_finite", "w"));
        Assert.Equal(0.25 / Math.Sqrt(9 + 3.25 * 3.25), Last(metrics, "optim.parameter.ratio", "w"), 1e-6);
    }
}
