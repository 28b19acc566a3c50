namespace Optim.Functional;

/// <summary>torch's SequentialLR: one scheduler after another, each from its own epoch 0 on. As <see cref="Joined"/>.</summary>
public sealed class SequentialLR : CompositeLR
{
    readonly long[] milestones;

    /// <param name="optimizer">Whose groups.</param>
    /// <param name="schedulers">The schedulers, made over the same optimizer, which acts through this one from now on.</param>
    /// <param name="milestones">The epochs at which the second, the third and so on begin.</param>
    /// <param name="lastEpoch">The last epoch of a run that goes on; -1: from the beginning.</param>
    /// <exception cref="ArgumentException">There is none, one is of another optimizer or a ReduceLROnPlateau, or there are not as many
    /// milestones as it takes.</exception>
    public SequentialLR(Optimizer optimizer, IEnumerable<LRScheduler> schedulers, IEnumerable<long> milestones, long lastEpoch = -1)
        : this(optimizer, schedulers, (milestones ?? throw Fault.Null("the milestones")).ToArray(), lastEpoch) { }

    SequentialLR(Optimizer optimizer, IEnumerable<LRScheduler> schedulers, long[] milestones, long lastEpoch)
        : base(optimizer, schedulers, new() { ["_milestones"] = milestones }, lastEpoch)
    {
        this.milestones = milestones;
        if (milestones.Length != Schedulers.Count - 1) throw Fault.Milestones(Schedulers.Count, milestones.Length);
        for (var i = 0; i < milestones.Length; i++)
            if (milestones[i] <= (i == 0 ? 0 : milestones[i - 1])) throw Fault.MilestoneOrder(milestones);
        Take();
    }

    internal override double At(double epoch, int group, double lr)
    {
        var n = 0;
        while (n < milestones.Length && epoch >= milestones[n]) n++;
        return Schedulers[n].At(n == 0 ? epoch : epoch - milestones[n - 1], group, lr);
    }
}
