using System.Text;

namespace Optim.Functional;

/// <summary>MPI as this process has begun it: its rank, and what all processes do together.</summary>
/// <remarks>
/// Everything that is waited for is polled, so that a process that has left is noticed and named. Functions are called by one thread at a
/// time, whichever.
/// </remarks>
sealed unsafe partial class Session
{
    const int Serialized = 2;

    readonly nint steps, control, leaving;

    public Session(MpiLibrary library)
    {
        Library = library;
        int level, rank, size;
        MpiLibrary.Check(Routines.MPI_Init_thread(null, null, Serialized, &level));
        Routines.MPI_Comm_rank(library.World, &rank);
        Routines.MPI_Comm_size(library.World, &size);
        (Rank, Size) = (rank, size);
        MpiLibrary.Check(Routines.MPI_Comm_set_errhandler(library.World, library.ReturnErrors));
        (steps, control, leaving) = (Copy(), Copy(), Copy());
    }

    public MpiLibrary Library { get; }
    public int Rank { get; }
    public int Size { get; }

    nint Copy()
    {
        nint copy = 0;
        MpiLibrary.Check(Routines.MPI_Comm_dup(Library.World, &copy));
        return copy;
    }

    /// <summary>Something that all processes have begun together.</summary>
    public struct Request
    {
        internal nint Handle;
        internal string What;
        internal bool IsOpen;
    }

    /// <param name="data">The numbers.</param>
    /// <param name="count">How many.</param>
    /// <param name="atOnce">Whether it is waited for: then all processes must be known to be here. Libraries are faster at it. All
    /// processes say the same.</param>
    public Request AllReduce<T>(nint data, int count, bool atOnce = false) => atOnce
        ? Done(Routines.MPI_Allreduce(InPlace, (void*)data, count, Library.Of<T>(), Library.Sum, steps))
        : Begun("a sum of gradients",
            request => Routines.MPI_Iallreduce(InPlace, (void*)data, count, Library.Of<T>(), Library.Sum, steps, request));

    public Request Reduce<T>(nint from, nint to, int count, int root) => Begun("a sum of gradients",
        request => Routines.MPI_Ireduce((void*)from, (void*)to, count, Library.Of<T>(), Library.Sum, root, steps, request));

    /// <param name="from">All.</param>
    /// <param name="to">This process's share of the sum.</param>
    /// <param name="counts">Of each process; stays where it is, as it is.</param>
    /// <param name="atOnce">As above.</param>
    public Request ReduceScatter<T>(nint from, nint to, int* counts, bool atOnce = false) => atOnce
        ? Done(Routines.MPI_Reduce_scatter((void*)from, (void*)to, counts, Library.Of<T>(), Library.Sum, steps))
        : Begun("a sum of gradients",
            request => Routines.MPI_Ireduce_scatter((void*)from, (void*)to, counts, Library.Of<T>(), Library.Sum, steps, request));

    public Request AllToAll<T>(nint from, int* counts, int* starts, nint to, int* itsCounts, int* itsStarts, bool atOnce = false)
    {
        var type = Library.Of<T>();
        return atOnce
            ? Done(Routines.MPI_Alltoallv((void*)from, counts, starts, type, (void*)to, itsCounts, itsStarts, type, steps))
            : Begun("gradients", request =>
                Routines.MPI_Ialltoallv((void*)from, counts, starts, type, (void*)to, itsCounts, itsStarts, type, steps, request));
    }

    public Request Gather<T>(nint from, int count, nint to, int root) => Begun("gradients",
        request => Routines.MPI_Igather(
            (void*)from, count, Library.Of<T>(), (void*)to, count, Library.Of<T>(), root, steps, request));

    public Request AllGather<T>(nint data, int* counts, int* starts) => Begun("parts of the parameters",
        request => Routines.MPI_Iallgatherv(
            InPlace, 0, Library.Of<T>(), (void*)data, counts, starts, Library.Of<T>(), steps, request));

    public Request Broadcast<T>(nint data, int count, int root) => Begun("parameters",
        request => Routines.MPI_Ibcast((void*)data, count, Library.Of<T>(), root, steps, request));

    /// <summary>As many bytes of each process, in the order of ranks.</summary>
    public byte[] AllGather(ReadOnlySpan<byte> own, string what)
    {
        var all = new byte[own.Length * Size];
        fixed (byte* from = own, to = all)
        {
            void* f = from, t = to;
            var n = own.Length;
            Wait(Begun(what, request => Routines.MPI_Iallgather(f, n, Library.Byte, t, n, Library.Byte, control, request)));
        }
        return all;
    }

    /// <summary>So many numbers of each process, in the order of ranks; each has put its own at its place.</summary>
    public void Together<T>(nint data, int each)
    {
        void* at = (void*)data;
        Wait(Begun("a mean", request => Routines.MPI_Iallgather(InPlace, 0, Library.Of<T>(), at, each, Library.Of<T>(), control, request)));
    }

    /// <summary>Texts of all processes, in the order of ranks.</summary>
    public string[] AllGather(string own, string what)
    {
        var bytes = Encoding.UTF8.GetBytes(own);
        var longest = Largest(bytes.Length, what);
        Span<byte> padded = new byte[sizeof(int) + longest];
        BitConverter.TryWriteBytes(padded, bytes.Length);
        bytes.CopyTo(padded[sizeof(int)..]);
        var all = AllGather(padded, what);
        return [.. Enumerable.Range(0, Size).Select(r => Text(all.AsSpan(r * (sizeof(int) + longest))))];

        static string Text(ReadOnlySpan<byte> from) => Encoding.UTF8.GetString(from.Slice(sizeof(int), BitConverter.ToInt32(from)));
    }

    public int Largest(int own, string what)
    {
        var largest = own;
        var at = &largest;
        Wait(Begun(what, request => Routines.MPI_Iallreduce(InPlace, at, 1, Library.Int, Library.Max, control, request)));
        return largest;
    }

    public void Sum(Span<double> numbers, string what)
    {
        fixed (double* first = numbers)
        {
            void* at = first;
            var n = numbers.Length;
            Wait(Begun(what, request => Routines.MPI_Iallreduce(InPlace, at, n, Library.Double, Library.Sum, control, request)));
        }
    }

    public string Broadcast(string text, int root, string what)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var length = Largest(Rank == root ? bytes.Length : 0, what);
        Array.Resize(ref bytes, length);
        fixed (byte* first = bytes)
        {
            void* at = first;
            Wait(Begun(what, request => Routines.MPI_Ibcast(at, length, Library.Byte, root, control, request)));
        }
        return Encoding.UTF8.GetString(bytes);
    }

    public void Barrier(string what) => Wait(Begun(what, request => Routines.MPI_Ibarrier(control, request)));

    void* InPlace => (void*)Library.InPlace;

    delegate int Start(nint* request);

    static Request Begun(string what, Start start)
    {
        nint handle = 0;
        var code = start(&handle);
        MpiLibrary.Check(code, $"MPI, {what}");
        return new() { Handle = handle, What = what, IsOpen = true };
    }

    static Request Done(int code, [CallerArgumentExpression(nameof(code))] string call = "")
    {
        MpiLibrary.Check(code, call);
        return default;
    }
}
