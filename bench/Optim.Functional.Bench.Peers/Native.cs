using System.Reflection;
using System.Runtime.InteropServices;
using Optim.Functional.Tests;

namespace Optim.Functional.Bench.Peers;

/// <summary>Loads libtorch and TorchSharp's library from the folders of their packages.</summary>
static class Native
{
    const string Mine = "libLibTorchSharp.so";

    /// <summary>In the order of their needs: each finds those before it by name.</summary>
    static readonly string[] Theirs = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    /// <param name="folder">Where a changed copy of TorchSharp's library may be written.</param>
    public static void Load(string folder)
    {
        foreach (var name in Theirs) NativeLibrary.Load(Path.Combine(Package("libtorch"), name));
        var library = Path.Combine(Package("TorchSharp"), Mine);
        if (!NativeLibrary.TryLoad(library, out var handle))
        {
            var elf = File.ReadAllBytes(library);
            VersionNeeds.Weaken(elf, "GLIBCXX_3.4.31", "GLIBCXX_3.4.32");
            File.WriteAllBytes(Path.Combine(folder, Mine), elf);
            handle = NativeLibrary.Load(Path.Combine(folder, Mine));
        }
        NativeLibrary.SetDllImportResolver(typeof(TorchSharp.torch).Assembly, (name, _, _) => name == "LibTorchSharp" ? handle : 0);
    }

    static string Package(string name) =>
        Path.Combine(
            typeof(Native).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == name).Value!,
            "runtimes",
            "linux-x64",
            "native");
}
