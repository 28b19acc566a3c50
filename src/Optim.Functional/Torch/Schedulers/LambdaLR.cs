namespace Optim.Functional;

/// <summary>torch's LambdaLR: <see cref="Lambda"/>.</summary>
/// <param name="optimizer">Whose groups.</param>
/// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
/// <param name="lrLambda">The factor of an epoch: one function, or one for each group.</param>
public sealed class LambdaLR(Optimizer optimizer, long lastEpoch, params Func<long, double>[] lrLambda)
    : ScheduledLR(optimizer, lastEpoch, new() { ["lr_lambda"] = EachGroup.Checked(nameof(LambdaLR), optimizer, lrLambda) }, (o, g) => new Lambda(EachGroup.Of(o, g)))
{
    /// <summary>From the beginning.</summary>
    /// <param name="optimizer">Whose groups.</param>
    /// <param name="lrLambda">One function, or one for each group.</param>
    public LambdaLR(Optimizer optimizer, params Func<long, double>[] lrLambda) : this(optimizer, -1, lrLambda) { }
}
