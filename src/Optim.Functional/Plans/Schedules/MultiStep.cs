namespace Optim.Functional;

/// <summary>The learning rate times γ at each of some steps; twice at one that stands there twice.</summary>
/// <remarks>torch's MultiStepLR.</remarks>
/// <param name="Milestones">The steps, ≥ 0, in any order.</param>
/// <param name="Gamma">γ ≥ 0.</param>
public sealed record MultiStep(IReadOnlyList<long> Milestones, double Gamma = 0.1) : Schedule
{
    /// <inheritdoc/>
    public override void Validate()
    {
        foreach (var milestone in Milestones ?? throw Fault.Null("the milestones")) NotNegative("a milestone", milestone);
        NotNegative("gamma", Gamma);
    }

    /// <inheritdoc/>
    public override double At(long step, double lr)
    {
        var passed = 0;
        for (var i = 0; i < Milestones.Count; i++)
            if (Milestones[i] <= step) passed++;
        return lr * Math.Pow(Gamma, passed);
    }

    /// <summary>By the numbers.</summary>
    public bool Equals(MultiStep? other) => other is not null && Gamma.Equals(other.Gamma) && Milestones.SequenceEqual(other.Milestones);

    /// <inheritdoc/>
    public override int GetHashCode() => Milestones.Aggregate(Gamma.GetHashCode(), HashCode.Combine);
}
