using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>MPI's C functions. Handles are pointers to Open MPI and 32-bit numbers to MPICH: one that is passed in 64 bits serves both,
/// since a register's or stack slot's lower half is what 32 bits are read from; so does a cleared one that is written to.</summary>
static unsafe partial class Routines
{
    /// <summary>Stands for the library that <see cref="MpiLibrary"/> has found.</summary>
    public const string Library = "mpi";

    [LibraryImport(Library)] public static partial int MPI_Init_thread(int* argc, byte*** argv, int required, int* provided);
    [LibraryImport(Library)] public static partial int MPI_Initialized(int* flag);
    [LibraryImport(Library)] public static partial int MPI_Finalized(int* flag);
    [LibraryImport(Library)] public static partial int MPI_Finalize();
    [LibraryImport(Library)] public static partial int MPI_Abort(nint comm, int code);
    [LibraryImport(Library)] public static partial int MPI_Comm_rank(nint comm, int* rank);
    [LibraryImport(Library)] public static partial int MPI_Comm_size(nint comm, int* size);
    [LibraryImport(Library)] public static partial int MPI_Comm_dup(nint comm, nint* copy);
    [LibraryImport(Library)] public static partial int MPI_Comm_set_errhandler(nint comm, nint handler);
    [LibraryImport(Library)] public static partial int MPI_Error_string(int code, byte* text, int* length);
    [LibraryImport(Library)] public static partial int MPI_Get_library_version(byte* text, int* length);

    [LibraryImport(Library)] public static partial int MPI_Test(nint* request, int* flag, nint status);
    [LibraryImport(Library)] public static partial int MPI_Iprobe(int source, int tag, nint comm, int* flag, byte* status);

    [LibraryImport(Library)]
    public static partial int MPI_Recv(void* to, int count, nint type, int source, int tag, nint comm, nint status);

    [LibraryImport(Library)]
    public static partial int MPI_Isend(void* from, int count, nint type, int target, int tag, nint comm, nint* request);

    [LibraryImport(Library)] public static partial int MPI_Ibarrier(nint comm, nint* request);
    [LibraryImport(Library)] public static partial int MPI_Ibcast(void* data, int count, nint type, int root, nint comm, nint* request);

    [LibraryImport(Library)]
    public static partial int MPI_Iallreduce(void* from, void* to, int count, nint type, nint op, nint comm, nint* request);

    [LibraryImport(Library)] public static partial int MPI_Allreduce(void* from, void* to, int count, nint type, nint op, nint comm);

    [LibraryImport(Library)]
    public static partial int MPI_Reduce_scatter(void* from, void* to, int* counts, nint type, nint op, nint comm);

    [LibraryImport(Library)]
    public static partial int MPI_Alltoallv(
        void* from, int* counts, int* starts, nint type, void* to, int* itsCounts, int* itsStarts, nint itsType, nint comm);

    [LibraryImport(Library)]
    public static partial int MPI_Ireduce(void* from, void* to, int count, nint type, nint op, int root, nint comm, nint* request);

    [LibraryImport(Library)]
    public static partial int MPI_Ireduce_scatter(void* from, void* to, int* counts, nint type, nint op, nint comm, nint* request);

    [LibraryImport(Library)]
    public static partial int MPI_Igather(
        void* from, int count, nint type, void* to, int each, nint itsType, int root, nint comm, nint* request);

    [LibraryImport(Library)]
    public static partial int MPI_Iallgather(void* from, int count, nint type, void* to, int each, nint itsType, nint comm, nint* request);

    [LibraryImport(Library)]
    public static partial int MPI_Iallgatherv(
        void* from, int count, nint type, void* to, int* counts, int* starts, nint itsType, nint comm, nint* request);

    [LibraryImport(Library)]
    public static partial int MPI_Ialltoallv(
        void* from, int* counts, int* starts, nint type, void* to, int* itsCounts, int* itsStarts, nint itsType, nint comm, nint* request);
}
