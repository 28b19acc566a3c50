namespace Optim.Functional;

/// <summary>L-BFGS: a quasi-Newton step from the last differences of gradients and parameters. Asks for the loss several times in one
/// step.</summary>
/// <remarks>
/// Nocedal, "Updating quasi-Newton matrices with limited storage", Math. Comp. 35, 1980; Liu, Nocedal, Math. Program. 45, 1989, Algorithm
/// 2.1; Nocedal, Wright 2006, Algorithm 7.4 (two loops). q ← -g; newest pair first αᵢ = ρᵢ sᵢ·q, q ← q - αᵢyᵢ; d ← γq; oldest first d ← d +
/// (αᵢ - ρᵢ yᵢ·d)sᵢ; θ ← θ + td, with γ = s·y/y·y, and pairs with y·s ≤ 1e-10 left out. Products are in double, the same for any threads
/// and lanes. State, of all parameters together: func_evals, n_iter, d, t, old_dirs, old_stps, ro, H_diag, prev_flat_grad, prev_loss.
/// A step ends when one of the limits or tolerances is met. One group of parameters only. An absent gradient counts as zero.
/// A point whose loss or gradient is not finite is never stepped to: a line search steps back from it, without one the step ends before it.
/// Where a search finds nothing lower, or d does not descend, the pairs are forgotten: the next direction is -g.
/// </remarks>
/// <param name="Lr">Step length ≥ 0 without a line search, and the first one tried with it; no unit.</param>
/// <param name="MaxIter">Iterations in one step, at most; ≥ 0.</param>
/// <param name="MaxEval">Evaluations in one step, at most; ≥ 1. With a line search no further one begins with a single evaluation left.
/// null: 5/4 of <paramref name="MaxIter"/>; with a line search one more, and 26 at least, so that it has room.</param>
/// <param name="ToleranceGrad">Stop when max |g| is at most this, in units of g; relative: of max |g| at the step's start. Newer torch
/// defaults to 1e-7.</param>
/// <param name="ToleranceChange">Stop when the loss or every element of θ changes by at most this; relative: of |f| or max |θ|.</param>
/// <param name="HistorySize">Pairs kept, at most; ≥ 1.</param>
/// <param name="LineSearchFn">null or "strong_wolfe".</param>
/// <param name="Maximize">Ascend.</param>
/// <param name="Relative">Whether all that is compared with a number is measured in the problem's own units, so that a loss or parameters
/// times a number take the same path: the tolerances; y·s of a pair that is kept, in |y||s|; the search's shortest interval, in max |θ|;
/// and the first step, which is max |θ|/|g|₁ (1/|g|₁ from θ = 0). Beyond torch.</param>
public sealed record LBFGS(double Lr = 1, int MaxIter = 20, int? MaxEval = null, double ToleranceGrad = 1e-5, double ToleranceChange = 1e-9,
    int HistorySize = 100, string? LineSearchFn = null, bool Maximize = false, bool Relative = false) : Rule, IPlacedRule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Of(this).AtLeast(0, Lr).AtLeast(0, MaxIter).AtLeast(1, MaxEval ?? 1, nameof(MaxEval))
            .Number(ToleranceGrad).Number(ToleranceChange).AtLeast(1, HistorySize);
        if (LineSearchFn is not (null or "strong_wolfe")) throw Fault.LineSearch(this, LineSearchFn);
    }

    ISolver<T> IClosureRule.Solver<T>(int n, bool lasts) => new LbfgsWork<T>(n, lasts);

    IPlacedSolver<T> IPlacedRule.Solver<T>(int n, bool lasts, Device? device) => new LbfgsWork<T>(n, lasts, device);

    /// <summary>One step. When it throws, the work's memory is as before.</summary>
    /// <param name="f">Asked <see cref="MaxEval"/> times at most.</param>
    /// <param name="work">Vectors and memory.</param>
    /// <param name="how">Threads and lanes; they do not change the result.</param>
    /// <returns>Where it ends, in vectors of the work's.</returns>
    internal PlacedPoint<T> Step<T>(IPlacedObjective<T> f, LbfgsWork<T> work, Execution how) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (now, sign, n) = (work.Stand, Maximize ? -1 : 1, work.Length);
        work.Pairs.Restore();
        var (x, history) = work.Ways(how, Math.Min(HistorySize, work.Pairs.Count + (long)MaxIter));
        var g = work.Gradient(now.PrevFlatGrad);
        var (loss, largestG) = f.Evaluate(null, g, sign);
        loss *= sign;
        var end = new PlacedPoint<T>(null);
        var (evals, maxEval, isSearched) = (1, MaxEval ?? DerivedMaxEval, LineSearchFn is not null);
        var leastG = Relative ? ToleranceGrad * largestG : ToleranceGrad;
        var why = !IsFinite(loss, largestG) ? LbfgsEnd.NonFinite : largestG <= leastG ? LbfgsEnd.Gradient : LbfgsEnd.Limit;
        var done = why != LbfgsEnd.Limit || isSearched && evals >= maxEval;
        for (var k = 1; k <= MaxIter && !done; k++)
        {
            if (isSearched) end = new(Vector()); // before its direction is written anew
            var d = work.Direction(work.Stand.D);
            var isAfresh = HasFoundNothing();
            if (++now.NIter > 1 && !isAfresh && now is { D: { } oldD, PrevFlatGrad: { } oldG })
                now.HDiag = history.Learn(g, oldG, now.Length, oldD, work.Pairs, this, now.HDiag);
            else Forget();
            var (slope, largest) = history.Direct(g, work.Pairs, now.HDiag, d);
            if (!double.IsFinite(largest) || slope > 0)
            {
                isAfresh = true;
                Forget();
                (slope, largest) = history.Direct(g, work.Pairs, now.HDiag, d);
            }
            var (lossUnit, unit) = Relative ? (Math.Abs(loss), x.MaxAbs(end.From ?? f.Start, n)) : (1, 1);
            now.D = d;
            now.PrevFlatGrad = g;
            now.PrevLoss = loss;
            now.Length = now.NIter == 1 || isAfresh ? FirstLength(x.SumAbs(g, n), n, largestG, unit) * Lr : Lr;
            if (largest > 0 && (!double.IsFinite(slope) || IsTiny<T>(now.Length)))
            {
                var by = Math.ILogB(largest) + Math.Max(0, Math.ILogB(largestG) - MostExponent);
                x.Scale(Math.ScaleB(1, -by), d, d, n);
                slope = x.Dot(g, d, n);
                (largest, now.Length) = (Math.ScaleB(largest, -by), Math.ScaleB(now.Length, by));
            }
            if (slope * (Relative ? now.Length : 1) > -ToleranceChange * lossUnit)
            {
                why = LbfgsEnd.Change;
                break;
            }

            if (isSearched)
            {
                var start = new LinePoint<T>(0, loss, g, largestG, slope);
                var line = new Line<T>(f, sign, work, x, end.From!.Value, d, largest, g);
                var size = largest / (unit > 0 ? unit : now.Length * largest);
                var (found, spent) = StrongWolfe.Search(line, start, now.Length, size, maxEval - evals);
                (now.Length, loss, g, largestG, _) = found;
                evals += spent;
            }
            var before = end;
            end = new(end.From, now.Length, d);
            if (!isSearched && k < MaxIter && evals < maxEval)
            {
                end = new(Vector());
                g = work.Gradient(work.Stand.PrevFlatGrad, g);
                (loss, largestG) = f.Evaluate(end.From, g, sign);
                loss *= sign;
                evals++;
                if (!IsFinite(loss, largestG) || !IsRepresentable<T>(now.Length * largest))
                {
                    now.Length = 0;
                    (end, why) = (before, LbfgsEnd.NonFinite);
                    break;
                }
            }
            var isStill = !HasFoundNothing() && (largest * Math.Abs(now.Length) <= ToleranceChange * unit
                || Math.Abs(loss - now.PrevLoss) < ToleranceChange * lossUnit);
            why = largestG <= leastG ? LbfgsEnd.Gradient : isStill ? LbfgsEnd.Change : LbfgsEnd.Limit;
            done = why != LbfgsEnd.Limit || k == MaxIter || evals >= (isSearched ? maxEval - 1 : maxEval);
        }
        work.Commit(now with { FuncEvals = now.FuncEvals + evals }, why);
        return end;

        // Whether nothing was lower along the last direction, which was made of pairs.
        bool HasFoundNothing() => isSearched && now.Length == 0 && work.Pairs.Count > 0;

        void Forget()
        {
            work.Pairs.Clear();
            now.HDiag = 1;
        }

        Place<T> Vector()
        {
            var from = end.From ?? f.Start;
            if (end.Direction is not { } along) return from;
            var to = work.Point(from);
            x.Add(from, end.Length, along, to, n);
            return to;
        }
    }

    /// <summary>What a single line search had in older torch.</summary>
    const int Trials = 25;

    int DerivedMaxEval
    {
        get
        {
            var most = (int)Math.Min(int.MaxValue - 1, MaxIter * 5L / 4);
            return LineSearchFn is null ? most : Math.Max(1 + Trials, most + 1);
        }
    }

    /// <summary>1/|g|₁, at most 1; relative: as long as θ, in |·|₁.</summary>
    double FirstLength(double sum, int n, double largest, double unit)
    {
        var inverse = double.IsFinite(sum) ? 1 / sum : 1 / largest / n;
        return Relative ? (unit > 0 ? unit : 1) * inverse : Math.Min(1, inverse);
    }

    /// <summary>Products of n elements below 2 to this, with others of size 1, do not overflow in their sum.</summary>
    const int MostExponent = 975;

    /// <summary>Whether a factor other than 0 loses digits when it is rounded to the element type.</summary>
    static bool IsTiny<T>(double t) where T : unmanaged, IFloatingPointIeee754<T> =>
        t != 0 && Math.Abs(t) < (typeof(T) == typeof(float) ? Math.ScaleB(1, -126) : Math.ScaleB(1, -1022));

    static bool IsFinite(double loss, double largest) => double.IsFinite(loss) && double.IsFinite(largest);

    static bool IsRepresentable<T>(double x) where T : unmanaged, IFloatingPointIeee754<T> => T.IsFinite(T.CreateTruncating(x));

    /// <summary>The loss from θ along d.</summary>
    readonly struct Line<T>(
        IPlacedObjective<T> f, int sign, LbfgsWork<T> work, IBlas<T> x, Place<T> θ, Place<T> d, double largestD, Place<T> g) : ILine<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public LinePoint<T> At(double t, in LinePoint<T> a, in LinePoint<T> b)
        {
            var (there, gradient) = (work.Point(θ), work.Gradient(work.Stand.PrevFlatGrad, g, a.Gradient, b.Gradient));
            x.Add(θ, t, d, there, work.Length);
            var (loss, largest) = f.Evaluate(there, gradient, sign);
            var slope = x.Dot(gradient, d, work.Length);
            return IsFinite(loss, largest) && double.IsFinite(slope) && IsRepresentable<T>(t * largestD)
                ? new(t, sign * loss, gradient, largest, slope)
                : LinePoint<T>.TooFar(t, gradient);
        }
    }
}
