using System.Numerics;
using Optim.Functional.Cuda;

namespace Optim.Functional.GpuCheck;

/// <summary>L-BFGS on the device against L-BFGS on the processor, over vectors that have the same bits on both.</summary>
sealed class Descents(Gpu gpu)
{
    static readonly (string Name, LBFGS Rule)[] rules =
    [
        ("steps of a length", new(Lr: 0.1, MaxIter: 4, HistorySize: 3)),
        ("line search", new(MaxIter: 4, HistorySize: 3, LineSearchFn: "strong_wolfe")),
        ("relative, ascending", new(MaxIter: 4, LineSearchFn: "strong_wolfe", Maximize: true, Relative: true)),
    ];

    /// <summary>All checks, by name, each of which says what differs, or nothing.</summary>
    public IEnumerable<(string Name, Func<string?> Run)> All()
    {
        foreach (var (name, rule) in rules)
        {
            yield return ($"L-BFGS, {name}, float", () => Differ<float>(rule));
            yield return ($"L-BFGS, {name}, double", () => Differ<double>(rule));
        }
    }

    string? Differ<T>(LBFGS rule) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(7);
        Parameter[] here = [.. new[] { 1000, 0, 33 }.Select(n => new Parameter(NDArray.Of(Wild.Numbers<T>(random, n, isTame: true), n)))];
        var there = gpu.Parameters(here);
        var (one, other) = (new Optimizer(here, rule), new Optimizer(there, rule));
        for (var t = 1; t <= 4; t++)
        {
            var loss = one.Step(() => Bowl<T>(here, rule.Maximize, g => g));
            var loss2 = other.Step(() => Bowl<T>(there, rule.Maximize, gpu.Copy));
            if (!loss.Equals(loss2)) return $"step {t}: the loss is {loss:R} on the processor, {loss2:R} on the device";
            foreach (var (p, q) in here.Zip(there))
                if (!p.Value.As<T>().ToArray().SequenceEqual(q.Value.As<T>().ToArray()))
                    return $"step {t}: {p.Value}, on the device {q.Value}";
        }
        return null;
    }

    /// <summary>Σ kx²/2 + x⁴/4 and its gradients, made on the processor and brought to the parameters; to ascend, its
    /// negative.</summary>
    static double Bowl<T>(IReadOnlyList<Parameter> parameters, bool isHill, Func<NDArray, NDArray> bring)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (loss, sign) = (0.0, isHill ? -1.0 : 1.0);
        foreach (var p in parameters)
        {
            var x = Array.ConvertAll(p.Value.As<T>().ToArray(), double.CreateTruncating);
            for (var i = 0; i < x.Length; i++) loss += sign * ((1 + i % 7) * x[i] * x[i] / 2 + Math.Pow(x[i], 4) / 4);
            T[] g = [.. x.Select((a, i) => T.CreateTruncating(sign * ((1 + i % 7) * a + a * a * a)))];
            p.Grad = bring(NDArray.Of(g, g.Length));
        }
        return loss;
    }
}
