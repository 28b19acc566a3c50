using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Optim.Functional.Cuda;

namespace Optim.Functional.GpuCheck;

/// <summary>Steps of rules of whole tensors on the device against steps on the processor, bit for bit.</summary>
sealed class Wholes(Gpu gpu)
{
    const int Steps = 3, Rows = 6, Columns = 9;

    /// <summary>All checks, by name, each of which says what differs, or nothing.</summary>
    public IEnumerable<(string Name, Func<string?> Run)> All() =>
        Each(WholeRules.MadeOfPasses, WholeRules.OfPasses).Concat(Each(WholeRules.WithFactors, WholeRules.OfFactors));

    IEnumerable<(string Name, Func<string?> Run)> Each(Dictionary<string, IRule> rules, int[][] shapes)
    {
        foreach (var (name, rule) in rules)
        {
            yield return ($"{name}, float", () => Differ<float>(rule, shapes));
            yield return ($"{name}, double", () => Differ<double>(rule, shapes));
        }
    }

    /// <summary>In place over parameters of these shapes and one that stands column by column; then apart.</summary>
    public string? Differ<T>(IRule rule, int[][] shapes) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(9);
        var plain = (IGradientRule)Plan.Of(rule).Rule;
        Parameter[] here =
        [
            .. shapes.Where(s => plain.Refuses(s) is null).Select((s, i) => new Parameter(Numbers<T>(random, s), $"p{i}")),
            .. new[] { new Parameter(InColumns<T>(random), "columns") }.Where(p => plain.Refuses(p.Value.Shape) is null),
        ];
        var there = gpu.Parameters(here);
        return InPlace<T>(rule, here, there, random) ?? Apart<T>(rule, here[0], there[0]);
    }

    string? InPlace<T>(IRule rule, Parameter[] here, IReadOnlyList<Parameter> there, Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (one, other) = (new Optimizer(here, rule), new Optimizer(there, rule));
        for (var t = 1; t <= Steps; t++)
        {
            foreach (var (p, q) in here.Zip(there))
            {
                p.Grad = p.Value.ColumnMajor ? InColumns<T>(random) : Numbers<T>(random, [.. p.Value.Shape]);
                q.Grad = gpu.Copy(p.Grad);
            }
            one.Step();
            other.Step();
            foreach (var (p, q) in here.Zip(there))
                if (Bits.Differ<T>(p.Value, q.Value, one.State(p), other.State(q)) is { } differs) return $"{p.Name}, step {t}: {differs}";
        }
        return null;
    }

    string? Apart<T>(IRule rule, Parameter here, Parameter there) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Params θ = Params.Of(("w", here.Value)), θ2 = Params.Of(("w", there.Value)), g = Params.Of(("w", here.Grad!));
        var (next, s) = rule.Step(θ, g, rule.Init(θ));
        var (next2, s2) = rule.Step(θ2, gpu.Copy(g), rule.Init(θ2));
        return Bits.Differ<T>(next["w"], next2["w"], s["w"], s2["w"]) is { } differs ? $"a pure step: {differs}"
            : Bits.Differ<T>(here.Value, there.Value, s["w"], s2["w"]) is { } written ? $"where a pure step began: {written}"
            : null;
    }

    static NDArray Numbers<T>(Random random, int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = Wild.Numbers<T>(random, shape.Aggregate(1, (n, d) => n * d), isTame: true);
        return shape.Length == 0 ? NDArray.Scalar(numbers[0]) : NDArray.Of(numbers, shape);
    }

    static NDArray InColumns<T>(Random random) where T : unmanaged, IFloatingPointIeee754<T> =>
        Wild.Numbers<T>(random, Rows * Columns, isTame: true) switch
        {
            float[] f => Matrix<float>.Build.Dense(Rows, Columns, f),
            var d => Matrix<double>.Build.Dense(Rows, Columns, (double[])(object)d),
        };
}
