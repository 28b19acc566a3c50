namespace Optim.Functional;

/// <summary>What is asked of solvers on both faces.</summary>
static class Solvers
{
    /// <summary>A new solver that starts from what was saved. Where there is a difference it must not be used.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="n">Elements of all parameters.</param>
    /// <param name="lasts">Whether there will be other steps.</param>
    /// <param name="device">Where the parameters lie; null: here.</param>
    /// <param name="saved">What was saved, or nothing.</param>
    /// <param name="differences">One sentence is added for each thing that does not fit.</param>
    public static ISolver<T> Resume<T>(this IClosureRule rule, int n, bool lasts, Device? device,
        IReadOnlyDictionary<string, object?> saved, ICollection<string> differences)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var solver = rule is IPlacedRule placed ? placed.Solver<T>(n, lasts, device) : rule.Solver<T>(n, lasts);
        if (solver is null) throw Fault.NoSolver(rule);
        if (saved.Count > 0) solver.Load(saved, differences);
        return solver;
    }

    /// <summary>One step of a solver.</summary>
    /// <returns>Where it ends, which is a point of all parameters.</returns>
    public static PlacedPoint<T> Step<T, F>(this ISolver<T> solver, IClosureRule rule, F f, Execution how, int n)
        where T : unmanaged, IFloatingPointIeee754<T> where F : IObjective<T>, IPlacedObjective<T>
    {
        if (solver is IPlacedSolver<T> placed) return placed.Step(rule, f, how);
        var end = solver.Step(rule, f, how);
        Ended(rule, end, n);
        return end;
    }

    /// <summary>Throws where a solver asks at no point of all parameters, or for no gradient of them.</summary>
    public static void Asked<T>(IRule rule, T[]? θ, T[] gradient, int n)
    {
        Check(rule, "the point that was asked for", θ, n);
        Check(rule, "the gradient that was asked for", gradient ?? throw Fault.Null("the array for the gradient"), n);
    }

    /// <summary>Whether the step is to go on from a loss: no, where it is not finite and the plan says to skip. Throws where it says
    /// so.</summary>
    /// <param name="plan">With its finite policy.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="evaluation">Which of the step's, from 1.</param>
    public static bool Allows(this Plan plan, double loss, int evaluation) =>
        double.IsFinite(loss) || plan.NonFinite == NonFinite.Propagate
        || (plan.NonFinite == NonFinite.Throw ? throw Fault.NonFiniteLoss(plan.Rule, evaluation, loss) : false);

    /// <summary>Throws where a step ends at no point of all parameters.</summary>
    static void Ended<T>(IRule rule, in Point<T> point, int n)
    {
        Check(rule, "the vector where the step ended", point.From, n);
        Check(rule, "the direction in which the step ended", point.Direction, n);
    }

    static void Check<T>(IRule rule, string what, T[]? vector, int n)
    {
        if (vector is not null && vector.Length != n) throw Fault.VectorLength(rule, what, n, vector.Length);
    }
}
