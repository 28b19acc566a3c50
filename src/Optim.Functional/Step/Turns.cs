namespace Optim.Functional;

/// <summary>Where a parameter stands before a step. Those of a group that stand alike are stepped together.</summary>
readonly record struct Standing(long T, byte FreshSlots, Scalars Carried);

/// <summary>The different standings of a group's parameters at a step: found in constant time each.</summary>
sealed class Turns
{
    /// <summary>So many are looked through one by one; more are looked up.</summary>
    const int Few = 8;

    readonly Dictionary<Standing, int> index = [];
    Standing[] standings = new Standing[1];
    Turn[] turns = new Turn[1];
    int first, count, last;

    /// <summary>Turns of all groups.</summary>
    public int Count => count;

    public ref readonly Turn this[int turn] => ref turns[turn];

    /// <summary>A step begins.</summary>
    public void Clear() => first = count = last = 0;

    /// <summary>A group begins.</summary>
    public void Begin() => first = last = count;

    /// <summary>The turn of a parameter that has made so many steps, and creates no slot.</summary>
    /// <param name="t">Its step.</param>
    /// <param name="carried">Its scalars.</param>
    /// <param name="carries">Whether it has any.</param>
    public int Of(long t, in Scalars carried, bool carries)
    {
        if (last < count)
        {
            ref readonly var known = ref standings[last];
            if (known.T == t && known.FreshSlots == 0 && (!carries || known.Carried == carried)) return last;
        }
        return Of(new(t, 0, carries ? carried : default));
    }

    /// <summary>The turn of a standing.</summary>
    public int Of(in Standing now)
    {
        if (last < count && standings[last] == now) return last;
        last = Find(now);
        if (last < count) return last;
        if (count == standings.Length)
        {
            Array.Resize(ref standings, 2 * count);
            Array.Resize(ref turns, 2 * count);
        }
        standings[count] = now;
        if (count - first == Few) Index();
        else if (count - first > Few) index[now] = count;
        return count++;
    }

    int Find(in Standing now)
    {
        if (count - first > Few) return index.TryGetValue(now, out var found) ? found : count;
        for (var turn = first; turn < count; turn++)
            if (standings[turn] == now) return turn;
        return count;
    }

    void Index()
    {
        index.Clear();
        for (var turn = first; turn <= count; turn++) index[standings[turn]] = turn;
    }

    /// <summary>Makes the turns of a group's standings.</summary>
    /// <param name="group">The group.</param>
    /// <param name="model">The scalars that it shares, after the step.</param>
    public void Make(in StepGroup group, in Scalars model)
    {
        for (var t = group.FirstTurn; t < group.EndTurn; t++)
        {
            ref readonly var now = ref standings[t];
            turns[t] = new(now.T, group.Lr, now.Carried, now.Carried, group.Shared, model)
            {
                Step = group.Step,
                FreshSlots = now.FreshSlots,
            };
            if (group.Plan.Carries) Carry(group.Rule, ref turns[t]);
        }
    }

    /// <summary>Not inlined, like what is rare in <see cref="Binding{T}"/>: locals of structs would be cleared in each step of every
    /// rule.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Carry(IGradientRule rule, ref Turn turn) => turn = turn with { After = rule.After(turn) };
}
