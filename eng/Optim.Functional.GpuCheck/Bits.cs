using System.Numerics;
using System.Runtime.InteropServices;
using Optim.Functional.Cuda;
using Optim.Functional.Tests.Lift;

namespace Optim.Functional.GpuCheck;

/// <summary>Steps on the device against steps on the processor: equal to the bit, or both NaN.</summary>
/// <param name="gpu">The device.</param>
/// <param name="lengths">Of the tensors that are stepped.</param>
/// <param name="steps">How many.</param>
sealed class Bits(Gpu gpu, int[] lengths, int steps)
{
    static readonly (string Name, Func<Plan, Plan> Put)[] around =
    [
        ("alone", plan => plan),
        ("clipped", plan => plan.ClipNorm(0.5)),
        ("cautious", plan => plan.Cautious()),
        ("cautious decay", plan => plan.CautiousWeightDecay(0.1)),
        ("flush", plan => plan.With(new FlushDenormals())),
        ("ema", plan => plan.Ema(0.9)),
        ("swa", plan => plan.Swa()),
        ("all", plan => plan.LossScale(4).ClipNorm(2).Cautious().CautiousWeightDecay(0.1).Ema(0.9).Lookahead(3, 0.7)),
    ];

    /// <summary>All checks, by name, each of which says what differs, or nothing.</summary>
    public IEnumerable<(string Name, Func<string?> Run)> All()
    {
        foreach (var (name, rule) in Variants.All)
        {
            if (rule is not IElementwiseRule or { Sparse: SparseGradients.Only }) continue;
            foreach (var (stage, put) in around)
            {
                if (Around(put, rule) is not { } plan) continue;
                yield return ($"{name}, {stage}, float", () => Same<float>(plan));
                yield return ($"{name}, {stage}, double", () => Same<double>(plan));
            }
        }
    }

    static Plan? Around(Func<Plan, Plan> put, IRule rule)
    {
        try { return put(Plan.Of(rule)); }
        catch (ArgumentException) { return null; } // a stage that does not go with the rule
    }

    /// <summary>In place, and apart.</summary>
    string? Same<T>(Plan plan) where T : unmanaged, IFloatingPointIeee754<T> => InPlace<T>(plan) ?? Apart<T>(plan);

    string? InPlace<T>(Plan plan) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(7);
        Parameter[] here = [.. lengths.Select((n, i) => new Parameter(NDArray.Of(Wild.Numbers<T>(random, n, isTame: true), n), $"p{i}"))];
        Parameter[] there = [.. here.Select((p, i) => new Parameter(Placed<T>(p.Value, i), p.Name))];
        var (one, other) = (new Optimizer(here, plan), new Optimizer(there, plan));
        for (var t = 0; t < steps; t++)
        {
            for (var i = 0; i < here.Length; i++)
            {
                here[i].Grad = t % 3 == 1 && i % 2 == 1 ? null : NDArray.Of(Wild.Numbers<T>(random, lengths[i], t == 0), lengths[i]);
                there[i].Grad = here[i].Grad is { } g ? Placed<T>(g, i + 1) : null;
            }
            one.Step();
            other.Step();
            for (var i = 0; i < here.Length; i++)
                if (Differ<T>(here[i].Value, there[i].Value, one.State(here[i]), other.State(there[i])) is { } differs)
                    return $"in place, step {t + 1}, {lengths[i]} elements: {differs}";
        }
        return null;
    }

    /// <summary>On the device; every third one does not begin at 16 bytes.</summary>
    NDArray Placed<T>(NDArray tensor, int number) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (number % 3 < 2) return gpu.Copy(tensor);
        var room = gpu.Zeros<T>((int)tensor.Length + 1);
        var odd = gpu.Over<T>(gpu.AddressOf(room) + Marshal.SizeOf<T>(), room, [.. tensor.Shape]);
        gpu.Copy(tensor, odd);
        return odd;
    }

    string? Apart<T>(Plan plan) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(8);
        Params Some(bool isTame) =>
            Params.Of(lengths.Select((n, i) => ($"p{i}", (NDArray)NDArray.Of(Wild.Numbers<T>(random, n, isTame), n))));
        var θ = Some(isTame: true);
        var θ2 = gpu.Copy(θ);
        var (s, s2) = (plan.Init(θ), plan.Init(θ2));
        for (var t = 0; t < 2; t++)
        {
            var g = Some(t == 0);
            (θ, s) = plan.Step(θ, g, s);
            (θ2, s2) = plan.Step(θ2, gpu.Copy(g), s2);
            for (var i = 0; i < θ.Count; i++)
                if (Differ<T>(θ[i], θ2[i], s[i], s2[i]) is { } differs) return $"apart, step {t + 1}, {lengths[i]} elements: {differs}";
        }
        return null;
    }

    /// <summary>What differs of a parameter and its state.</summary>
    public static string? Differ<T>(NDArray here, NDArray there, ParameterState s, ParameterState s2)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var (key, one, other) in s.Slots.Select(x => (x.Key, x.Value, s2.Slots[x.Key])).Prepend(("the parameter", here, there)))
        {
            var (a, b) = (one.As<T>().ToArray(), other.As<T>().ToArray());
            for (var k = 0; k < a.Length; k++)
                if (!a[k].Equals(b[k]) || (T.IsNegative(a[k]) != T.IsNegative(b[k]) && !T.IsNaN(a[k])))
                    return $"element {k} of {key} is {a[k]:R} on the processor, {b[k]:R} on the device";
        }
        return null;
    }
}
