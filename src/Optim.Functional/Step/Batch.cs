namespace Optim.Functional;

/// <summary>The tensors of a step, in groups of one plan, those that stand alike side by side.</summary>
/// <remarks>What stands in it stays from step to step: in place only the gradients are new.</remarks>
sealed class Batch<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    StepGroup[] groups = new StepGroup[1];
    Streams<T>[] items = new Streams<T>[1], sorted = [];
    Places<T>[] into = [], places = [];
    int[] order = [];
    int count, groupCount;
    bool isApart;

    /// <summary>Threads and lanes.</summary>
    public Execution How { get; private set; } = Execution.Default;

    public Turns Turns { get; } = new();

    /// <summary>Gradients that stand in the other order than their parameters.</summary>
    public InOrder<T> Gradients { get; } = new();

    public ReadOnlySpan<StepGroup> Groups => groups.AsSpan(0, groupCount);

    /// <summary>A step begins.</summary>
    public void Begin(Execution how)
    {
        if (how.Reports != How.Reports) Forget(); // what was kept is cut otherwise
        How = how;
        (count, groupCount, isApart) = (0, 0, false);
        Turns.Clear();
        Gradients.Clear();
    }

    /// <summary>The tensors that follow are of a group with this plan.</summary>
    public void BeginGroup(Plan plan, double lr, long step, in Scalars shared)
    {
        Turns.Begin();
        if (groupCount == groups.Length) Array.Resize(ref groups, 2 * groupCount);
        groups[groupCount] = new() { Plan = plan, Lr = lr, Step = step, Shared = shared, First = count, FirstTurn = Turns.Count };
    }

    /// <summary>The group has all its tensors.</summary>
    public void EndGroup()
    {
        ref var group = ref groups[groupCount++];
        (group.End, group.EndTurn) = (count, Turns.Count);
    }

    /// <summary>What stands where the next tensor will: of an earlier step, or nothing.</summary>
    public ref Streams<T> Peek()
    {
        if (count == items.Length) Array.Resize(ref items, 2 * count);
        return ref items[count];
    }

    /// <summary>It stays there, and is the next tensor.</summary>
    public void Take() => count++;

    /// <summary>The number of the next tensor, which is not as at the last step.</summary>
    public int Next()
    {
        groups[groupCount].HasNew = true;
        Peek();
        return count++;
    }

    /// <summary>The streams of a tensor.</summary>
    public ref Streams<T> this[int number] => ref items[number];

    /// <summary>Where a tensor stands.</summary>
    public ref readonly Turn TurnOf(int number) => ref Turns[items[number].Turn];

    /// <summary>Where a tensor goes that is not stepped in place. All of a step do, or none.</summary>
    public void Put(int number, in Places<T> to)
    {
        if (number >= into.Length) Array.Resize(ref into, items.Length);
        (into[number], isApart) = (to, true);
    }

    public Memory<Streams<T>> Items(int first, int end) => items.AsMemory(first, end - first);

    public Memory<Places<T>> Targets(int first, int end) => isApart ? into.AsMemory(first, end - first) : default;

    public ReadOnlySpan<Streams<T>> Span(int first, int end) => items.AsSpan(first, end - first);

    /// <summary>Puts the tensors of each turn of a group side by side, in linear time.</summary>
    public void Order(in StepGroup group)
    {
        if (group.EndTurn - group.FirstTurn < 2) return;
        var (first, n) = (group.First, group.End - group.First);
        var isOrdered = true;
        for (var k = first + 1; k < group.End && isOrdered; k++) isOrdered = items[k].Turn >= items[k - 1].Turn;
        if (isOrdered) return;

        if (order.Length < Turns.Count + 1) order = new int[2 * Turns.Count + 2];
        if (sorted.Length < n) sorted = new Streams<T>[items.Length];
        if (isApart && places.Length < n) places = new Places<T>[items.Length];
        Array.Clear(order, 0, Turns.Count + 1);
        for (var k = first; k < group.End; k++) order[items[k].Turn + 1]++;
        for (var t = 1; t <= Turns.Count; t++) order[t] += order[t - 1];
        for (var k = first; k < group.End; k++)
        {
            var at = order[items[k].Turn]++;
            sorted[at] = items[k] with { IsKept = false };
            if (isApart) places[at] = into[k];
        }
        sorted.AsSpan(0, n).CopyTo(items.AsSpan(first));
        if (isApart) places.AsSpan(0, n).CopyTo(into.AsSpan(first));
        sorted.AsSpan(0, n).Clear(); // it is not to keep gradients alive
    }

    /// <summary>The step has been made: states are told so, and gradients let go of.</summary>
    public void Commit()
    {
        foreach (ref readonly var group in Groups)
        {
            if (group.HasNew || group.Plan.Carries) Commit(group);
            foreach (ref var x in items.AsSpan(group.First, group.End - group.First)) x.G = default;
        }
        count = 0;
    }

    void Commit(in StepGroup group)
    {
        foreach (ref readonly var x in Span(group.First, group.End))
        {
            if (x.State is not { } state) continue;
            ref readonly var turn = ref Turns[x.Turn];
            state.Commit(turn.T);
            if (group.Plan.Carries) state.Carried = turn.After;
        }
    }

    /// <summary>Takes back a step that was not made, if there is one, and lets go of its gradients.</summary>
    public void End()
    {
        for (var k = 0; k < count; k++)
        {
            ref var x = ref items[k];
            x.G = default;
            if (x.IsAgain && x.State is { Counts: true } state) state.Commit(state.Step - 1);
        }
        count = 0;
    }

    /// <summary>Lets go of all tensors.</summary>
    public void Forget()
    {
        Array.Clear(items);
        Array.Clear(into);
    }
}
