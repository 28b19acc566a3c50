namespace Optim.Functional;

/// <summary>A step of a plan over some parameters, in place where source and destination are the same: scan, fit, bind, run,
/// commit.</summary>
/// <remarks>
/// Only <see cref="Run"/> writes to parameters and slots, and only <see cref="Commit"/> to states; what comes before may fail and then has
/// changed nothing.
/// </remarks>
/// <param name="elsewhere">Where steps are computed, if it is not on the processor.</param>
sealed class Stepper<T>(IEngine<T>? elsewhere = null) where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Batch<T> batch = new();
    readonly IEngine<T> here = elsewhere ?? new CpuEngine<T>();
    IDeviceEngine<T>? there;
    Device? device;
    readonly SparseSteps<T> sparse = new();
    readonly List<(ParameterState State, ParameterState Fitted)> fitted = [];
    List<(NDArray<T> θ, NDArray<T> NewΘ, ParameterState State)>? trial;
    Plan plan = null!;
    double lr;
    IReadOnlyList<SlotSpec>? common; // of all shapes

    /// <summary>The gradients, all together.</summary>
    public Scan<T> Scan { get; } = new();

    IEngine<T> Engine => there ?? here;

    /// <summary>The other processes that make the steps; null where there are none.</summary>
    public IExchange<T>? Exchange
    {
        get => Scan.Exchange;
        set => Scan.Exchange = value;
    }


    /// <summary>A step begins; what one that threw has left is dropped.</summary>
    /// <param name="how">Threads and lanes.</param>
    /// <param name="on">The device that all tensors lie on; null: they are this process's.</param>
    public void Begin(Execution how, Device? on = null)
    {
        if (!ReferenceEquals(device, on)) Move(on);
        batch.Begin(how);
        sparse.Begin();
        Scan.Begin(how, there);
        fitted.Clear();
        trial = null;
    }

    void Move(Device? to)
    {
        batch.Forget();
        (there, device) = (to?.NewEngine<T>(), to);
    }

    /// <summary>The gradients have been decided on: what was kept of the last step does not fit where they are copied.</summary>
    public void BeginFit()
    {
        if (Scan.IsSplit) batch.Forget();
    }

    /// <summary>What follows is a step into copies, to see whether it stays finite.</summary>
    public void BeginTrial()
    {
        batch.Forget();
        trial = [];
    }

    /// <summary>Runs the trial, and forgets it.</summary>
    /// <returns>The parameter, and its slot, that would hold a NaN or an infinity, and where.</returns>
    public (NDArray<T> θ, string? Slot, NDArray<T> Found, nint At)? EndTrial()
    {
        Run();
        var tried = trial!;
        trial = null;
        batch.Begin(batch.How);
        sparse.Begin();
        foreach (var (θ, newΘ, state) in tried)
        {
            if (Check.FirstNonFinite(newΘ) is >= 0 and var at) return (θ, null, newΘ, (nint)at);
            for (var i = 0; i < state.Values.Length; i++)
                if (Check.FirstNonFinite((NDArray<T>)state.Values[i]) is >= 0 and var place)
                    return (θ, state.Specs[i].Key, (NDArray<T>)state.Values[i], (nint)place);
        }
        return null;
    }

    /// <summary>The parameters that follow are of a group with this plan.</summary>
    /// <param name="of">The plan.</param>
    /// <param name="own">The group's own learning rate.</param>
    /// <param name="steps">Steps of the optimizer before this one.</param>
    /// <param name="model">The scalars that the group's parameters share.</param>
    public void BeginGroup(Plan of, double own, long steps, in Scalars model)
    {
        of = of.At(steps);
        (plan, lr) = (of, of.LrAt(steps, own));
        common = of.Elementwise is { } rule ? of.SlotsOf(rule.Slots) : null;
        if (of.Carries) CountScalars(((IGradientRule)of.Rule).Scalars.Count);
        if (of.Shares) CountScalars(((IGradientRule)of.Rule).ModelScalars.Count);
        batch.BeginGroup(of, lr, steps + 1, model);
    }

    void CountScalars(int count)
    {
        if (count > Scalars.Most) throw Fault.TooManyScalars(plan.Rule, count, Scalars.Most);
    }

    /// <summary>Takes a parameter in place whose streams are those of the last step, but for the gradient; false where they are
    /// not.</summary>
    public bool Again(NDArray<T> g, ParameterState state)
    {
        ref var x = ref batch.Peek();
        if (!x.IsKept || !ReferenceEquals(x.State, state) || !ReferenceEquals(x.Slots, state.Values)) return false;
        if (g.IsSparse || !g.HasOrder(x.ColumnMajor)) return false;
        if (!ReferenceEquals(common ?? plan.SlotsOf(x.Of!), state.Specs)) return false;
        if (plan.Whole is not null && !ReferenceEquals(state.Worker, plan.Rule)) return false; // other options may ask for other memory
        batch.Take();
        var t = plan.Counts ? state.Step + 1 : state.Step;
        x.Turn = batch.Turns.Of(t, state.Carried, plan.Carries);
        x.G = g.Where;
        x.IsAgain = true;
        state.Commit(t); // taken back if the step is not made: the state is in the cache now
        if (x.Start == 0) return true;
        ref var head = ref batch[batch.Next()];
        (head.G, head.Turn) = (x.G, x.Turn);
        return true;
    }

    /// <param name="θ">Parameter.</param>
    /// <param name="g">Its gradient, of the same shape.</param>
    /// <param name="state">Its state.</param>
    /// <param name="newΘ">Where θ' goes, in θ's order; null: into θ.</param>
    /// <returns>The state that it goes on with: itself in place.</returns>
    public ParameterState Add(NDArray<T> θ, NDArray<T> g, ParameterState state, NDArray<T>? newΘ = null)
    {
        if (trial is not null) newΘ = (NDArray<T>)θ.Uninitialised();
        if (Scan.IsSplit) g = Scan.Part(g);
        var specs = common ?? plan.SlotsOf(θ);
        if (specs.Count > Plan.Most) throw Fault.TooManySlots(plan.Rule, specs.Count, Plan.Most);
        var before = state.Fits(specs) ? state : state.Fitted(plan, specs, θ, lr);
        if (plan.Elementwise is not null) CheckSlots(specs, before.Values, θ);
        var (isApart, target) = (newΘ is not null, newΘ ?? θ);
        if (!isApart && !ReferenceEquals(before, state)) fitted.Add((state, before));
        var after = isApart ? Apart(before, θ) : state;
        var slots = isApart ? after.Values : before.Values;
        trial?.Add((θ, target, after));
        if (plan.Whole is { } whole) Whole(whole, θ, newΘ, before.Values, slots, after);

        var index = batch.Next();
        ref var x = ref batch[index];
        x = default;
        x.State = after;
        x.Slots = slots;
        x.Of = target;
        x.ColumnMajor = θ.ColumnMajor;
        var t = plan.Counts ? before.Step + 1 : before.Step;
        x.Turn = batch.Turns.Of(new(t, before.FreshSlots, plan.Carries ? before.Carried : default));
        Places<T> to = default;
        if (g.IsSparse && plan.Elementwise is { Sparse: SparseGradients.Touched or SparseGradients.Only })
        {
            foreach (var stage in plan.Update)
                if (stage.NeedsAll) throw Fault.SparseStage(plan.Rule, stage);
            sparse.Gather(ref x, θ, target, g, before.Values, slots);
            to = x.From;
        }
        else if (plan.Whole is not null) Stand(ref x, target, g, slots, slots, ref to);
        else Stand(ref x, θ, g, before.Values, slots, ref to);
        x.IsKept = !isApart && !g.IsSparse && x.Other == 0;
        if (isApart) batch.Put(index, to);
        // A tensor that is measured is one: its sums are not to depend on where it lies.
        var isOne = plan.Model is not null || plan.Update.Length > 0 || batch.How.Reports;
        if (device is null && plan.Elementwise is not null && !isOne && x.Other == 0) Lead(index, to, isApart);
        return after;
    }

    /// <summary>A state to be written, whose slots stand in the parameter's order.</summary>
    static ParameterState Apart(ParameterState state, NDArray<T> θ) =>
        state.CopyOfStep((_, slot) => slot.SameShape(θ) ? θ.Uninitialised() : slot.Uninitialised(), keep: (_, slot) => slot.Clone());

    void CheckSlots(IReadOnlyList<SlotSpec> specs, NDArray[] slots, NDArray<T> θ)
    {
        for (var i = 0; i < slots.Length; i++)
            if (slots[i].Length != θ.Length) throw Fault.SlotShape(plan.Rule, specs[i].Key, slots[i], θ);
    }

    void Stand(ref Streams<T> x, NDArray<T> θ, NDArray<T> g, NDArray[] from, NDArray[] slots, ref Places<T> to)
    {
        var dense = g.IsSparse ? g.Scattered() : g;
        // Whole rules, sums and stages read a gradient as a whole.
        var byParts = plan.Elementwise is not null && plan.Model is null && plan.Update.Length == 0 && !batch.How.Reports;
        x.G = device is not null ? g.Standing(θ.ColumnMajor)
            : byParts ? batch.Gradients.Place(dense, θ.ColumnMajor, out x.Other) : batch.Gradients.Whole(dense, θ.ColumnMajor);
        (x.From, x.End) = (Places<T>.Of(θ, from), (nint)θ.Length);
        to = Places<T>.Of(x.Of!, slots);
        if (slots.Length > 4) x.More = [Places<T>.Of(θ, from, 4), Places<T>.Of(x.Of!, slots, 4)];
    }

    /// <summary>A whole rule steps in place: what goes elsewhere is copied there first.</summary>
    void Whole(IWholeRule whole, NDArray<T> θ, NDArray<T>? newΘ, NDArray[] before, NDArray[] slots, ParameterState after)
    {
        (after.Work, after.Worker) = (Engine.Reserve(whole, θ.Shape), whole);
        if (newΘ is null) return;
        θ.CopyTo(newΘ);
        for (var i = 0; i < slots.Length; i++) before[i].CopyTo(slots[i]);
    }

    /// <summary>Leaves the elements before the beginning of a cache line to a step of their own.</summary>
    void Lead(int index, in Places<T> to, bool isApart)
    {
        var lead = CacheLine.Lead(batch[index], to);
        if (lead == 0) return;
        batch[index].Start = lead;
        var head = batch.Next();
        batch[head] = batch[index] with { Start = 0, End = lead, State = null, IsKept = false, IsAgain = false };
        if (isApart) batch.Put(head, to);
    }

    /// <summary>The group has all its parameters.</summary>
    public void EndGroup() => batch.EndGroup();

    /// <summary>Binds the rules of all groups.</summary>
    /// <param name="shared">For each group the scalars that its parameters share, after the step.</param>
    public void Bind(Span<Scalars> shared) => new Binding<T>(Engine, batch, Scan.Rest, Exchange?.Combine ?? Alone.One).Run(shared);

    public void Run()
    {
        Engine.Run();
        sparse.Scatter();
    }

    public void Commit()
    {
        foreach (var (state, next) in fitted) state.Become(next);
        batch.Commit();
    }

    /// <summary>Lets go of the gradients, however the step ended.</summary>
    public void End()
    {
        batch.End();
        Scan.End();
        fitted.Clear();
    }

    /// <summary>Lets go of everything, for another step over other parameters.</summary>
    public void Forget()
    {
        batch.Forget();
        Scan.Forget();
    }
}
