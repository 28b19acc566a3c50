using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>A bucket on its way: packed, sent, added up, each process with its share.</summary>
/// <param name="session">The processes.</param>
/// <param name="plan">What is in it.</param>
/// <param name="order">The order of sums.</param>
/// <param name="hasParts">Whether each process needs its share only.</param>
/// <param name="pool">Memory.</param>
sealed unsafe class Bucket<T>(Session session, BucketPlan plan, SumOrder order, bool hasParts, Pool<T> pool)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly int[] counts = Pinned(session.Size), starts = Pinned(session.Size);
    readonly int[] itsCounts = Pinned(session.Size), itsStarts = Pinned(session.Size);
    readonly List<Session.Request> requests = [];
    Buffer<T>? data, share, received;

    public BucketPlan Plan => plan;

    /// <summary>Parameters whose gradients are not packed yet.</summary>
    public int Missing { get; private set; } = plan.Members.Length;

    nint First => plan.Starts[session.Rank];
    nint Mine => plan.Starts[session.Rank + 1] - First;

    static int[] Pinned(int length) => GC.AllocateArray<int>(length, pinned: true);

    Buffer<T> Data => data ??= pool.Rent(plan.Length);

    /// <summary>Copies a gradient to its place; 0 where there is none.</summary>
    public void Pack(Member m, NDArray<T>? gradient)
    {
        if (gradient is null) Data.Place.After(m.At).Fill(T.Zero, (nint)m.Length);
        else gradient.CopyTo(Data.Like(m.Value, m.At));
        Missing--;
    }

    /// <summary>Sends it on its way.</summary>
    /// <param name="atOnce">Whether it is waited for.</param>
    public void Launch(bool atOnce)
    {
        if (order == SumOrder.Ranks) LaunchInOrder(atOnce);
        else if (!hasParts) Each(0, plan.Length, (from, n) => requests.Add(session.AllReduce<T>(Data.At(from), n, atOnce)));
        else if (IsLong) Owners((rank, from, n) => requests.Add(
            session.Reduce<T>(Data.At(from), rank == session.Rank ? Share.At(from - First) : 0, n, rank)));
        else requests.Add(session.ReduceScatter<T>(Data.At(), Share.At(), Counts(), atOnce));
    }

    /// <summary>Each process's share goes to it, of all processes: as many bytes as a sum would take.</summary>
    void LaunchInOrder(bool atOnce)
    {
        received = pool.Rent(Mine * session.Size);
        if (IsLong)
        {
            Owners((rank, from, n) => requests.Add(session.Gather<T>(
                Data.At(from), n, rank == session.Rank ? received.At((from - First) * session.Size) : 0, rank)));
            return;
        }
        Counts();
        for (var r = 0; r < session.Size; r++) (itsCounts[r], itsStarts[r]) = ((int)Mine, (int)Mine * r);
        requests.Add(session.AllToAll<T>(
            Data.At(), Address(counts), Address(starts), received.At(), Address(itsCounts), Address(itsStarts), atOnce));
    }

    /// <summary>Elements of one call of MPI, whose counts have 32 bits.</summary>
    internal static int Most { get; set; } = 1 << 30;

    bool IsLong => nint.Max(plan.Length, order == SumOrder.Ranks ? plan.Widest * session.Size : 0) > Most;

    /// <summary>So many elements of a call, where each process has a share of what one receives.</summary>
    int Piece => order == SumOrder.Ranks ? Math.Max(1, Most / session.Size) : Most;

    Buffer<T> Share => share ??= new(Mine);

    int* Counts()
    {
        for (var r = 0; r < session.Size; r++) (counts[r], starts[r]) = ((int)(plan.Starts[r + 1] - plan.Starts[r]), (int)plan.Starts[r]);
        return Address(counts);
    }

    static int* Address(int[] pinned) => (int*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));

    void Each(nint from, nint end, Action<nint, int> run)
    {
        var piece = Piece;
        for (; from < end; from += piece) run(from, (int)nint.Min(piece, end - from));
    }

    void Owners(Action<int, nint, int> run)
    {
        for (var r = 0; r < session.Size; r++)
        {
            var rank = r;
            Each(plan.Starts[r], plan.Starts[r + 1], (from, n) => run(rank, from, n));
        }
    }

    /// <summary>Lets MPI go on with it.</summary>
    public void Poke()
    {
        foreach (ref var request in CollectionsMarshal.AsSpan(requests)) session.IsDone(ref request);
    }

    /// <summary>Waits until it is there.</summary>
    public void Wait()
    {
        foreach (ref var request in CollectionsMarshal.AsSpan(requests)) session.Wait(ref request);
        requests.Clear();
        Missing = plan.Members.Length;
        if (hasParts) Release(ref data);
    }

    /// <summary>Lets go of what is not needed after the sums.</summary>
    public void ReleaseReceived() => Release(ref received);

    void Release(ref Buffer<T>? buffer)
    {
        pool.Return(buffer);
        buffer = null;
    }

    /// <summary>The part of a parameter's sum that this process has, which begins so far into the parameter.</summary>
    public NDArray<T> MineOf(Member m, out nint start)
    {
        (start, var length) = plan.Of(m, session.Rank);
        var from = m.At + start;
        var (buffer, at) = hasParts ? (Share, from - First) : (Data, from);
        return length == m.Length ? buffer.Like(m.Value, at) : buffer.Part(at, length);
    }

    /// <summary>All of a parameter's sum, where each process has it.</summary>
    public NDArray<T> AllOf(Member m) => Data.Like(m.Value, m.At);

    /// <summary>What a process has given to a stretch of this process's part of a parameter.</summary>
    /// <param name="m">The parameter.</param>
    /// <param name="rank">The process.</param>
    /// <param name="start">Where the stretch begins in the parameter.</param>
    /// <param name="length">The most that is wanted.</param>
    public NDArray<T> Of(Member m, int rank, nint start, nint length)
    {
        var (at, piece) = (m.At + start - First, IsLong ? Piece : nint.Max(1, Mine));
        var from = at / piece * piece;
        var n = nint.Min(piece, Mine - from);
        return received!.Part(from * session.Size + rank * n + (at - from), nint.Min(length, n - (at - from)));
    }

    /// <summary>Brings each process's share to all.</summary>
    public void LaunchShares()
    {
        if (IsLong) Owners((rank, from, n) => requests.Add(session.Broadcast<T>(Data.At(from), n, rank)));
        else
        {
            Counts();
            requests.Add(session.AllGather<T>(Data.At(), Address(counts), Address(starts)));
        }
    }

    /// <summary>Brings the parts of the parameters that this process has stepped to the others.</summary>
    public void LaunchParameters()
    {
        foreach (var m in plan.Members)
        {
            var (start, length) = plan.Of(m, session.Rank);
            ((NDArray<T>)m.Value).Place.After(start).CopyTo(Data.Place.After(m.At + start), length);
        }
        LaunchShares();
    }

    /// <summary>Takes over the parts that others have stepped.</summary>
    public void TakeParameters()
    {
        foreach (ref var request in CollectionsMarshal.AsSpan(requests)) session.Wait(ref request);
        requests.Clear();
        foreach (var m in plan.Members)
        {
            var (start, length) = plan.Of(m, session.Rank);
            var (to, from, all) = (((NDArray<T>)m.Value).Place, Data.Place.After(m.At), (nint)m.Length);
            from.CopyTo(to, start);
            from.After(start + length).CopyTo(to.After(start + length), all - start - length);
        }
        Release(ref data);
    }
}
