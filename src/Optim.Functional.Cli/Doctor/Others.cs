namespace Optim.Functional.Cli;

/// <summary>Programs that a training may be part of.</summary>
internal static unsafe class Others
{
    // MPICH's; Open MPI writes less.
    const int MostVersion = 8192;

    /// <summary>libtorch, and TorchSharp's library over it, in NuGet's packages or where the system looks.</summary>
    public static Diagnosis TorchSharp(Surroundings around)
    {
        var (torch, binding) = OperatingSystem.IsWindows() ? ("torch.dll", "LibTorchSharp.dll")
            : OperatingSystem.IsMacOS() ? ("libtorch.dylib", "libLibTorchSharp.dylib")
            : ("libtorch.so", "libLibTorchSharp.so");
        string[] torches = [torch, .. around.Packaged("libtorch-", torch)], bindings = [binding, .. around.Packaged("torchsharp", binding)];
        var under = NativeFile.Find(around.Names("libtorch", torches, torches, torches), [], out var whyNotTorch);
        if (under is null)
            return Diagnosis.Missing(
                Remedy.TorchSharp, $"libtorch: {whyNotTorch}" + (bindings.Length > 1 ? "; TorchSharp's own package is there" : ""));
        var names = around.Names("torchsharp", bindings, bindings, bindings);
        return NativeFile.Find(names, ["THSTorch_manual_seed"], out var why) is { } over
            ? Diagnosis.Of(Remedy.TorchSharp, over, over.VersionOfFolder, $"over {under.Path}")
            : Diagnosis.Missing(Remedy.TorchSharp, $"libtorch is there ({under.Path}), but: {why}", under.Path);
    }

    public static Diagnosis Mpi(Surroundings around)
    {
        var names = around.Names("mpi",
            ["libmpi.so.40", "libmpi.so.20", "libmpi.so.12", "libmpich.so.12", "libmpi.so"],
            ["libmpi.dylib", "/opt/homebrew/lib/libmpi.dylib", "/usr/local/lib/libmpi.dylib"],
            ["msmpi.dll"]);
        var launcher = around.Command("mpirun", "mpiexec");
        if (NativeFile.Find(names, ["MPI_Init", "MPI_Allreduce"], out var why) is not { } file)
            return Diagnosis.Missing(
                Remedy.Mpi,
                launcher is null ? $"{why}, and no mpirun on the PATH" : $"{launcher} is there, but {why}");
        var version = file["MPI_Get_library_version"] is not 0 and var ask ? Version(ask) : null;
        return launcher is null
            ? Diagnosis.Missing(Remedy.Mpi, "the library is there, but no mpirun on the PATH", file.Path, version)
            : Diagnosis.Of(Remedy.Mpi, file, version, $"started by {launcher}{Other(version, Launcher.Version(launcher))}");
    }

    /// <summary>That a launcher is another library's, as it says of itself.</summary>
    static string Other(string? library, string? launcher)
    {
        if (library is null || launcher is null) return "";
        var isSame = library.Contains("Open MPI") == (launcher.Contains("Open MPI") || launcher.Contains("OpenRTE"));
        return isSame ? "" : $", which is {launcher}: a job takes the library of its launcher";
    }

    // May be called before MPI is begun. "Open MPI v4.1.4, package: ..." or "MPICH Version:      4.0.2\n..."
    static string Version(nint ask)
    {
        var (text, length) = (new byte[MostVersion], 0);
        fixed (byte* to = text) ((delegate* unmanaged<byte*, int*, int>)ask)(to, &length);
        return System.Text.Encoding.UTF8.GetString(text, 0, Math.Clamp(length, 0, MostVersion)).Split(',', '\n')[0].Trim('\0', ' ');
    }
}
