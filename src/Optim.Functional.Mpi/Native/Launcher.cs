using System.Globalization;

namespace Optim.Functional;

/// <summary>Who has started this process as one of several, as its environment says.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">How many processes it has started; null where it does not say.</param>
/// <param name="Libraries">Files that the library it belongs to may have, the likeliest first.</param>
sealed record Launcher(string Name, int? Size, string[] Libraries)
{
    static readonly string[] openMpi = ["libmpi.so.40", "libmpi.so.80", "libmpi.40.dylib", "libmpi.dylib"];
    static readonly string[] mpich = ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "libmpi.12.dylib", "libmpich.dylib"];

    /// <summary>Where it is not said.</summary>
    public static string[] Any { get; } = [.. openMpi, .. mpich, "libmpi.so"];

    /// <summary>What is to be known of a library that it has started; null where there is nothing.</summary>
    public string? Note(string library) => null;

    /// <summary>That of this process; null where it was started by itself.</summary>
    public static Launcher? Find(Func<string, string?> variable)
    {
        if (Number("OMPI_COMM_WORLD_SIZE") is { } open) return new("Open MPI's mpirun", open, [.. openMpi, "libmpi.so"]);
        if (Number("PMI_SIZE") is { } pmi) return new("MPICH's mpiexec", pmi, [.. mpich, "libmpi.so"]);
        if (variable("PMIX_RANK") is not null) return new("a launcher with PMIx", Number("SLURM_NTASKS"), Any);
        return null;

        int? Number(string name) =>
            int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : null;
    }
}
