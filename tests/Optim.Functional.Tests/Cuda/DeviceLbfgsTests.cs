using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.Cuda;

/// <summary>L-BFGS over parameters on a device, against the same steps here, bit for bit.</summary>
public class DeviceLbfgsTests
{
    static readonly Dictionary<string, LBFGS> rules = new()
    {
        ["torch's defaults"] = new(Lr: 0.5, MaxIter: 4),
        ["twenty iterations"] = new(MaxIter: 20, LineSearchFn: "strong_wolfe"),
        ["line search"] = new(MaxIter: 3, LineSearchFn: "strong_wolfe"),
        ["short history"] = new(Lr: 0.5, MaxIter: 5, HistorySize: 2),
        ["short history, line search"] = new(MaxIter: 5, HistorySize: 2, LineSearchFn: "strong_wolfe"),
        ["relative"] = new(MaxIter: 4, LineSearchFn: "strong_wolfe", Relative: true),
        ["relative, without a search"] = new(Lr: 0.1, MaxIter: 4, Relative: true),
        ["ascending"] = new(MaxIter: 4, LineSearchFn: "strong_wolfe", Maximize: true),
        ["one iteration"] = new(Lr: 0.3, MaxIter: 1),
    };

    public static TheoryData<string> Names => [.. rules.Keys];

    static double Sign(LBFGS rule) => rule.Maximize ? -1 : 1;

