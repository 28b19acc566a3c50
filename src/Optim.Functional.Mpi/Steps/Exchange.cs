namespace Optim.Functional;

/// <summary>An optimizer's gradients and parameters among the processes of a world.</summary>
/// <remarks>
/// Buckets leave in one order on all processes, whatever order gradients come in. What all are told at a step says how many have left early
/// anywhere, so that all know what is on its way, whatever has happened in one of them.
/// </remarks>
sealed class Exchange<T> : IExchange<T>, IReady where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Session session;
    readonly World world;
    readonly Optimizer optimizer;
    readonly Votes votes;
    readonly Member[] members;
    readonly Bucket<T>[] buckets;
    readonly bool[] isGiven;
    readonly Dictionary<Parameter, Member> places;
    readonly Mapping<T> adding = new();
    int next;
    bool reduces, isReduced;

    public Exchange(Session session, World world, Optimizer optimizer)
    {
        (this.session, this.world, this.optimizer, votes) = (session, world, optimizer, new(session));
        (members, HasParts) = (Member.Of(optimizer), world.Sharding != Sharding.None);
        (isGiven, places) = (new bool[members.Length], members.ToDictionary(m => m.Parameter));
        Same();
        if (HasParts && optimizer.ParamGroups.FirstOrDefault(IsForeign) is { } group) throw MpiFault.ForeignWhole(group.Rule);
        var least = Math.Max(1, world.Bucket / Unsafe.SizeOf<T>());
        var pool = new Pool<T>();
        buckets = Array.ConvertAll(
            Layout.Of(members, optimizer.Plan, session.Size, HasParts, least, Sweep<T>.Chunk),
            plan => new Bucket<T>(session, plan, world.Order, HasParts, pool));
        Combine = HasParts ? new Combined(votes) : Alone.One;
        if (HasParts) Cut();
        Start();
    }

    static bool IsForeign(ParamGroup group) => group.Plan.Whole is { } rule && rule.GetType().Assembly != typeof(Optimizer).Assembly;

    public int Size => session.Size;
    public bool EachCall => world.Order == SumOrder.Ranks || world.Sharding == Sharding.Gradients;
    public bool HasParts { get; }
    public ICombine Combine { get; }

    /// <summary>Throws on all processes where one's optimizer is another.</summary>
    void Same()
    {
        var own = $"{optimizer.Plan}\n{world.Sharding}, {world.Order}, buckets of {world.Bucket} bytes\n"
            + string.Join('\n', members.Select(Text));
        var first = session.Broadcast(own, 0, "the optimizer");
        var differs = session.AllGather(own == first ? "" : own, "the optimizer");
        var rank = Array.FindIndex(differs, text => text.Length > 0);
        if (rank < 0) return;
        var (got, wanted) = (differs[rank].Split('\n'), first.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(got.Length, wanted.Length)).First(i => At(got, i) != At(wanted, i));
        throw MpiFault.OtherOptimizer(rank, At(got, line), At(wanted, line));

        static string Text(Member m) => $"{m.Parameter.Name ?? $"parameter {m.Number}"} of {m.Value.ShapeText}, {m.Value.TypeName}"
            + (m.Value.ColumnMajor ? ", column by column" : "");

        static string At(string[] lines, int i) => i < lines.Length ? lines[i] : "none";
    }

    /// <summary>Gives each group the parts that this process steps.</summary>
    void Cut()
    {
        foreach (var m in members)
        {
            if (m.Bucket < 0) continue;
            var (start, length) = buckets[m.Bucket].Plan.Of(m, session.Rank);
            m.Group.Stepped[m.Index] = Parts.Of((NDArray<T>)m.Value, start, length);
        }
    }

    /// <summary>Makes the parameters those of rank 0.</summary>
    void Start()
    {
        foreach (var m in members)
        {
            var (θ, most) = (((NDArray<T>)m.Value).Place, (nint)world.Bucket);
            for (nint at = 0; at < (nint)m.Length; at += most)
            {
                var n = (int)nint.Min(most, (nint)m.Length - at);
                var copy = new Buffer<T>(n);
                θ.After(at).CopyTo(copy.Place, n);
                var request = session.Broadcast<T>(copy.At(), n, 0);
                session.Wait(ref request);
                copy.Place.CopyTo(θ.After(at), n);
            }
        }
    }

    public nint StartOf(int number) => PartOf(number, session.Rank).Start;

    public (nint Start, nint Length) PartOf(int number, int rank) =>
        members[number] is { Bucket: >= 0 and var b } m ? buckets[b].Plan.Of(m, rank)
        : rank == 0 ? (0, (nint)members[number].Length) : default;

    public void Begin(bool reduces)
    {
        if (session.HasEnded) throw MpiFault.Ended();
        (this.reduces, isReduced) = (reduces, false);
    }

    public void Ready(Parameter parameter)
    {
        var m = places[parameter];
        if (parameter.Grad is not NDArray<T> g) throw MpiFault.NoGradient(parameter.Name);
        if (m.Bucket < 0 || !optimizer.TakesEarly(EachCall)) return;
        if (isGiven[m.Number]) throw MpiFault.ReadyTwice(parameter.Name);
        isGiven[m.Number] = true;
        buckets[m.Bucket].Pack(m, g);
        if (world.Sharding == Sharding.Gradients) parameter.Grad = null;
        while (next < buckets.Length && buckets[next].Missing == 0) buckets[next++].Launch(atOnce: false);
        for (var b = 0; b < next; b++) buckets[b].Poke();
    }

    public void Reduce(Span<Given<T>> gradients, ref double scale, ref bool skip)
    {
        var own = new bool[members.Length];
        foreach (ref readonly var x in gradients) own[x.Number] = x.G is not null;
        foreach (var m in members) own[m.Number] |= isGiven[m.Number];
        foreach (ref readonly var x in gradients) Pack(members[x.Number], x.G);
        var given = Conclude(null, ref skip, scale, own);

        var inOrder = world.Order == SumOrder.Ranks;
        var sums = EachCall && optimizer.Plan.Sums;
        if (inOrder || sums)
        {
            foreach (ref var x in gradients) Add(ref x, given, scale, inOrder);
            scale = 1;
        }
        if (inOrder && !HasParts) Share();
        foreach (ref var x in gradients)
        {
            var m = members[x.Number];
            x.G = (m.Bucket < 0 || !Any(given, x.Number)) && x.Before is null ? null
                : HasParts ? buckets[m.Bucket].MineOf(m, out _)
                : buckets[m.Bucket].AllOf(m);
        }
        foreach (var bucket in buckets) bucket.ReleaseReceived();
        isReduced = true;
    }

    static bool Any(bool[][] given, int number)
    {
        foreach (var each in given)
            if (each[number]) return true;
        return false;
    }

    void Pack(Member m, NDArray<T>? g)
    {
        if (m.Bucket < 0 || isGiven[m.Number]) return;
        isGiven[m.Number] = true;
        buckets[m.Bucket].Pack(m, g);
    }

    /// <summary>Hears of all processes, then sends what has not been sent, and waits for what they send.</summary>
    /// <returns>For each process which parameters have a gradient there.</returns>
    bool[][] Conclude(Exception? fault, ref bool skip, double scale, bool[] own)
    {
        var header = new Header(fault is not null, skip, optimizer.Steps, optimizer.MicroSteps, scale, next, own);
        var all = header.Exchange(session);
        var failed = Array.FindIndex(all, h => h.IsFault);
        var differs = Array.FindIndex(all, h => !h.IsAt(all[0]));
        foreach (var m in members) Pack(m, null);
        // What has left early in one process leaves in all; the rest at once, now that all are here, unless there is no step.
        var early = all.Max(h => h.Launched);
        while (next < early) buckets[next++].Launch(atOnce: false);
        while (next < buckets.Length && failed < 0 && differs < 0) buckets[next++].Launch(atOnce: true);
        foreach (var bucket in buckets) bucket.Wait();
        (next, isReduced) = (0, true);
        Array.Clear(isGiven);
        if (failed >= 0) throw votes.Told(failed, fault);
        if (differs >= 0) throw votes.Known(MpiFault.OutOfStep(differs, all[differs].Place, 0, all[0].Place));
        skip = all.Any(h => h.Skips);
        return Array.ConvertAll(all, h => h.Given);
    }

    /// <summary>Adds the processes' gradients to the sum before, in their order, for this process's part.</summary>
    void Add(ref Given<T> x, bool[][] given, double scale, bool inOrder)
    {
        var m = members[x.Number];
        if (m.Bucket < 0) return;
        var bucket = buckets[m.Bucket];
        var to = bucket.MineOf(m, out var start);
        if (to.Length == 0) return;
        var before = x.Before is null ? null : Parts.Of(x.Before, x.Before.Length == to.Length ? 0 : start, (nint)to.Length);
        if (!inOrder)
        {
            adding.Add(before, Any(given, x.Number) ? to : null, scale, to, optimizer.Execution);
            return;
        }
        for (nint at = 0, n; at < (nint)to.Length; at += n)
        {
            n = (nint)bucket.Of(m, 0, start + at, (nint)to.Length - at).Length;
            var sum = Parts.Of(to, at, n);
            var so = before is null ? null : Parts.Of(before, at, n);
            if (so is not null && !Any(given, x.Number)) so.CopyTo(sum);
            for (var rank = 0; rank < Size; rank++)
            {
                if (!given[rank][x.Number]) continue;
                adding.Add(so, bucket.Of(m, rank, start + at, n), scale, sum, optimizer.Execution);
                so = sum;
            }
        }
    }

    /// <summary>Brings the sums that each process has made to all.</summary>
    void Share()
    {
        foreach (var bucket in buckets) bucket.LaunchShares();
        foreach (var bucket in buckets) bucket.Wait();
    }

    public void Agree(Exception? fault)
    {
        if (fault is not null && votes.Knows(fault)) return;
        var skip = false;
        try
        {
            if (reduces && !isReduced) Conclude(fault, ref skip, 0, new bool[members.Length]);
            else votes.Take(fault);
        }
        catch (Exception e) when (ReferenceEquals(e, fault)) { } // the step throws it
    }

    public void Spread()
    {
        if (!HasParts) return;
        const int AtOnce = 4;
        for (var b = 0; b < buckets.Length + AtOnce; b++)
        {
            if (b >= AtOnce && b - AtOnce < buckets.Length) buckets[b - AtOnce].TakeParameters();
            if (b < buckets.Length) buckets[b].LaunchParameters();
        }
    }
}
