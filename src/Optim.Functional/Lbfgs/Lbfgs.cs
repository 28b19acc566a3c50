namespace Optim.Functional;

/// <summary>L-BFGS: a quasi-Newton step from the last differences of gradients and parameters. Asks for the loss several times in one
/// step.</summary>
/// <remarks>
/// Nocedal, "Updating quasi-Newton matrices with limited storage", Math. Comp. 35, 1980; Liu, Nocedal, Math. Program. 45, 1989, Algorithm
/// 2.1; Nocedal, Wright 2006, Algorithm 7.4 (two loops). q ← -g; newest pair first αᵢ = ρᵢ sᵢ·q, q ← q - αᵢyᵢ; d ← γq; oldest first d ← d +
/// (αᵢ - ρᵢ yᵢ·d)sᵢ; θ ← θ + td, with γ = s·y/y·y, and pairs with y·s ≤ 1e-10 left out. Products are in double, the same for any threads
/// and lanes. State, of all parameters together: func_evals, n_iter, d, t, old_dirs, old_stps, ro, H_diag, prev_flat_grad, prev_loss.
/// A step ends when one of the limits or tolerances is met. One group of parameters only. An absent gradient counts as zero. After a NaN
/// the direction is NaN.
/// </remarks>
/// <param name="Lr">Step length ≥ 0 without a line search, and the first one tried with it; no unit.</param>
/// <param name="MaxIter">Iterations in one step, at most; ≥ 0.</param>
/// <param name="MaxEval">Evaluations in one step, at most, the line search's last included; null: 5/4 of
/// <paramref name="MaxIter"/>.</param>
/// <param name="ToleranceGrad">Stop when max |g| is at most this, in units of g. Newer torch defaults to 1e-7.</param>
/// <param name="ToleranceChange">Stop when the loss or every element of θ changes by at most this.</param>
/// <param name="HistorySize">Pairs kept, at most; ≥ 1.</param>
/// <param name="LineSearchFn">null or "strong_wolfe".</param>
/// <param name="Maximize">Ascend.</param>
public sealed record LBFGS(double Lr = 1, int MaxIter = 20, int? MaxEval = null, double ToleranceGrad = 1e-5, double ToleranceChange = 1e-9,
    int HistorySize = 100, string? LineSearchFn = null, bool Maximize = false) : Rule, IClosureRule
{
    internal const double LeastCurvature = 1e-10;

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Of(this).AtLeast(0, Lr).AtLeast(0, MaxIter).AtLeast(0, MaxEval ?? 0, nameof(MaxEval))
            .Number(ToleranceGrad).Number(ToleranceChange).AtLeast(1, HistorySize);
        if (LineSearchFn is not (null or "strong_wolfe")) throw Fault.LineSearch(this, LineSearchFn);
    }

    ISolver<T> IClosureRule.Solver<T>(int n, bool lasts) => new LbfgsWork<T>(n, lasts);

    /// <summary>One step. When it throws, the work's memory is as before.</summary>
    /// <param name="f">Asked until it has been <see cref="MaxEval"/> times, the line search's last included.</param>
    /// <param name="work">Vectors and memory.</param>
    /// <param name="how">Threads and lanes; they do not change the result.</param>
    /// <returns>Where it ends, in vectors of the work's.</returns>
    internal Point<T> Step<T>(IObjective<T> f, LbfgsWork<T> work, Execution how) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (now, sign) = (work.Stand, Maximize ? -1 : 1);
        var (x, history) = work.Ways(how);
        work.Pairs.Restore();
        var g = work.Gradient(now.PrevFlatGrad);
        var (loss, largestG) = f.Evaluate(null, g, sign);
        loss *= sign;
        var end = new Point<T>(null);
        var (evals, maxEval) = (1, MaxEval ?? (int)Math.Min(int.MaxValue, MaxIter * 5L / 4));
        var done = largestG <= ToleranceGrad;
        for (var k = 1; k <= MaxIter && !done; k++)
        {
            if (LineSearchFn is not null) end = new(Vector()); // before its direction is written anew
            var d = work.Direction(work.Stand.D);
            if (++now.NIter == 1 || now.D is null || now.PrevFlatGrad is null)
            {
                work.Pairs.Clear();
                now.HDiag = 1;
            }
            else now.HDiag = history.Learn(g, now.PrevFlatGrad, now.Length, now.D, work.Pairs, HistorySize, now.HDiag);
            var (slope, largest) = history.Direct(g, work.Pairs, now.HDiag, d);
            now.D = d;
            now.PrevFlatGrad = g;
            now.PrevLoss = loss;
            now.Length = now.NIter == 1 ? Math.Min(1, 1 / Reduce.SumAbs<T>(g, g.Length, how)) * Lr : Lr;
            if (slope > -ToleranceChange) break;

            if (LineSearchFn is not null)
            {
                var start = new LinePoint<T>(0, loss, g, largestG, slope);
                var line = new Line<T>(f, sign, work, x, end.From!, d, g);
                var (found, spent) = StrongWolfe.Search(line, start, now.Length, largest, maxEval - evals);
                (now.Length, loss, g, largestG, _) = found;
                evals += spent;
            }
            end = new(end.From, now.Length, d);
            if (LineSearchFn is null && k < MaxIter)
            {
                end = new(Vector());
                g = work.Gradient(work.Stand.PrevFlatGrad, g);
                (loss, largestG) = f.Evaluate(end.From, g, sign);
                loss *= sign;
                evals++;
            }
            done = k == MaxIter || evals >= maxEval || largestG <= ToleranceGrad
                || largest * Math.Abs(now.Length) <= ToleranceChange || Math.Abs(loss - now.PrevLoss) < ToleranceChange;
        }
        work.Commit(now with { FuncEvals = now.FuncEvals + evals });
        return end;

        T[] Vector()
        {
            var from = end.From ?? f.Start;
            if (end.Direction is null) return from;
            var to = ReferenceEquals(from, f.Start) ? work.Point() : from;
            x.Add(from, end.Length, end.Direction, to, g.Length);
            return to;
        }
    }

    /// <summary>The loss from θ along d.</summary>
    readonly struct Line<T>(IObjective<T> f, int sign, LbfgsWork<T> work, IBlas<T> x, T[] θ, T[] d, T[] g) : ILine<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public LinePoint<T> At(double t, in LinePoint<T> a, in LinePoint<T> b)
        {
            var (there, gradient) = (work.Point(θ), work.Gradient(work.Stand.PrevFlatGrad, g, a.Gradient, b.Gradient));
            x.Add(θ, t, d, there, d.Length);
            var (loss, largest) = f.Evaluate(there, gradient, sign);
            return new(t, sign * loss, gradient, largest, x.Dot(gradient, d, d.Length));
        }
    }
}

