namespace Optim.Functional;

/// <summary>Base of torch's schedulers: sets the groups' learning rates, one after each epoch or step, by a schedule.</summary>
/// <remarks>
/// Made over an optimizer it sets the first learning rate; over one that was loaded, and so carries its <c>initial_lr</c>, it leaves the
/// rate as it is until the next <see cref="Step"/>. Several over one optimizer act one upon another in the order in which they were made: each
/// takes the rate that the one before has made of <c>initial_lr</c>, as torch's do. What a rate is depends on the epochs alone.
/// </remarks>
public abstract class LRScheduler
{
    /// <summary>The option of a group that the first learning rate is kept in, as in torch.</summary>
    internal const string InitialLr = "initial_lr";

    private protected readonly SchedulerOptions Options;
    private protected readonly Optimizer Optimizer;
    double[] last = [];
    long made, leftOut;

    /// <param name="optimizer">Whose groups.</param>
    /// <param name="options">The options by torch's names.</param>
    /// <param name="lastEpoch">The last epoch of a run that goes on, whose groups carry <c>initial_lr</c>; -1: from the beginning.</param>
    private protected LRScheduler(Optimizer optimizer, SchedulerOptions options, long lastEpoch)
    {
        Optimizer = optimizer ?? throw Fault.Null("the optimizer");
        (Options, LastEpoch) = (options, lastEpoch);
        options.Check(Name, optimizer.ParamGroups.Count);
        (made, leftOut) = (optimizer.Steps, optimizer.StepsLeftOut);
    }

    /// <summary>Sets the first learning rates. Called when the scheduler has all it needs.</summary>
    private protected void Begin()
    {
        var groups = Optimizer.ParamGroups;
        var isLoaded = LastEpoch < 0 && Optimizer.Schedulers.Count == 0 && groups.Any(g => g.Extras.ContainsKey(InitialLr));
        if (LastEpoch >= 0 && groups.Index().FirstOrDefault(g => !g.Item.Extras.ContainsKey(InitialLr)) is { Item: not null } without)
            throw Fault.NoInitialLr(Name, without.Index, LastEpoch);
        LastEpoch++;
        for (var g = 0; g < groups.Count; g++) _ = At(g, groups[g].Lr); // a schedule that cannot be is found before anything is written
        Optimizer.Schedulers.Add(this);
        if (isLoaded) last = [.. groups.Select(g => g.Lr)];
        else Write();
    }

    internal Optimizer Over => Optimizer;

    internal string Name => GetType().Name;

    /// <summary>Epochs so far: how often <see cref="Step()"/> was called.</summary>
    public long LastEpoch { get; private protected set; }

    /// <summary>The groups' learning rates as they were before any scheduler.</summary>
    public IReadOnlyList<double> BaseLrs => [.. Optimizer.ParamGroups.Select(First)];

    /// <summary>The groups' learning rates as the last step has set them.</summary>
    public IReadOnlyList<double> GetLastLr() => last;

    /// <summary>The next epoch. It does nothing where all steps of the optimizer since the last one were left out, as those of gradients
    /// that are not finite are with <see cref="NonFinite.Skip"/>, or wait for more gradients.</summary>
    public virtual void Step()
    {
        var isLeftOut = Optimizer.Steps == made && (Optimizer.StepsLeftOut > leftOut || Optimizer.MicroSteps > 0);
        (made, leftOut) = (Optimizer.Steps, Optimizer.StepsLeftOut);
        if (isLeftOut) return;
        Advance();
        Write();
    }

    /// <summary>Another epoch, of this one and of those that it is made of.</summary>
    private protected virtual void Advance() => LastEpoch++;

    /// <summary>What it makes of a group's learning rate now.</summary>
    internal abstract double At(int group, double lr);

    /// <summary>The same at another epoch.</summary>
    internal abstract double At(double epoch, int group, double lr);

    /// <summary>The momentum of a group now, or null.</summary>
    internal virtual double? MomentumAt(int group) => null;

    private protected void Write()
    {
        var groups = Optimizer.ParamGroups;
        last = new double[groups.Count];
        for (var g = 0; g < groups.Count; g++)
        {
            var (lr, group, number) = (First(groups[g]), groups[g], g);
            if (!group.Extras.ContainsKey(InitialLr)) group.Extras = new Dictionary<string, object?>(group.Extras) { [InitialLr] = lr };
            double? momentum = null;
            foreach (var scheduler in Optimizer.Schedulers)
                (lr, momentum) = (scheduler.At(number, lr), scheduler.MomentumAt(number) ?? momentum);
            if (momentum is { } μ) group.Rule = Momentum.Of(group.Rule, μ);
            group.Lr = last[g] = lr;
        }
    }

    static double First(ParamGroup group) => group.Extras.TryGetValue(InitialLr, out var first) && first is IConvertible number
        ? number.ToDouble(System.Globalization.CultureInfo.InvariantCulture) : group.Lr;

    /// <summary>What it takes to go on, by torch's names: numbers and lists of them, not the optimizer. It survives JSON.</summary>
    public virtual IReadOnlyDictionary<string, object?> StateDict() => new Dictionary<string, object?>(Options.Saved)
    {
        ["last_epoch"] = LastEpoch,
        ["base_lrs"] = BaseLrs.ToArray(),
        ["_last_lr"] = last.ToArray(),
    };

    /// <summary>Goes on where another one was: its epochs, and its options in place of those given here. The optimizer's own state dict
    /// has the learning rates.</summary>
    /// <param name="state">What <see cref="StateDict"/> gave, or what System.Text.Json made of it.</param>
    /// <exception cref="ArgumentException">Something is missing or of another type; nothing is changed.</exception>
    public virtual void LoadStateDict(IReadOnlyDictionary<string, object?> state)
    {
        var epoch = SchedulerOptions.Whole(state ?? throw Fault.Null("the state"), Name, "last_epoch");
        var rates = state.ContainsKey("_last_lr") ? SchedulerOptions.List(state, Name, "_last_lr") : null;
        Options.Load(Name, state);
        LastEpoch = epoch;
        if (rates is not null) last = rates;
    }
}
