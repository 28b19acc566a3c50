namespace Optim.Functional;

/// <summary>torch's ChainedScheduler: schedulers one upon another, all at each step. As <see cref="Chained"/>.</summary>
public sealed class ChainedScheduler : CompositeLR
{
    /// <param name="schedulers">The schedulers, made over one optimizer, which acts through this one from now on.</param>
    /// <exception cref="ArgumentException">There is none, or they are of several optimizers.</exception>
    public ChainedScheduler(IEnumerable<LRScheduler> schedulers) : this([.. schedulers ?? throw Fault.Null("the schedulers")]) { }

    ChainedScheduler(LRScheduler[] schedulers)
        : base(schedulers.Length > 0 ? schedulers[0].Over : throw Fault.NoSchedulers(nameof(ChainedScheduler)), schedulers, [], -1) => Take();

    internal override double At(double epoch, int group, double lr) => Schedulers.Aggregate(lr, (rate, s) => s.At(epoch, group, rate));
}
