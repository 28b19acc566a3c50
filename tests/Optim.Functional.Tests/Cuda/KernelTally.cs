using System.Collections.Concurrent;

[assembly: AssemblyFixture(typeof(Optim.Functional.Tests.Cuda.KernelTally))]

namespace Optim.Functional.Tests.Cuda;

/// <summary>Counts the kernels that were run and compared and, when all tests are done, has NVIDIA's assembler assemble them and writes
/// artifacts/cuda.txt, which ./build.sh test prints.</summary>
public sealed class KernelTally : IDisposable
{
    static readonly ConcurrentDictionary<string, bool> kernels = new();
    static readonly ConcurrentDictionary<string, string> others = new();

    internal static IEnumerable<string> Kernels => kernels.Keys;

    /// <summary>Kernels took part in a step.</summary>
    internal static void Add(IEnumerable<string> ptx, bool isEqual)
    {
        foreach (var kernel in ptx) kernels.AddOrUpdate(kernel, isEqual, (_, before) => before && isEqual);
    }

    /// <summary>What another tool says of the kernels, or that it is left out.</summary>
    internal static void Say(string tool, string what) => others[tool] = what;

    public void Dispose()
    {
        if (kernels.IsEmpty) return;
        Say("ptxas", "failed");
        try { Say("ptxas", Ptxas.Assemble([.. kernels.Keys.Order(StringComparer.Ordinal)])); }
        finally { Write(); }
    }

    static void Write()
    {
        var (all, equal) = (kernels.Count, kernels.Values.Count(e => e));
        string[] said = [.. others.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"; {o.Key} {o.Value}")];
        var artifacts = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts")).FullName;
        File.WriteAllText(
            Path.Combine(artifacts, "cuda.txt"), $"cuda: {all} kernels, {equal} equal, {all - equal} differ{string.Concat(said)}\n");
    }
}
