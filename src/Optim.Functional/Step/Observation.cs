namespace Optim.Functional;

/// <summary>Other gradients than those of a step, which one slot of some rules is made of.</summary>
/// <remarks>The plan's gradient stages decide on them as on a step's, but for limits and maps: that would be another number than what
/// is to be observed.</remarks>
/// <param name="plan">The plan.</param>
/// <param name="how">Threads and lanes.</param>
/// <param name="device">Who does it where the parameters lie on a device.</param>
sealed class Observation<T>(Plan plan, Execution how, IDeviceEngine<T>? device = null) where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Plan plan = plan.WithoutLimits();
    readonly List<(IObservingRule Rule, NDArray<T> θ, NDArray<T> G, ParameterState State, NDArray<T> Slot)> all = [];

    /// <summary>What is decided on.</summary>
    public Scan<T> Scan { get; } = Begun(how, device);

    static Scan<T> Begun(Execution how, IDeviceEngine<T>? device)
    {
        var scan = new Scan<T>();
        scan.Begin(how, device);
        return scan;
    }

    /// <summary>Whether anything is observed.</summary>
    public bool Decide(double scale) => Scan.Decide(plan, scale, default);

    /// <summary>Takes a parameter, its gradient and state, which is not changed before <see cref="Run"/>.</summary>
    /// <param name="own">The parameter's plan.</param>
    /// <param name="θ">Parameter.</param>
    /// <param name="g">Its gradient.</param>
    /// <param name="state">Its state.</param>
    /// <param name="lr">The learning rate in force.</param>
    /// <param name="apart">Whether the state is left as it is for ever.</param>
    /// <returns>The state that is to be gone on with.</returns>
    public ParameterState Add(Plan own, NDArray<T> θ, NDArray<T> g, ParameterState state, double lr, bool apart)
    {
        var (rule, specs) = ((IObservingRule)own.Rule, own.SlotsOf(θ));
        var fitted = state.Fits(specs) ? state : state.Fitted(own, specs, θ, lr);
        if (apart) fitted = fitted.Copy((_, slot) => slot.Clone());
        var number = specs.Index().First(s => s.Item.Key == rule.Observed).Index;
        all.Add((rule, θ, Scan.IsSplit ? Scan.Part(g) : g, fitted, (NDArray<T>)fitted.Values[number]));
        return fitted;
    }

    public void Run()
    {
        var passes = new Passes<T> { How = how, Device = device };
        foreach (var (rule, _, g, _, slot) in all)
        {
            passes.Scale = rule.Maximize ? -Scan.Rest : Scan.Rest;
            var (dense, kept) = (g.IsSparse ? g.Scattered() : g, new Operand<T>(slot.Where, slot.Length));
            var seen = new Operand<T>(dense.Standing(slot.ColumnMajor), dense.Length, isGradient: true);
            passes.Run(new Observing(rule), kept, seen, kept, new Places<T> { θ = slot.Where });
        }
    }

    readonly struct Observing(IObservingRule rule) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => rule.Observe<L, U>(ref use);
    }
}
