namespace Optim.Functional;

/// <summary>torch's clip_grad_norm_ and clip_grad_value_: in place, on the gradients as they are. As a stage of a plan,
/// <see cref="Plans.ClipNorm"/>, clipping by norm takes no pass of its own and leaves the gradients alone.</summary>
public static class ClipGrad
{
    const double Eps = 1e-6;

    /// <summary>Scales all gradients so that their norm, of all together, is at most <paramref name="maxNorm"/>: by min(1, max/(norm +
    /// 1e-6)).</summary>
    /// <param name="parameters">Whose gradients; absent ones do not count.</param>
    /// <param name="maxNorm">The most, ≥ 0.</param>
    /// <param name="normType">p of the norm (Σ |g|^p)^(1/p): any number; ∞: the largest; -∞: the smallest; 0: how many tensors are not
    /// all 0.</param>
    /// <param name="errorIfNonFinite">Whether a norm that is not finite is an error; else it makes gradients 0 or NaN, as in torch.</param>
    /// <returns>The norm before, in double: numbers that are finite have one that is, unless it is larger than a double can be.</returns>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    /// <exception cref="InvalidOperationException">The norm is not finite, and that is an error; nothing is changed.</exception>
    public static double Norm(IEnumerable<Parameter> parameters, double maxNorm, double normType = 2, bool errorIfNonFinite = false)
    {
        Fault.NotNegative("clip_grad_norm_", "max_norm", maxNorm);
        var gradients = Of(parameters);
        var norm = TotalNorm(gradients, normType);
        if (errorIfNonFinite && !double.IsFinite(norm)) throw Fault.NonFiniteNorm(normType, norm);
        var factor = maxNorm / (norm + Eps);
        if (!(factor >= 1)) Shrink(gradients, factor); // NaN too
        return norm;
    }

    /// <summary>Puts each element of the gradients between -<paramref name="clipValue"/> and it; NaN stays.</summary>
    /// <param name="parameters">Whose gradients; absent ones stay so.</param>
    /// <param name="clipValue">The most, ≥ 0.</param>
    /// <exception cref="ArgumentException">The number is out of range.</exception>
    public static void Value(IEnumerable<Parameter> parameters, double clipValue)
    {
        Fault.NotNegative("clip_grad_value_", "clip_value", clipValue);
        Each(Of(parameters), new ClipValue.Within(clipValue));
    }

    /// <summary>The norm of all gradients together: torch's get_total_norm.</summary>
    /// <param name="parameters">Whose gradients; absent ones do not count, and none at all have the norm 0.</param>
    /// <param name="normType">As <see cref="Norm"/> has it.</param>
    public static double TotalNorm(IEnumerable<Parameter> parameters, double normType = 2) => TotalNorm(Of(parameters), normType);

    static NDArray[] Of(IEnumerable<Parameter> parameters) =>
        [.. (parameters ?? throw Fault.Null("the parameters")).Select(p => (p ?? throw Fault.Null("a parameter")).Grad).OfType<NDArray>()];

    static double TotalNorm(NDArray[] gradients, double p)
    {
        if (double.IsNaN(p)) throw Fault.NormType();
        if (gradients.Length == 0) return 0;
        var norms = p == 2
            ? Lengths<float>(gradients).Concat(Lengths<double>(gradients))
            : gradients.Select(g => NormOf(Numbers(g), p));
        return NormOf(norms, p);
    }

    /// <summary>Of all gradients of a type that lie in one memory together, where they lie.</summary>
    static IEnumerable<double> Lengths<T>(NDArray[] gradients) where T : unmanaged, IFloatingPointIeee754<T> =>
        gradients.OfType<NDArray<T>>().GroupBy(g => g.Device).Select(group => Scan<T>.NormOf(group, group.Key?.Engine<T>()));

    static double NormOf(IEnumerable<double> numbers, double p)
    {
        if (double.IsPositiveInfinity(p)) return numbers.Aggregate(0.0, (most, x) => Math.Max(most, Math.Abs(x)));
        if (double.IsNegativeInfinity(p)) return numbers.Aggregate(double.PositiveInfinity, (least, x) => Math.Min(least, Math.Abs(x)));
        if (p == 0) return numbers.Count(x => x != 0);
        var most = NormOf(numbers, p > 0 ? double.PositiveInfinity : double.NegativeInfinity);
        if (most == 0 || !double.IsFinite(most)) return most;
        var sum = 0.0; // of numbers relative to the largest, or of a negative p the smallest, so that it neither overflows nor vanishes
        foreach (var x in numbers) sum += p == 2 ? x / most * (x / most) : p == 1 ? Math.Abs(x / most) : Math.Pow(Math.Abs(x / most), p);
        return most * (p == 2 ? Math.Sqrt(sum) : Math.Pow(sum, 1 / p));
    }

    static IEnumerable<double> Numbers(NDArray g) =>
        g.Device is not null ? Numbers(g.OnHost()) : g is NDArray<float> f ? Numbers(f) : Numbers((NDArray<double>)g);

    static IEnumerable<double> Numbers<T>(NDArray<T> g) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var place = g.Place;
        for (nint i = 0; i < g.Stored; i++) yield return double.CreateTruncating(place.From(i));
    }

    /// <summary>Gradients times a factor, by two where it is less than a number can be without losing digits.</summary>
    static void Shrink(NDArray[] gradients, double factor)
    {
        if (factor != 0 && Math.Abs(factor) < Scan<float>.SmallestNormal && double.IsFinite(factor))
        {
            var half = Math.ILogB(factor) / 2;
            Each(gradients, new Pass.Times(Math.ScaleB(1, half)));
            factor = Math.ScaleB(factor, -half);
        }
        Each(gradients, new Pass.Times(factor));
    }

    static void Each<F>(NDArray[] gradients, in F pass) where F : struct, IPass
    {
        Each<float, F>(gradients, pass);
        Each<double, F>(gradients, pass);
    }

    static void Each<T, F>(NDArray[] gradients, in F pass) where T : unmanaged, IFloatingPointIeee754<T> where F : struct, IPass
    {
        var passes = new TensorPasses<T>();
        foreach (var g in gradients.OfType<NDArray<T>>()) passes.Run(pass, g, g, Execution.Default);
    }
}
