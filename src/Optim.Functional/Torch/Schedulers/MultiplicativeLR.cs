namespace Optim.Functional;

/// <summary>torch's MultiplicativeLR: <see cref="Multiplicative"/>.</summary>
/// <param name="optimizer">Whose groups.</param>
/// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
/// <param name="lrLambda">The factor of each epoch from 1 on: one function, or one for each group.</param>
public sealed class MultiplicativeLR(Optimizer optimizer, long lastEpoch, params Func<long, double>[] lrLambda)
    : ScheduledLR(optimizer, lastEpoch, new() { ["lr_lambda"] = EachGroup.Checked(nameof(MultiplicativeLR), optimizer, lrLambda) }, (o, g) => new Multiplicative(EachGroup.Of(o, g)))
{
    /// <summary>From the beginning.</summary>
    /// <param name="optimizer">Whose groups.</param>
    /// <param name="lrLambda">One function, or one for each group.</param>
    public MultiplicativeLR(Optimizer optimizer, params Func<long, double>[] lrLambda) : this(optimizer, -1, lrLambda) { }
}
