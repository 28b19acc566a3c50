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
}
