using System.Numerics;

namespace Optim.Functional;

/// <summary>The processor's engine: binds the rules of a step for all tensors that stand alike, each to the widest lane that it fills, and then runs what is bound.</summary>
/// <remarks>Nothing is written before all is bound: so a rule that fails there leaves everything as it was.</remarks>
sealed class Engine<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<Bound<T>> bounds = [];
    readonly List<Group> groups = [];
    readonly Turns turns = new();
    Streams<T>[] items = new Streams<T>[4], sorted = [];
    Places<T>[] into = [], places = [];
    int[] order = [];
    int count, boundCount;
    ulong fill;
    bool hasOthers;
    long elements;
    Plan plan = null!;
    IGradientRule rule = null!;
    double scale, decay;

    /// <summary>The tensors of a group, from one number to another, and their turns.</summary>
    readonly record struct Group(Plan Plan, double Lr, Scalars Shared, int First, int FirstTurn)
    {
        public int End { get; init; }
        public int EndTurn { get; init; }
        public IGradientRule Rule => (IGradientRule)Plan.Rule;
    }

    /// <summary>A step begins.</summary>
    public void Begin(Execution how)
    {
        (count, boundCount, How) = (0, 0, how);
        groups.Clear();
        turns.Clear();
        Gradients.Clear();
    }

    public Execution How { get; private set; } = Execution.Default;

    /// <summary>The tensors that follow are of a group with this plan.</summary>
    public void BeginGroup(Plan of, double lr, Scalars shared)
    {
        turns.Begin();
        groups.Add(new(of, lr, shared, count, turns.Count));
    }

    /// <summary>The group has all its tensors.</summary>
    public void EndGroup() => groups[^1] = groups[^1] with { End = count, EndTurn = turns.Count };

    /// <summary>The number of the next tensor; what stands there is from an earlier step.</summary>
    public int Next()
    {
        if (count == items.Length) Array.Resize(ref items, 2 * count);
        return count++;
    }

    /// <summary>Whether there is something from an earlier step where the next tensor will stand.</summary>
    public bool Stands(out int number) => (number = count) < items.Length;

    /// <summary>The streams of a tensor.</summary>
    public ref Streams<T> this[int number] => ref items[number];

    public int Count => count;

    public int Turn(in Standing now) => turns.Of(now);

    /// <summary>The scalars of a tensor after the step.</summary>
    public ref readonly Turn TurnOf(int number) => ref turns[items[number].Turn];

    public ReadOnlySpan<Places<T>> Into => into;

    /// <summary>Where a tensor goes that is not stepped in place. All of a run do, or none.</summary>
    public void Put(int number, in Places<T> to)
    {
        if (number >= into.Length) Array.Resize(ref into, items.Length);
        into[number] = to;
    }

    /// <summary>Gradients that stand in the other order than their parameters.</summary>
    public InOrder<T> Gradients { get; } = new();

    /// <summary>What whole rules work in.</summary>
    public WholeWork<T> Work => field ??= new();

    /// <summary>Lets go of the gradients.</summary>
    public void End()
    {
        for (var k = 0; k < count; k++) items[k].G = default;
    }

    /// <summary>Binds all groups.</summary>
    /// <param name="gradientScale">The factor on the gradients.</param>
    /// <param name="shared">For each group the scalars that its parameters share, after the step.</param>
    public void Bind(double gradientScale, Span<Scalars> shared)
    {
        Gradients.Write(How);
        for (var g = 0; g < groups.Count; g++)
        {
            Enter(groups[g], gradientScale);
            shared[g] = Learn(groups[g], gradientScale);
        }
        for (var g = 0; g < groups.Count; g++)
        {
            Enter(groups[g], gradientScale);
            Bind(groups[g], shared[g]);
        }
    }

    void Enter(in Group group, double gradientScale)
    {
        (plan, rule) = (group.Plan, group.Rule);
        (scale, decay) = (rule.Maximize ? -gradientScale : gradientScale, rule is IWholeRule ? 0 : rule.WeightDecay);
    }

    void Bind(in Group group, Scalars after)
    {
        turns.Make(rule, group.Lr, group.Shared, after, group.FirstTurn, group.EndTurn);
        Order(group);
        for (int first = group.First, end; first < group.End; first = end)
        {
            var turn = items[first].Turn;
            for (end = first + 1; end < group.End && items[end].Turn == turn; end++) { }
            if (rule is IWholeRule whole) Keep<WholeStep<T>>().Set(whole, plan, first, end, scale);
            else if (plan.Update.Length > 0 && plan.Update[0].Measures)
                for (var k = first; k < end; k++) Bind(k, k + 1, Share(k));
            else Bind(first, end, 0);
        }
    }

    /// <summary>The scalars that a group shares after the step. A model rule's sums are over all groups that have it.</summary>
    Scalars Learn(in Group group, double gradientScale)
    {
        if (rule is not IModelRule { Sums: var n }) return rule.Learn(group.Shared, group.Lr, []);
        if (n is < 1 or > 4) throw Fault.SumCount(rule, n);
        Span<double> sums = stackalloc double[4], one = stackalloc double[4];
        sums.Clear();
        var lr = 0.0;
        foreach (ref readonly var other in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(groups))
        {
            if (other.Rule.GetType() != group.Rule.GetType()) continue;
            Enter(other, gradientScale);
            lr = Math.Max(lr, other.Lr);
            turns.Make(rule, other.Lr, other.Shared, other.Shared, other.FirstTurn, other.EndTurn);
            for (var k = other.First; k < other.End; k++)
            {
                var body = new RuleTerms((IModelRule)rule, turns[items[k].Turn], scale, decay);
                Measuring<T>.Run(body, items[k], one[..n], How);
                for (var i = 0; i < n; i++) sums[i] += one[i];
            }
        }
        return group.Rule.Learn(group.Shared, lr, sums[..n]);
    }

    /// <summary>The mean over a tensor of what the update stage measures.</summary>
    double Share(int k)
    {
        var n = items[k].End - items[k].Start;
        if (n == 0) return 0;
        Span<double> sum = stackalloc double[1];
        Measuring<T>.Run(new StageTerms((IElementwiseRule)rule, plan.Update[0], turns[items[k].Turn], scale, decay), items[k], sum, How);
        return sum[0] / n;
    }

    /// <summary>Puts the tensors of each turn of the group side by side, in linear time.</summary>
    void Order(in Group group)
    {
        if (group.EndTurn - group.FirstTurn < 2) return;
        var (first, n) = (group.First, group.End - group.First);
        var isOrdered = true;
        for (var k = first + 1; k < group.End && isOrdered; k++) isOrdered = items[k].Turn >= items[k - 1].Turn;
        if (isOrdered) return;
        if (order.Length < turns.Count + 1) order = new int[2 * turns.Count + 2];
        Array.Clear(order, 0, turns.Count + 1);
        for (var k = first; k < group.End; k++) order[items[k].Turn + 1]++;
        for (var t = 1; t <= turns.Count; t++) order[t] += order[t - 1];
        if (sorted.Length < n) sorted = new Streams<T>[items.Length];
        if (into.Length > 0 && places.Length < n) places = new Places<T>[items.Length];
        for (var k = first; k < group.End; k++)
        {
            var at = order[items[k].Turn]++;
            sorted[at] = items[k] with { IsKept = false };
            if (into.Length > 0) places[at] = into[k];
        }
        sorted.AsSpan(0, n).CopyTo(items.AsSpan(first));
        if (into.Length > 0) places.AsSpan(0, n).CopyTo(into.AsSpan(first));
        sorted.AsSpan(0, n).Clear(); // it is not to keep gradients alive
    }

    /// <summary>Elements of these tensors that run on a lane: those that fill it, and not the next wider one.</summary>
    long Elements(int first, int end, ulong width, ulong wider)
    {
        var sum = 0L;
        for (var k = first; k < end; k++)
            if ((ulong)(items[k].End - items[k].Start) is var length && length >= width && length < wider) sum += (long)length;
        return sum;
    }

    void Bind(int first, int end, double share)
    {
        (elements, fill, hasOthers) = (0, 0, false);
        for (var k = first; k < end; k++)
            if (items[k].End - items[k].Start is > 0 and var length)
            {
                elements += length;
                hasOthers |= items[k].Other > 0;
                fill |= 1ul << BitOperations.Log2((ulong)length); // bit k: a tensor of 2^k elements and more, but less than twice as many
            }
        var wider = 1ul << 63;
        if (How.LaneBits >= 512) Bind<Lane512<T>>(first, end, share, ref wider);
        if (How.LaneBits >= 256) Bind<Lane256<T>>(first, end, share, ref wider);
        if (How.LaneBits >= 128) Bind<Lane128<T>>(first, end, share, ref wider);
        Bind<Lane1<T>>(first, end, share, ref wider);
    }

    void Bind<L>(int first, int end, double share, ref ulong wider) where L : struct, IMemoryLane<L, T>
    {
        if ((fill & (wider - 1) & ~((ulong)L.Width - 1)) != 0)
        {
            var (use, before) = (new Use<L>(this, first, end, share, wider), boundCount);
            ((IElementwiseRule)rule).Bind<L, Use<L>>(turns[items[first].Turn], ref use);
            if (use.Runs != 1) throw Fault.BoundNotOnce(rule, use.Runs);
            if (boundCount != before + 1) throw Fault.StageNotOnce(plan, boundCount - before);
        }
        wider = (ulong)L.Width;
    }

    /// <summary>Takes a rule's bound formula, and puts the stages around it.</summary>
    struct Use<L>(Engine<T> engine, int first, int end, double share, ulong wider) : IUse<L> where L : struct, IMemoryLane<L, T>
    {
        public int Runs;

        public void Run<A>(in A at) where A : struct, IFormula<L>
        {
            if (++Runs > 1) return;
            var slots = engine.rule is IElementwiseRule e ? e.Slots.Count : 0;
            if (A.SlotCount != slots) throw Fault.SlotCount(engine.rule, slots, A.SlotCount);
            var (plan, turn) = (engine.plan, engine.turns[engine.items[first].Turn]);
            if (plan.Update.Length == 0)
            {
                Follow(new Applied<L, A>(at));
                return;
            }
            var outer = new UpdateUse<L>(this, 1, share, turn);
            plan.Update[0].Around<L, A, UpdateUse<L>>(at, turn, share, ref outer);
        }

        internal readonly Plan Plan => engine.plan;

        internal readonly void Follow<S>(in S step) where S : struct, IStep<L>
        {
            var after = engine.plan.After;
            if (after.Length == 0)
            {
                Prepare(step);
                return;
            }
            var outer = new AfterUse<L>(this, 1);
            after[0].Around<L, S, AfterUse<L>>(step, IsFresh(0), ref outer);
        }

        internal readonly bool IsFresh(int stage) => engine.turns[engine.items[first].Turn].Creates(((IElementwiseRule)engine.rule).Slots.Count + stage);

        internal readonly void Prepare<S>(in S step) where S : struct, IStep<L>
        {
            if (engine.decay != 0) Keep(new Prepared<L, S, On>(step, L.Of(engine.scale), L.Of(engine.decay)));
            else if (engine.scale != 1) Keep(new Prepared<L, S, Off>(step, L.Of(engine.scale), default));
            else Keep(step);
        }

        readonly void Keep<S>(in S step) where S : struct, IStep<L> =>
            engine.Keep<Bound<T, L, S>>().Set(step, first, end, wider, end - first > 1 ? engine.elements / (end - first) : 0,
                engine.How.Threads > 1 && engine.elements > engine.How.SerialUpTo && engine.Elements(first, end, (ulong)L.Width, wider) > engine.How.SerialUpTo,
                engine.hasOthers);
    }

    /// <summary>Takes a formula with one update stage around it, and puts the next one around that.</summary>
    struct UpdateUse<L>(Use<L> inner, int stage, double share, Turn turn) : IUse<L> where L : struct, IMemoryLane<L, T>
    {
        public readonly void Run<A>(in A at) where A : struct, IFormula<L>
        {
            var stages = inner.Plan.Update;
            if (stage == stages.Length)
            {
                inner.Follow(new Applied<L, A>(at));
                return;
            }
            var outer = new UpdateUse<L>(inner, stage + 1, share, turn);
            stages[stage].Around<L, A, UpdateUse<L>>(at, turn, share, ref outer);
        }
    }

    /// <summary>The same of stages after the step.</summary>
    struct AfterUse<L>(Use<L> inner, int stage) : IUseStep<L> where L : struct, IMemoryLane<L, T>
    {
        public readonly void Run<S>(in S step) where S : struct, IStep<L>
        {
            var stages = inner.Plan.After;
            if (stage == stages.Length)
            {
                inner.Prepare(step);
                return;
            }
            var outer = new AfterUse<L>(inner, stage + 1);
            stages[stage].Around<L, S, AfterUse<L>>(step, inner.IsFresh(stage), ref outer);
        }
    }

    /// <summary>The next place for what is bound: the object that stood there at the last step, where it is of the same type.</summary>
    B Keep<B>() where B : Bound<T>, new()
    {
        if (boundCount == bounds.Count) bounds.Add(new B());
        else if (bounds[boundCount] is not B) bounds[boundCount] = new B();
        return (B)bounds[boundCount++];
    }

    /// <summary>Runs all that is bound: first the whole rules of others, which alone may throw now; what they have written is then taken back.</summary>
    public void Run()
    {
        for (var k = 0; k < boundCount; k++)
            if (bounds[k].MayThrow) Undo.Run(this, bounds[k]);
        for (var k = 0; k < boundCount; k++)
            if (!bounds[k].MayThrow) bounds[k].Run(this);
        Undo.Forget();
    }

    Undo<T> Undo => field ??= new();

    public Memory<Streams<T>> Items(int first, int end) => items.AsMemory(first, end - first);

    public Memory<Places<T>> Targets(int first, int end) => into.Length > 0 ? into.AsMemory(first, end - first) : default;
}