/// <summary>Algorithm 7.4 as it stands.</summary>
sealed class TwoLoops<T> : ILbfgsHistory<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    double[] α = [];

    public IBlas<T> Blas { get; set; } = new OwnBlas<T>();

    public double Learn(T[] g, T[] oldG, double t, T[] d, CurvaturePairs<T> pairs, int historySize, double γ)
    {
        var (y, s) = pairs.Fresh(historySize);
        var n = g.Length;
        Blas.Add(g, -1, oldG, y, n);
        Blas.Scale(t, d, s, n);
        var curvature = Blas.Dot(y, s, n);
        if (!(curvature > LBFGS.LeastCurvature)) return γ;
        pairs.Keep(curvature, historySize);
        return curvature / Blas.Dot(y, y, n);
    }

    public (double Slope, double Largest) Direct(T[] g, CurvaturePairs<T> pairs, double γ, T[] d)
    {
        var (n, m, s, y, ρ) = (g.Length, pairs.Count, pairs.S, pairs.Y, pairs.Ro);
        if (α.Length < s.Length) α = new double[s.Length];
        Blas.Scale(-1, g, d, n);
        for (var i = m - 1; i >= 0; i--) Blas.Add(d, -(α[i] = ρ[i] * Blas.Dot(s[i], d, n)), y[i], d, n);
        Blas.Scale(γ, d, d, n);
        for (var i = 0; i < m; i++) Blas.Add(d, α[i] - ρ[i] * Blas.Dot(y[i], d, n), s[i], d, n);
        return (Blas.Dot(g, d, n), Reduce.MaxAbs<T>(d, n, Execution.Default));
    }
}
