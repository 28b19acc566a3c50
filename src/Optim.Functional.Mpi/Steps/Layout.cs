namespace Optim.Functional;

/// <summary>Which gradients are sent together, and which part of each bucket is whose.</summary>
/// <remarks>
/// Buckets go from the last parameter to the first, the order in which a backward pass has them. Parameters whose rule looks at single
/// elements are cut anywhere, at whole chunks of the sums of squares, so that a norm of parts has the bits of a norm of all; others are one
/// process's, the dearest dealt out first.
/// </remarks>
static class Layout
{
    /// <param name="members">The parameters.</param>
    /// <param name="plan">The optimizer's plan.</param>
    /// <param name="size">Processes.</param>
    /// <param name="hasParts">Whether parameters that cannot be cut are one process's.</param>
    /// <param name="least">Elements of a bucket, at least.</param>
    /// <param name="chunk">Elements that are not cut.</param>
    public static BucketPlan[] Of(Member[] members, Plan plan, int size, bool hasParts, long least, int chunk)
    {
        var moving = members.Reverse().Where(m => !m.Group.Plan.IsFrozen).ToArray();
        var whole = moving.Where(m => hasParts && !m.IsCuttable(plan)).ToArray();
        var owners = Deal(whole, size);
        var buckets = new List<BucketPlan>();
        var open = new List<Member>();
        var length = 0L;
        foreach (var m in moving)
        {
            if (open.Count > 0 && owners.ContainsKey(open[0]) != owners.ContainsKey(m)) Close();
            open.Add(m);
            length += m.Length;
            if (length >= least) Close();
        }
        Close();
        return [.. buckets];

        void Close()
        {
            if (open.Count == 0) return;
            var isWhole = owners.ContainsKey(open[0]);
            Member[] all = isWhole ? [.. open.OrderBy(m => owners[m])] : [.. open];
            nint at = 0;
            foreach (var m in all)
            {
                (m.Bucket, m.At) = (buckets.Count, at);
                at += (nint)m.Length;
            }
            buckets.Add(new(all, isWhole ? Owned(all, owners, size) : Cut(all, at, size, chunk)));
            open.Clear();
            length = 0;
        }
    }

    /// <summary>Each to the process that has least to do so far, the dearest first.</summary>
    static Dictionary<Member, int> Deal(Member[] whole, int size)
    {
        var (load, owners) = (new double[size], new Dictionary<Member, int>());
        foreach (var m in whole.OrderByDescending(m => m.Cost).ThenBy(m => m.Number))
        {
            var least = Array.IndexOf(load, load.Min());
            owners[m] = least;
            load[least] += m.Cost;
        }
        return owners;
    }

    static nint[] Owned(Member[] all, Dictionary<Member, int> owners, int size)
    {
        var starts = new nint[size + 1];
        foreach (var m in all) starts[owners[m] + 1] += (nint)m.Length;
        for (var r = 0; r < size; r++) starts[r + 1] += starts[r];
        return starts;
    }

    static nint[] Cut(Member[] all, nint total, int size, int chunk)
    {
        var starts = new nint[size + 1];
        starts[size] = total;
        for (var r = 1; r < size; r++)
        {
            var wanted = (nint)((Int128)total * r / size);
            var m = all.Last(m => m.At <= wanted);
            var chunks = (wanted - m.At + chunk / 2) / chunk;
            starts[r] = nint.Max(starts[r - 1], m.At + nint.Min((nint)m.Length, chunks * chunk));
        }
        return starts;
    }
}

/// <summary>Parameters whose gradients are sent together.</summary>
/// <param name="Members">In the order in which they lie.</param>
/// <param name="Starts">Where each process's part begins, and where the last one's ends.</param>
sealed record BucketPlan(Member[] Members, nint[] Starts)
{
    public nint Length => Starts[^1];

    /// <summary>The longest of the parts.</summary>
    public nint Widest { get; } = Enumerable.Range(0, Starts.Length - 1).Max(r => Starts[r + 1] - Starts[r]);

    /// <summary>The part of a parameter that a process has: where it begins in the parameter, and how long it is.</summary>
    public (nint Start, nint Length) Of(Member m, int rank)
    {
        var first = nint.Clamp(Starts[rank] - m.At, 0, (nint)m.Length);
        var end = nint.Clamp(Starts[rank + 1] - m.At, 0, (nint)m.Length);
        return (first, end - first);
    }
}
