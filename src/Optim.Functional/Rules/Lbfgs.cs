using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Optim.Functional;

/// <summary>L-BFGS: a quasi-Newton step from the last differences of gradients and parameters. Asks for the loss several times in one step.</summary>
/// <remarks>
/// Nocedal, "Updating quasi-Newton matrices with limited storage", Math. Comp. 35, 1980; Liu, Nocedal, Math. Program. 45, 1989, Algorithm 2.1;
/// Nocedal, Wright 2006, Algorithm 7.4 (two loops). q ← -g; newest pair first αᵢ = ρᵢ sᵢ·q, q ← q - αᵢyᵢ; d ← γq; oldest first d ← d + (αᵢ - ρᵢ yᵢ·d)sᵢ;
/// θ ← θ + td, with γ = s·y/y·y, and pairs with y·s ≤ 1e-10 left out. State: <see cref="LbfgsMemory"/>, of all parameters together.
/// A step ends when one of the limits or tolerances is met. One group of parameters only. An absent gradient counts as zero. After a NaN the direction is NaN.
/// </remarks>
/// <param name="Lr">Step length ≥ 0 without a line search, and the first one tried with it; no unit.</param>
/// <param name="MaxIter">Iterations in one step, at most; ≥ 0.</param>
/// <param name="MaxEval">Evaluations in one step, at most, the line search's last included; null: 5/4 of <paramref name="MaxIter"/>.</param>
/// <param name="ToleranceGrad">Stop when max |g| is at most this, in units of g. Newer torch defaults to 1e-7.</param>
/// <param name="ToleranceChange">Stop when the loss or every element of θ changes by at most this.</param>
/// <param name="HistorySize">Pairs kept, at most; ≥ 1.</param>
/// <param name="LineSearchFn">null or "strong_wolfe".</param>
/// <param name="Maximize">Ascend.</param>
public sealed record LBFGS(double Lr = 1, int MaxIter = 20, int? MaxEval = null, double ToleranceGrad = 1e-5, double ToleranceChange = 1e-9,
    int HistorySize = 100, string? LineSearchFn = null, bool Maximize = false) : Rule, IClosureRule
{
    const double LeastCurvature = 1e-10;

    /// <summary>What a step does when a gradient that <c>f</c> gives holds NaN or an infinity. Not an option of torch's; set by <see cref="Combinators.OnNonFinite(LBFGS, NonFinite)"/>.</summary>
    public NonFinite NonFinite { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Of(this).AtLeast(0, Lr).AtLeast(0, MaxIter).AtLeast(0, MaxEval ?? 0, nameof(MaxEval)).Number(ToleranceGrad).Number(ToleranceChange).AtLeast(1, HistorySize);
        if (LineSearchFn is not (null or "strong_wolfe")) throw Fault.LineSearch(this, LineSearchFn);
    }

    /// <summary>One step from θ, all parameters in one vector; θ and memory are only read.</summary>
    /// <param name="f">Loss and gradient; may be called until it has been <see cref="MaxEval"/> times, the line search's last included.</param>
    /// <param name="θ">Where to start.</param>
    /// <param name="memory">From <see cref="LbfgsMemory.Empty"/> or an earlier step.</param>
    /// <returns>θ', the memory, and the loss at θ.</returns>
    internal (T[] θ, LbfgsMemory Memory, double Loss) Step<T>(Func<T[], (double Loss, T[] Gradient)> f, T[] θ, LbfgsMemory memory)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (double Loss, T[] Gradient) Evaluate(T[] at)
        {
            var (value, gradient) = f(at);
            return Maximize ? (-value, Blas<T>.Scale(-1, gradient)) : (value, gradient);
        }

        var (first, g) = Evaluate(θ);
        var (loss, evals, maxEval) = (first, 1, MaxEval ?? (int)Math.Min(int.MaxValue, MaxIter * 5L / 4));
        var asked = Maximize ? -first : first;
        if (Blas<T>.MaxAbs(g) <= ToleranceGrad) return (θ, memory with { FuncEvals = memory.FuncEvals + 1 }, asked);

        var (ys, ss, ρ) = (Unwrap<T>(memory.OldDirs), Unwrap<T>(memory.OldStps), memory.Ro.ToList());
        var (d, t, γ, iterations) = (memory.D?.As<T>().Data, memory.T, memory.HDiag, memory.NIter);
        var (oldG, oldLoss) = (memory.PrevFlatGrad?.As<T>().Data, memory.PrevLoss);
        for (var k = 1; k <= MaxIter; k++)
        {
            if (++iterations == 1 || d is null || oldG is null) { ys.Clear(); ss.Clear(); ρ.Clear(); (d, γ) = (Blas<T>.Scale(-1, g), 1); }
            else
            {
                γ = Remember(Blas<T>.Axpy(-1, oldG, g), Blas<T>.Scale(t, d), ys, ss, ρ, γ);
                d = Direction(g, ys, ss, ρ, γ);
            }
            (oldG, oldLoss) = (g, loss);

            t = iterations == 1 ? Math.Min(1, 1 / Blas<T>.SumAbs(g)) * Lr : Lr;
            var slope = Blas<T>.Dot(g, d);
            if (slope > -ToleranceChange) break;

            var spent = 0;
            if (LineSearchFn is not null)
            {
                var (from, direction) = (θ, d);
                LinePoint<T> Line(double at)
                {
                    var (value, gradient) = Evaluate(Blas<T>.Axpy(at, direction, from));
                    return new(at, value, gradient, Blas<T>.Dot(gradient, direction));
                }
                (var found, spent) = StrongWolfe.Search(Line, new(0, loss, g, slope), t, Blas<T>.MaxAbs(d), maxEval - evals);
                (loss, g, t) = (found.Loss, found.Gradient, found.At);
                θ = Blas<T>.Axpy(t, d, θ);
            }
            else
            {
                θ = Blas<T>.Axpy(t, d, θ);
                if (k < MaxIter) { (loss, g) = Evaluate(θ); spent = 1; }
            }
            evals += spent;

            if (k == MaxIter || evals >= maxEval || Blas<T>.MaxAbs(g) <= ToleranceGrad) break;
            if (Blas<T>.MaxAbs(d) * Math.Abs(t) <= ToleranceChange || Math.Abs(loss - oldLoss) < ToleranceChange) break;
        }
        return (θ, new(memory.FuncEvals + evals, iterations, Wrap(d), t, ys.ConvertAll<Tensor>(Wrap), ss.ConvertAll<Tensor>(Wrap), ρ, γ, Wrap(oldG), oldLoss), asked);
    }

    /// <summary>Keeps the pair if its curvature is positive; returns the scale γ.</summary>
    double Remember<T>(T[] y, T[] s, List<T[]> ys, List<T[]> ss, List<double> ρ, double γ) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var curvature = Blas<T>.Dot(y, s);
        if (!(curvature > LeastCurvature)) return γ;
        while (ys.Count >= HistorySize) { ys.RemoveAt(0); ss.RemoveAt(0); ρ.RemoveAt(0); }
        ys.Add(y); ss.Add(s); ρ.Add(1 / curvature);
        return curvature / Blas<T>.Dot(y, y);
    }

    static T[] Direction<T>(T[] g, List<T[]> ys, List<T[]> ss, List<double> ρ, double γ) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (q, α) = (Blas<T>.Scale(-1, g), new double[ys.Count]);
        for (var i = ys.Count - 1; i >= 0; i--) Blas<T>.AxpyTo(-(α[i] = ρ[i] * Blas<T>.Dot(ss[i], q)), ys[i], q);
        var d = Blas<T>.Scale(γ, q);
        for (var i = 0; i < ys.Count; i++) Blas<T>.AxpyTo(α[i] - ρ[i] * Blas<T>.Dot(ys[i], d), ss[i], d);
        return d;
    }

    static List<T[]> Unwrap<T>(IReadOnlyList<Tensor> tensors) where T : unmanaged, IFloatingPointIeee754<T> => [.. tensors.Select(x => x.As<T>().Data)];

    [return: NotNullIfNotNull(nameof(data))]
    static Tensor? Wrap<T>(T[]? data) where T : unmanaged, IFloatingPointIeee754<T> => data is null ? null : Tensor.Of(data);
}
