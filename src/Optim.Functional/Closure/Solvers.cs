using System.Numerics;

namespace Optim.Functional;

/// <summary>What is asked of solvers on both faces.</summary>
static class Solvers
{
    /// <summary>A new solver that starts from what was saved. Where there is a difference it must not be used.</summary>
    public static ISolver<T> Resume<T>(this IClosureRule rule, int n, bool lasts, IReadOnlyDictionary<string, object?> saved, ICollection<string> differences)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var solver = rule.Solver<T>(n, lasts) ?? throw Fault.NoSolver(rule);
        if (saved.Count > 0) solver.Load(saved, differences);
        return solver;
    }

    /// <summary>Throws where a point is not one of all parameters.</summary>
    public static void Check<T>(IRule rule, in Point<T> point, int n)
    {
        if (point.From is { } from && from.Length != n) throw Fault.PointLength(rule, "vector", n, from.Length);
        if (point.Direction is { } direction && direction.Length != n) throw Fault.PointLength(rule, "direction", n, direction.Length);
    }
}