    /// <summary>Rosenbrock's chain over all numbers, in double; of a rule that ascends, of its negative.</summary>
    static (double, T[][]) Chain<T>(T[][] parameters, double sign) where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] θ = [.. parameters.SelectMany(p => p).Select(double.CreateTruncating)], g = new double[θ.Length];
        var loss = 0.0;
        for (var i = 0; i + 1 < θ.Length; i++)
        {
            var (a, b) = (1 - θ[i], θ[i + 1] - θ[i] * θ[i]);
            loss += a * a + 10 * b * b;
            g[i] += -2 * a - 40 * θ[i] * b;
            g[i + 1] += 20 * b;
        }
        var at = 0;
        return (sign * loss, Array.ConvertAll(parameters, p => Array.ConvertAll(p, _ => T.CreateTruncating(sign * g[at++]))));
    }

    static NDArray Numbers<T>(int seed, params int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        var values = Array.ConvertAll(new T[shape.Aggregate(1, (a, b) => a * b)], _ => T.CreateTruncating(random.NextDouble() * 3 - 1.5));
        return values is float[] f ? NDArray.Of(f, shape) : NDArray.Of((double[])(object)values, shape);
    }

    static DeviceDescent<T> Descent<T>(LBFGS rule) where T : unmanaged, IFloatingPointIeee754<T> =>
        new(p => Chain(p, Sign(rule)), rule, Numbers<T>(1, 5), Numbers<T>(2, 3, 4), Numbers<T>(3, 0), Numbers<T>(4, 1), Numbers<T>(5, 35));

    [Theory, MemberData(nameof(Names))]
    public void Steps_on_a_device_have_the_bits_of_the_processor_in_float32(string name) => Same<float>(rules[name]);

    [Theory, MemberData(nameof(Names))]
    public void Steps_on_a_device_have_the_bits_of_the_processor_in_float64(string name) => Same<double>(rules[name]);

    static void Same<T>(LBFGS rule) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var descent = Descent<T>(rule);
        var losses = Enumerable.Range(0, rule.MaxIter > 10 ? 2 : 4).Select(_ => descent.Step()).ToArray();
        Assert.True(Sign(rule) * losses[^1] < Sign(rule) * losses[0], string.Join(" ", losses));
        Assert.True(descent.Here.Memory().OldDirs.Count > 0);
    }

    [Fact]
    public void Matrices_of_MathNets_and_absent_gradients_are_stepped_too()
    {
        var rule = new LBFGS(MaxIter: 3, LineSearchFn: "strong_wolfe", Maximize: true);
        foreach (var search in (string?[])["strong_wolfe", null])
        {
            using var descent = new DeviceDescent<double>(
                p =>
                {
                    var (loss, g) = Chain(p[..2], -1);
                    return (loss, [.. g, null!]);
                },
                rule with { LineSearchFn = search, Lr = 0.05 },
                Matrix<double>.Build.Dense(3, 4, (i, j) => i - 0.3 * j), Numbers<double>(4, 7), Numbers<double>(5, 2));
            for (var t = 0; t < 3; t++) descent.Step();
            var parameters = DeviceDescent<double>.Of(descent.There);
            Assert.True(parameters[0].Value.ColumnMajor);
            Assert.Equal(Numbers<double>(5, 2).As<double>().ToArray(), parameters[2].Value.As<double>().ToArray());
        }
    }

    [Theory, InlineData(0.25), InlineData(1e-42)]
    public void A_scale_on_the_loss_and_one_on_the_gradients_are_undone_as_here(double scale)
    {
        var rule = new LBFGS(Lr: 0.5, MaxIter: 3, LineSearchFn: "strong_wolfe");
        using var descent = new DeviceDescent<float>(p => Chain(p, 1), rule.LossScale(8), Numbers<float>(1, 5), Numbers<float>(2, 3, 4));
        (descent.Here.GradScale, descent.There.GradScale) = (scale, scale);
        for (var t = 0; t < 2; t++) descent.Step();
    }

    /// <summary>A bowl of different curvatures, whose middle is 1.</summary>
    static (double, T[][]) Bowl<T>(T[][] parameters) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var loss = 0.0;
        var gradients = Array.ConvertAll(parameters, p => p.Select((x, i) =>
        {
            var (a, k) = (double.CreateTruncating(x) - 1, 1 + i % 50 / 10.0);
            loss += k * a * a / 2;
            return T.CreateTruncating(k * a);
        }).ToArray());
        return (loss, gradients);
    }

    static LBFGS Endless => new(Lr: 0.3, MaxIter: 3, HistorySize: 4, ToleranceGrad: 0, ToleranceChange: 0);

    [Theory, InlineData(null), InlineData("strong_wolfe")]
    public void A_step_brings_nothing_here_but_sums(string? search)
    {
        const int n = 3000;
        using var descent = new DeviceDescent<float>(Bowl, Endless with { LineSearchFn = search }, Numbers<float>(1, n));
        void Step() => descent.There.Step(() => descent.Closure(descent.There));
        for (var t = 0; t < 6; t++) Step();
        var (before, brought, sent, made) = (
            descent.Driver.ToHostBytes, descent.Brought, descent.Driver.ToDeviceBytes, descent.Driver.Allocations);
        var calls = descent.Calls.There;
        Step();
        calls = descent.Calls.There - calls;
        Assert.InRange(calls, 3, 100);
        // A sum is 8 bytes: two for each pair and each evaluation, six an iteration, and in all not a tenth of a vector.
        Assert.InRange(descent.Driver.ToHostBytes - before - (descent.Brought - brought), 8, 8 * (3 * (2 * 4 + 6) + 2 * calls));
        Assert.Equal(made + calls, descent.Driver.Allocations); // the closure's gradients
        Assert.InRange(descent.Driver.ToDeviceBytes - sent, 1, calls * n * sizeof(float) + 20_000);
    }

    [Theory, InlineData(2), InlineData(5)]
    public void An_iteration_over_long_vectors_and_its_evaluation_wait_five_times_whatever_the_history(int history)
    {
        using var descent = new DeviceDescent<float>(
            Bowl, Endless with { MaxIter = 1, HistorySize = history }, Numbers<float>(1, BlockSum.Length + 1));
        int Waits()
        {
            var (before, waited) = (descent.Driver.Synchronizations, descent.Waited);
            descent.There.Step(() => descent.Closure(descent.There));
            return descent.Driver.Synchronizations - before - (descent.Waited - waited);
        }
        for (var t = 0; t < history + 1; t++) Waits();
        Assert.Equal(history, descent.There.Memory().OldDirs.Count);
        Assert.Equal(5, Waits()); // max |g|; all products with y, and with g; those with q; slope and max |d|
    }

    /// <summary>Sweeps over long vectors make their sums in another order there than here.</summary>
    [Theory, InlineData(null), InlineData("strong_wolfe")]
    public void Of_long_vectors_the_last_digits_may_differ(string? search)
    {
        const double Tolerance = 1e-12; // of numbers around 1: some thousand roundings, as far as two orders of a sum may be apart
        var rule = Endless with { LineSearchFn = search, MaxIter = 4, HistorySize = 6 };
        using var descent = new DeviceDescent<double>(Bowl, rule, Numbers<double>(1, BlockSum.Length), Numbers<double>(2, 100));
        for (var t = 0; t < 2; t++)
        {
            descent.Here.Step(() => descent.Closure(descent.Here));
            descent.There.Step(() => descent.Closure(descent.There));
        }
        Assert.Equal(descent.Calls.Here, descent.Calls.There);
        Assert.Equal(6, descent.There.Memory().OldDirs.Count);
        foreach (var (here, there) in DeviceDescent<double>.Of(descent.Here).Zip(DeviceDescent<double>.Of(descent.There)))
        {
            var (wanted, got) = (here.Value.As<double>().ToArray(), there.Value.As<double>().ToArray());
            for (var i = 0; i < wanted.Length; i++) Assert.Equal(wanted[i], got[i], Tolerance);
        }
    }
}
