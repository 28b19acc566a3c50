namespace Optim.Functional.Cli;

/// <summary>A library, and the commands that bring it.</summary>
/// <param name="Apt">Of Debian's family.</param>
/// <param name="Others">Of the other Linuxes, where there is one for all.</param>
/// <param name="Brew">Of macOS.</param>
/// <param name="Windows">Of Windows.</param>
internal sealed record Remedy(string Key, string Name, string Apt, string Others, string? Brew, string? Windows)
{
    public static readonly Remedy OpenBlas = new(
        "openblas", "OpenBLAS", "sudo apt install libopenblas0", "sudo dnf install openblas # Alpine: apk add openblas",
        "brew install openblas", "vcpkg install openblas # and its bin folder on the PATH");

    public static readonly Remedy Native = new(
        "native", "Native provider", OpenBlas.Apt, OpenBlas.Others, OpenBlas.Brew, OpenBlas.Windows);

    public static readonly Remedy Mkl = new(
        "mkl", "Intel MKL", "sudo apt install intel-mkl # of the component non-free or multiverse", "conda install -c conda-forge mkl",
        "conda install -c conda-forge mkl # for Intel's processors", "conda install -c conda-forge mkl");

    public static readonly Remedy Accelerate = new("accelerate", "Apple Accelerate", "", "", null, null);

    public static readonly Remedy Cuda = new(
        "cuda", "CUDA driver", "sudo apt install nvidia-driver # Ubuntu: sudo ubuntu-drivers install",
        "the driver of https://www.nvidia.com/drivers", null, "the driver of https://www.nvidia.com/drivers");

    public static readonly Remedy TorchSharp = new(
        "torchsharp", "TorchSharp", Package, Package, Package, Package);

    public static readonly Remedy Mpi = new(
        "mpi", "MPI", "sudo apt install openmpi-bin", "sudo dnf install openmpi # Alpine: apk add openmpi",
        "brew install open-mpi", "winget install Microsoft.msmpi");

    const string Package = "dotnet add package TorchSharp-cpu # or TorchSharp-cuda-linux, -windows";

    /// <summary>That of this system, or null.</summary>
    public string? Command =>
        OperatingSystem.IsWindows() ? Windows
        : OperatingSystem.IsMacOS() ? Brew
        : File.Exists("/etc/debian_version") ? Apt.Length > 0 ? Apt : null
        : Others.Length > 0 ? Others : null;
}
