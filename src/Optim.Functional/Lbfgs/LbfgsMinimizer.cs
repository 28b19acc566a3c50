using MathNet.Numerics.Optimization;
using Vector = MathNet.Numerics.LinearAlgebra.Vector<double>;

namespace Optim.Functional;

/// <summary><see cref="LBFGS"/> with its line search, as one of MathNet's minimizers: it stands where a
/// <see cref="LimitedMemoryBfgsMinimizer"/> stood.</summary>
/// <remarks>
/// The result has MathNet's <see cref="ExitCondition"/>: AbsoluteGradient, or RelativeGradient where <paramref name="Relative"/> is set,
/// and LackOfProgress when the value or every variable changes within its tolerance. The value never rises from one iteration to the next.
/// A point where value or gradient is not finite is stepped back from, but for the first. What the objective function throws comes through.
/// Others differ here: MathNet's minimizers measure gradient and move in max(|x|, 1), and look at the value after 500 iterations.
/// </remarks>
/// <param name="ToleranceGrad">Stop when max |g| is at most this, in units of g; relative: of max |g| at the initial guess.</param>
/// <param name="ToleranceChange">Stop when the value or every variable changes by at most this; relative: of |f| or max |x|.</param>
/// <param name="HistorySize">Pairs kept, at most; ≥ 1. MathNet's word: memory.</param>
/// <param name="MaxIter">Iterations, at most; ≥ 0.</param>
/// <param name="Relative">Whether all that is compared with a number is measured in the problem's own units.</param>
public sealed record LbfgsMinimizer(double ToleranceGrad = 1e-5, double ToleranceChange = 1e-9, int HistorySize = 100, int MaxIter = 1000,
    bool Relative = false) : IUnconstrainedMinimizer
{
    /// <summary>Looks for the least value.</summary>
    /// <param name="objective">Has a gradient. Evaluated one or more times, the last of them where it ends or near to it.</param>
    /// <param name="initialGuess">Where to start; only read.</param>
    /// <returns>The objective function itself, evaluated at the least value found.</returns>
    /// <exception cref="IncompatibleObjectiveException">The objective function has no gradient.</exception>
    /// <exception cref="EvaluationException">Value or gradient at the initial guess is not finite.</exception>
    /// <exception cref="MaximumIterationsException"><see cref="MaxIter"/> iterations were not enough; the objective function is evaluated
    /// at the least value found.</exception>
    /// <exception cref="ArgumentException">An option is out of range, or the gradient is not as long as the initial guess.</exception>
    public MinimizationResult FindMinimum(IObjectiveFunction objective, Vector initialGuess)
    {
        if (objective is null) throw Fault.Null(nameof(objective));
        if (initialGuess is null) throw Fault.Null(nameof(initialGuess));
        if (!objective.IsGradientSupported) throw Fault.NoGradient();
        var rule = new LBFGS(1, MaxIter, int.MaxValue, ToleranceGrad, ToleranceChange, HistorySize, "strong_wolfe", Relative: Relative);
        rule.Validate();

        var (f, how) = (new Evaluated(objective, initialGuess.ToArray()), Execution.Default);
        var work = new LbfgsWork<double>(f.Start.Length, lasts: false);
        f.MoveTo(work.Step(rule, f, how), how);
        var exit = work.Why switch
        {
            LbfgsEnd.Gradient => Relative ? ExitCondition.RelativeGradient : ExitCondition.AbsoluteGradient,
            LbfgsEnd.Change => ExitCondition.LackOfProgress,
            LbfgsEnd.NonFinite => throw Fault.NonFiniteStart(objective),
            _ => throw Fault.Iterations(MaxIter, objective),
        };
        return new(objective, work.Stand.NIter, exit);
    }

    /// <summary>MathNet's objective function, which keeps the vectors it is given.</summary>
    sealed class Evaluated(IObjectiveFunction f, double[] start) : IObjective<double>
    {
        public double[] Start => start;

        public (double Loss, double Largest) Evaluate(double[]? θ, double[] gradient, double scale)
        {
            f.EvaluateAt(Vector.Build.DenseOfArray(θ ?? start));
            if (f.Gradient.Count != start.Length) throw Fault.GradientLength(start.Length, f.Gradient.Count);
            var largest = 0.0;
            for (var i = 0; i < gradient.Length; i++)
            {
                gradient[i] = scale * f.Gradient[i];
                largest = Math.Max(largest, Math.Abs(gradient[i]));
            }
            return (f.Value, largest);
        }

        /// <summary>Evaluates it where a step ended, if that is not the last point that was asked for.</summary>
        public void MoveTo(Point<double> end, Execution how)
        {
            var x = end.From ?? start;
            if (end.Direction is { } d) Flat.Add<double>(x, end.Length, d, x = new double[start.Length], start.Length, how);
            if (!f.Point.Enumerate().SequenceEqual(x)) f.EvaluateAt(Vector.Build.DenseOfArray(x));
        }
    }
}
