using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Every message of the package: which process, what, got, wanted, likely cause.</summary>
static class MpiFault
{
    const string Install = "Install one (Debian: apt-get install openmpi-bin, or mpich)";

    public static string NoLibrary(IReadOnlyList<string> names) =>
        $"none of {string.Join(", ", names)} is found on this machine. "
        + $"{Install}, or give its path by the environment variable {Mpi.Variable}.";

    public static string NotMpi3(string name) => $"{name} is there, but has no MPI_Iallreduce: it is older than MPI 3. {Install}.";

    public static NotSupportedException NotBegun(Launcher by, string why) =>
        new($"{by.Name} has started this process as one of {by.Size?.ToString() ?? "several"}, and it has no MPI: {why}");

    public static NotSupportedException OtherLibrary(Launcher by, string library) =>
        new($"{by.Name} has started {by.Size} processes, and {library} knows of this one only: it is another MPI than the launcher's. "
            + $"Start with the mpirun of {library}, or name the launcher's library by {Mpi.Variable}.");

    public static string OtherVersion(string library, string launcher) =>
        $"the library is {library}, and was started by {launcher}: take both from one installation if processes do not find each other.";

    public static NotSupportedException TwiceBegun() => new("Mpi.Init was called before in this process, and MPI cannot be begun twice.");

    public static InvalidOperationException Failed(string call, int code, string text) =>
        new(Invariant($"{call} failed with {code}: {text}"));

    public static string Left(IEnumerable<int> ranks, int own, string what) =>
        Invariant($"rank {string.Join(", ", ranks)} has left, and rank {own} waits for it with {what}: the job ends. ")
        + "Did one process make fewer steps than the others, or catch an exception that they did not have?";

    public static string Thrown(int rank, string who, Exception e) => Invariant($"rank {rank} ({who}) ends the job: {e}");

    public static string Exited(int rank, string who, int code) =>
        Invariant($"rank {rank} ({who}) has exited with {code} without leaving the world, so the job ends.");

    public static string Terminated(int rank, string gone) => gone.Length > 0
        ? Invariant($"rank {rank} is told to end (SIGTERM): {gone} is gone.")
        : Invariant($"rank {rank} is told to end (SIGTERM).");

    public static InvalidOperationException OfRank(int rank, string text) =>
        new(Invariant($"Rank {rank} did not make the step, so none has: {text}"));

    public static InvalidOperationException OutOfStep(int rank, string got, int own, string wanted) =>
        new(Invariant($"Rank {rank} is at {got}, rank {own} at {wanted}: they make different steps."));

    public static ArgumentException OtherOptimizer(int rank, string got, string wanted) =>
        new(Invariant($"The optimizer of rank {rank} is not that of rank 0: it has {got}, rank 0 {wanted}. ")
            + "All processes make the same parameters, in the same order, and the same plan.");

    public static ArgumentException NotOver(string? name) =>
        new($"Ready: parameter '{name}' is in no optimizer over this world.");

    public static InvalidOperationException ReadyTwice(string? name) =>
        new($"Ready: the gradient of '{name}' was handed over before in this step.");

    public static ArgumentException NoGradient(string? name) => new($"Ready: parameter '{name}' has no gradient.");

    public static ArgumentOutOfRangeException Bucket(int got) => new(null, Invariant($"Bucket: got {got} bytes, wanted at least 1."));

    public static NotSupportedException ForeignWhole(IRule rule) =>
        new($"{rule.Name} is a whole rule that is not the library's: it may throw in the middle of a step, which other processes then have "
            + "made. Take Sharding.None.");

    public static InvalidDataException NotShards(string path, string why) => new($"'{path}' is no sharded state: {why}");

    public static InvalidOperationException Unnamed() =>
        new("A sharded state is found again by the parameters' names; give each parameter one.");

    public static ArgumentException OtherShape(string name, string got, string wanted) =>
        new($"'{name}' is {got} in the sharded state, the parameter {wanted}.");

    public static ObjectDisposedException Ended() => new("World", "The world has been left: its optimizers make no more steps.");
}
