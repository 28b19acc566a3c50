using System.Numerics;

namespace Optim.Functional;

/// <summary>A step of a plan over some parameters, in place where source and destination are the same: scan, fit, bind, run, commit.</summary>
/// <remarks>
/// Only <see cref="Run"/> writes to parameters and slots, and only <see cref="Commit"/> to states; what comes before may fail and then has changed nothing.
/// </remarks>
sealed class Stepper<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Engine<T> engine = new();
    readonly SparseSteps<T> sparse = new();
    readonly List<(ParameterState State, ParameterState Fitted)> fitted = [];
    Plan plan = null!;
    IGradientRule rule = null!;
    IElementwiseRule? elementwise;
    double lr;
    bool counts, carries;
    IReadOnlyList<SlotSpec>? common; // of all shapes

    /// <summary>The gradients, all together.</summary>
    public Scan<T> Scan { get; } = new();

    /// <summary>A step begins; what one that threw has left is dropped.</summary>
    public void Begin(Execution how)
    {
        engine.Begin(how);
        sparse.Begin();
        Scan.Begin(how);
        fitted.Clear();
    }

    /// <summary>The parameters that follow are of a group with this plan.</summary>
    public void BeginGroup(Plan of, double groupsLr, Scalars model)
    {
        (plan, rule, lr) = (of, (IGradientRule)of.Rule, groupsLr);
        (elementwise, counts, carries) = (rule as IElementwiseRule, rule.CountsSteps, rule.Scalars.Count > 0);
        common = elementwise is null ? null : plan.SlotsOf(elementwise.Slots);
        if (rule.Scalars.Count > Scalars.Most) throw Fault.TooManyScalars(rule, rule.Scalars.Count, Scalars.Most);
        if (rule.ModelScalars.Count > Scalars.Most) throw Fault.TooManyScalars(rule, rule.ModelScalars.Count, Scalars.Most);
        engine.BeginGroup(of, groupsLr, model);
    }

    /// <summary>Takes a parameter in place whose streams are those of the last step, but for the gradient; false where they are not.</summary>
    public bool Again(NDArray<T> g, ParameterState state)
    {
        if (!engine.Stands(out var index)) return false;
        ref var x = ref engine[index];
        if (!x.IsKept || !ReferenceEquals(x.State, state) || !ReferenceEquals(x.Slots, state.Values)) return false;
        if (x.Other > 0 != InOrder<T>.IsByParts(g, x.Of!.ColumnMajor)) return false;
        if (g.IsSparse || !ReferenceEquals(common ?? plan.SlotsOf(x.Of!), state.Specs)) return false;
        if (elementwise is null && !ReferenceEquals(state.Worker, rule)) return false; // other options may ask for other memory
        engine.Next();
        x.Turn = engine.Turn(new(counts ? state.Step + 1 : state.Step, 0, carries ? state.Carried : default));
        x.G = engine.Gradients.Place(g, x.Of!.ColumnMajor, out x.Other);
        if (x.Start > 0) engine[engine.Next()].Again(x);
        return true;
    }

    /// <param name="θ">Parameter.</param>
    /// <param name="g">Its gradient, of the same shape.</param>
    /// <param name="state">Its state.</param>
    /// <param name="newΘ">Where θ' goes, in θ's order; null: into θ.</param>
    /// <returns>The state that it goes on with: itself in place.</returns>
    public ParameterState Add(NDArray<T> θ, NDArray<T> g, ParameterState state, NDArray<T>? newΘ = null)
    {
        var specs = common ?? plan.SlotsOf(θ);
        if (specs.Count > Plan.Most) throw Fault.TooManySlots(rule, specs.Count, Plan.Most);
        var before = state.Fits(specs) ? state : state.Fitted(plan, specs, θ, lr);
        if (elementwise is not null) CheckSlots(specs, before.Values, θ);
        var after = newΘ is null ? state : Apart(before, θ);
        if (newΘ is null && !ReferenceEquals(before, state)) fitted.Add((state, before));
        var slots = newΘ is null ? before.Values : after.Values;
        if (rule is IWholeRule whole) Whole(whole, θ, newΘ, before.Values, slots, after);

        var index = engine.Next();
        ref var x = ref engine[index];
        (x.State, x.Slots, x.Of) = (after, slots, newΘ ?? θ);
        x.IsKept = newΘ is null && !g.IsSparse;
        x.Turn = engine.Turn(new(counts ? before.Step + 1 : before.Step, before.FreshSlots, before.Carried));
        (x.Start, x.Other, x.More) = (0, 0, null);
        Places<T> to = default;
        if (g.IsSparse && elementwise is not null && rule.Sparse is SparseGradients.Touched or SparseGradients.Only)
        {
            sparse.Gather(ref x, θ, newΘ ?? θ, g, before.Values, slots);
            to = x.From;
        }
        else if (rule is IWholeRule) Stand(ref x, newΘ ?? θ, g, slots, slots, ref to);
        else Stand(ref x, θ, g, before.Values, slots, ref to);
        if (newΘ is not null) engine.Put(index, to);
        if (elementwise is not null && plan.Update.Length == 0 && x.Other == 0) Lead(index, to, newΘ is not null);
        return after;
    }

    /// <summary>A state to be written, whose slots stand in the parameter's order.</summary>
    static ParameterState Apart(ParameterState state, NDArray<T> θ) =>
        state.Copy(slot => slot.SameShape(θ) ? θ.Uninitialised() : slot.Uninitialised());

    void CheckSlots(IReadOnlyList<SlotSpec> specs, NDArray[] slots, NDArray<T> θ)
    {
        for (var i = 0; i < slots.Length; i++)
            if (slots[i].Length != θ.Length) throw Fault.SlotShape(rule, specs[i].Key, slots[i], θ);
    }

    void Stand(ref Streams<T> x, NDArray<T> θ, NDArray<T> g, NDArray[] from, NDArray[] slots, ref Places<T> to)
    {
        var dense = g.IsSparse ? g.Scattered() : g;
        // Whole rules, sums and stages read a gradient as a whole.
        var byParts = elementwise is not null and not IModelRule && plan.Update.Length == 0;
        x.G = byParts ? engine.Gradients.Place(dense, θ.ColumnMajor, out x.Other) : engine.Gradients.Whole(dense, θ.ColumnMajor);
        (x.From, x.End) = (Places<T>.Of(θ, from), (nint)θ.Length);
        to = Places<T>.Of(x.Of!, slots);
        if (slots.Length > 4) x.More = [Places<T>.Beyond(θ, from), Places<T>.Beyond(x.Of!, slots)];
    }

    /// <summary>A whole rule steps in place: what goes elsewhere is copied there first.</summary>
    void Whole(IWholeRule whole, NDArray<T> θ, NDArray<T>? newΘ, NDArray[] before, NDArray[] slots, ParameterState after)
    {
        var elements = whole.WorkOf(θ.Shape);
        engine.Work.Reserve(elements);
        (after.Work, after.Worker) = (elements, whole);
        if (newΘ is null) return;
        θ.CopyTo(newΘ);
        for (var i = 0; i < slots.Length; i++) before[i].CopyTo(slots[i]);
    }

    /// <summary>Leaves the elements before the beginning of a cache line to a step of their own.</summary>
    void Lead(int index, in Places<T> to, bool isApart)
    {
        var lead = CacheLine.Lead(engine[index], to);
        if (lead == 0) return;
        engine[index].Start = lead;
        var head = engine.Next();
        engine[head] = engine[index] with { Start = 0, End = lead, State = null, IsKept = false };
        if (isApart) engine.Put(head, to);
    }

    /// <summary>The group has all its parameters.</summary>
    public void EndGroup() => engine.EndGroup();

    /// <summary>Binds the rules of all groups.</summary>
    /// <param name="scale">The factor on the gradients.</param>
    /// <param name="shared">For each group the scalars that its parameters share, after the step.</param>
    public void Bind(double scale, Span<Scalars> shared) => engine.Bind(scale, shared);

    public void Run()
    {
        engine.Run();
        sparse.Scatter();
    }

    public void Commit()
    {
        foreach (var (state, next) in fitted) state.Become(next);
        for (var k = 0; k < engine.Count; k++)
            if (engine[k].State is { } state)
            {
                ref readonly var turn = ref engine.TurnOf(k);
                state.Commit(turn.T, turn.After);
            }
    }

    /// <summary>Lets go of the gradients, however the step ended.</summary>
    public void End()
    {
        engine.End();
        Scan.End();
        fitted.Clear();
    }
}
