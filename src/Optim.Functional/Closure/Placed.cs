namespace Optim.Functional;

/// <summary>A closure rule whose vectors may lie on a device.</summary>
interface IPlacedRule : IClosureRule
{
    /// <summary>As <see cref="IClosureRule.Solver"/>, for parameters on a device; null: they are this process's.</summary>
    IPlacedSolver<T> Solver<T>(int n, bool lasts, Device? device) where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>A solver whose vectors lie where the parameters do.</summary>
interface IPlacedSolver<T> : ISolver<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc cref="ISolver{T}.Step"/>
    PlacedPoint<T> Step(IClosureRule rule, IPlacedObjective<T> f, Execution how);

    /// <summary>As <see cref="ISolver{T}.Save"/>, in this process's memory.</summary>
    IReadOnlyDictionary<string, object?> SaveHere();
}

/// <summary>An <see cref="IObjective{T}"/> of vectors that lie where the parameters do.</summary>
interface IPlacedObjective<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    Place<T> Start { get; }

    (double Loss, double Largest) Evaluate(Place<T>? θ, Place<T> gradient, double scale = 1);
}

/// <summary>A <see cref="Point{T}"/> of such vectors.</summary>
readonly record struct PlacedPoint<T>(Place<T>? From, double Length = 0, Place<T>? Direction = null)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public static implicit operator PlacedPoint<T>(in Point<T> point) =>
        new(Place<T>.Of(point.From), point.Length, Place<T>.Of(point.Direction));

    /// <summary>The same, of vectors that are whole arrays.</summary>
    public Point<T> InArrays => new(From?.Array, Length, Direction?.Array);
}

/// <summary>An objective of arrays, for a solver whose vectors are whole arrays.</summary>
sealed class OfArrays<T>(IObjective<T> f) : IPlacedObjective<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public Place<T> Start => f.Start;

    public (double Loss, double Largest) Evaluate(Place<T>? θ, Place<T> gradient, double scale) =>
        f.Evaluate(θ?.Array, gradient.Array, scale);
}
