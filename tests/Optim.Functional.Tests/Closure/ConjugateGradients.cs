using System.Numerics;

namespace Optim.Functional.Tests.Closure;

/// <summary>Nonlinear conjugate gradients, as a user of the library writes them:
/// d ← -g + βd with β of Polak and Ribière, at least 0, then θ ← θ + td with the first t of a sequence of halves that meets Armijo's
/// condition (Nocedal, Wright 2006, section 5.2 and algorithm 3.1).</summary>
/// <param name="Lr">The largest t.</param>
/// <param name="MaxIter">Iterations in one step.</param>
/// <param name="ToleranceGrad">Stop when max |g| is at most this.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record ConjugateGradients(double Lr = 1, int MaxIter = 10, double ToleranceGrad = 1e-9, bool Maximize = false) : IClosureRule
{
    const double C1 = 1e-4, Least = 1e-20;

    public void Validate()
    {
        if (!(Lr >= 0)) throw new ArgumentException($"ConjugateGradients: lr must be >= 0, got {Lr}.");
    }

    public ISolver<T> Solver<T>(int n, bool lasts) where T : unmanaged, IFloatingPointIeee754<T> => new Memory<T>(n);

    sealed class Memory<T>(int n) : ISolver<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        long iterations;
        double t = double.PositiveInfinity;
        T[]? d, g;

        public Point<T> Step(IClosureRule rule, IObjective<T> f, Execution how)
        {
            var (options, v, k) = ((ConjugateGradients)rule, new Vectors<T>(how), 0);
            var (oldD, oldG, t, sign) = (d, g, this.t, options.Maximize ? -1 : 1);
            T[] θ = f.Start, here = new T[n];
            var (loss, largest) = f.Evaluate(null, here, sign);
            for (loss *= sign; k < options.MaxIter && largest > options.ToleranceGrad; k++)
            {
                T[] direction = new T[n], next = new T[n], there = new T[n];
                v.Scale(-1, here, direction);
                if (oldD is not null && (v.Dot(here, here) - v.Dot(here, oldG!)) / v.Dot(oldG!, oldG!) is > 0 and var β)
                    v.Add(direction, β, oldD, direction);
                if (!(v.Dot(here, direction) < 0)) v.Scale(-1, here, direction);
                var slope = v.Dot(here, direction);
                (oldD, oldG) = (direction, here);

                double found;
                for (t = Math.Min(options.Lr, 2 * t); ; t /= 2)
                {
                    v.Add(θ, t, direction, next);
                    (found, largest) = f.Evaluate(next, there, sign);
                    found *= sign;
                    if (found <= loss + C1 * t * slope || t < Least) break;
                }
                if (t < Least && found > loss) break;
                (θ, here, loss) = (next, there, found);
            }
            (d, g, this.t, iterations) = (oldD, oldG, t, iterations + k);
            return θ;
        }

        public IReadOnlyDictionary<string, object?> Save() => new Dictionary<string, object?>
        {
            ["n_iter"] = iterations,
            ["t"] = t,
            ["d"] = d is null ? null : NDArray.Of((T[])d.Clone()),
            ["prev_flat_grad"] = g is null ? null : NDArray.Of((T[])g.Clone()),
        };

        public void Load(IReadOnlyDictionary<string, object?> entries, ICollection<string> differences)
        {
            var saved = new SavedEntries<T>(nameof(ConjugateGradients), entries, n, differences);
            (iterations, t, d, g) = (
                saved.Count("n_iter"),
                saved.Number("t"),
                saved.Vector("d")?.ToArray(),
                saved.Vector("prev_flat_grad")?.ToArray());
            saved.End();
        }
    }
}
