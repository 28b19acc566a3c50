using System.Diagnostics;

namespace Optim.Functional;

// Waiting for the other processes, and noticing that one has left.
sealed unsafe partial class Session
{
    const int GoodbyeTag = 1;

    static readonly TimeSpan looks = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a process that others wait for may take after one has left.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(2);

    readonly List<int> left = [];
    TimeSpan lastLook;

    /// <summary>Whether it is done. Asking is what lets MPI go on with it.</summary>
    public bool IsDone(ref Request request)
    {
        if (!request.IsOpen) return true;
        int done;
        fixed (nint* handle = &request.Handle) MpiLibrary.Check(Routines.MPI_Test(handle, &done, Library.NoStatus), request.What);
        request.IsOpen = done == 0;
        return done != 0;
    }

    void Wait(Request request) => Wait(ref request);

    /// <summary>Waits for it, and for no process that has left.</summary>
    public void Wait(ref Request request)
    {
        if (IsDone(ref request)) return;
        var watch = Stopwatch.StartNew();
        lastLook = TimeSpan.Zero;
        var since = TimeSpan.MaxValue;
        for (var spins = 0; !IsDone(ref request); spins++)
        {
            if (spins > 100) Thread.Yield(); // there may be more processes than cores
            if (watch.Elapsed - lastLook < looks) continue;
            lastLook = watch.Elapsed;
            NoteGoodbyes();
            if (left.Count == 0) continue;
            if (since == TimeSpan.MaxValue) since = watch.Elapsed;
            if (watch.Elapsed - since > patience) Abort(MpiFault.Left(left, Rank, request.What));
        }
    }

    void NoteGoodbyes()
    {
        var status = stackalloc byte[256];
        int there;
        while (Routines.MPI_Iprobe(Library.AnySource, GoodbyeTag, leaving, &there, status) == 0 && there != 0)
        {
            int rank;
            MpiLibrary.Check(Routines.MPI_Recv(&rank, 1, Library.Int, Library.AnySource, GoodbyeTag, leaving, Library.NoStatus));
            left.Add(rank);
        }
    }

    bool hasEnded;

    /// <summary>Leaves, and waits until all have left. Those that wait for this process notice.</summary>
    public void End()
    {
        if (hasEnded) return;
        hasEnded = true;
        int own = Rank;
        var sends = new nint[Size];
        fixed (nint* each = sends)
            for (var r = 0; r < Size; r++)
                if (r != Rank) MpiLibrary.Check(Routines.MPI_Isend(&own, 1, Library.Int, r, GoodbyeTag, leaving, each + r));
        nint handle = 0;
        MpiLibrary.Check(Routines.MPI_Ibarrier(leaving, &handle));
        for (int done = 0; done == 0; Thread.Sleep(1))
        {
            MpiLibrary.Check(Routines.MPI_Test(&handle, &done, Library.NoStatus));
            NoteGoodbyes();
        }
        MpiLibrary.Check(Routines.MPI_Finalize());
    }

    /// <summary>Whether it can still be used: not after <see cref="End"/>.</summary>
    public bool HasEnded => hasEnded;

    /// <summary>Does nothing more: the process is about to end.</summary>
    public void GiveUp() => hasEnded = true;

    /// <summary>Ends all processes at once, with a word on why.</summary>
    public void Abort(string why)
    {
        Console.Error.WriteLine($"optim: {why}");
        Console.Error.Flush();
        hasEnded = true;
        Routines.MPI_Abort(Library.World, 1);
        Environment.Exit(1);
    }
}
