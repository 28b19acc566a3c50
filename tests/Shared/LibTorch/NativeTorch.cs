using System.Runtime.InteropServices;

namespace Optim.Functional.Tests;

/// <summary>Loads libtorch and TorchSharp's library from the folders of their packages, where these are.</summary>
static class NativeTorch
{
    const string TorchSharpVersion = "0.107.0", LibTorchVersion = "2.10.0";

    static readonly Lazy<string?> why = new(Load);

    /// <summary>Why there is no libtorch here; null where it is loaded.</summary>
    public static string? WhyNot => why.Value;

    static string? Load()
    {
        if (Platform() is not var (rid, prefix, end)) return $"libtorch is not built for {RuntimeInformation.RuntimeIdentifier}";
        var (torch, binding) = (Folder($"libtorch-cpu-{rid}", LibTorchVersion, rid), Folder("torchsharp", TorchSharpVersion, rid));
        if (!Directory.Exists(torch))
            return $"libtorch {LibTorchVersion} is not fetched (about 200 MB; ./build.sh libtorch fetches it)";
        try
        {
            // In the order of their needs: each finds those before it by name.
            foreach (var name in (string[])["c10", "torch_cpu", "torch"]) NativeLibrary.Load(Path.Combine(torch, $"{prefix}{name}{end}"));
            var handle = Binding(Path.Combine(binding, $"{prefix}LibTorchSharp{end}"));
            NativeLibrary.SetDllImportResolver(typeof(TorchSharp.torch).Assembly, (name, _, _) => name == "LibTorchSharp" ? handle : 0);
            return LibTorch.TryLoad(out var problem) ? null : problem;
        }
        catch (DllNotFoundException e) { return e.Message.ReplaceLineEndings(" "); }
    }

    /// <summary>TorchSharp's library; on a system with an older libstdc++ a copy that does not ask for the newer one.</summary>
    static nint Binding(string path)
    {
        if (NativeLibrary.TryLoad(path, out var handle)) return handle;
        var elf = File.ReadAllBytes(path);
        VersionNeeds.Weaken(elf, "GLIBCXX_3.4.31", "GLIBCXX_3.4.32");
        var copy = Path.Combine(Directory.CreateTempSubdirectory("optim-torchsharp").FullName, Path.GetFileName(path));
        File.WriteAllBytes(copy, elf);
        try { return NativeLibrary.Load(copy); }
        finally { File.Delete(copy); } // it stays mapped
    }

    static (string Rid, string Prefix, string End)? Platform() =>
        (RuntimeInformation.OSArchitecture, OperatingSystem.IsLinux(), OperatingSystem.IsWindows(), OperatingSystem.IsMacOS()) switch
        {
            (Architecture.X64, true, _, _) => ("linux-x64", "lib", ".so"),
            (Architecture.X64, _, true, _) => ("win-x64", "", ".dll"),
            (Architecture.Arm64, _, _, true) => ("osx-arm64", "lib", ".dylib"),
            _ => null,
        };

    static string Folder(string package, string version, string rid) => Path.Combine(
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        package, version, "runtimes", rid, "native");
}
