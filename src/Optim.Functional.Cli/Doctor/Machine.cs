using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Cli;

/// <summary>What steps run on.</summary>
/// <param name="LaneBits">Of the widest lane that is used.</param>
/// <param name="Threads">That a step takes by itself.</param>
/// <param name="HugePages">Linux's setting of transparent huge pages, or null.</param>
/// <param name="Caches">By level, in bytes; empty where the system does not say.</param>
/// <param name="Bandwidth">Null where it was not measured.</param>
/// <param name="Provider">That MathNet is set to, in this process as in any that does not choose another.</param>
internal sealed partial record Machine(string System, string Runtime, string Processor, int LaneBits, string Instructions, int Threads,
    string? HugePages, IReadOnlyDictionary<string, long> Caches, long Memory, Bandwidth? Bandwidth, string Provider)
{
    const string CacheFolder = "/sys/devices/system/cpu/cpu0/cache/index";

    /// <param name="seconds">That the bandwidth is measured; 0: it is not.</param>
    public static Machine Examine(double seconds)
    {
        var caches = new SortedDictionary<string, long>();
        for (var i = 0; Surroundings.Read($"{CacheFolder}{i}/level") is { } level; i++)
        {
            var size = Kilobytes(Surroundings.Read($"{CacheFolder}{i}/size"));
            if (size > 0 && Surroundings.Read($"{CacheFolder}{i}/type") is "Data" or "Unified") caches[$"L{level}"] = size;
        }
        return new(
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}",
            RuntimeInformation.FrameworkDescription,
            Named().Match(Surroundings.Read("/proc/cpuinfo") ?? "").Groups[1].Value is { Length: > 0 } name ? name
                : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "not said by the system",
            Execution.Default.LaneBits,
            Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : Sse2.IsSupported ? "SSE2"
                : global::System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported ? "NEON" : "none",
            Execution.Default.Threads,
            Chosen(Surroundings.Read(MachineSheet.HugePages)),
            caches,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            seconds > 0 ? Bandwidth.Measure(seconds, caches.Values.DefaultIfEmpty(0).Max()) : null,
            LinearAlgebraControl.Provider.ToString()!);
    }

    /// <summary>The word in brackets: "always [madvise] never".</summary>
    public static string? Chosen(string? setting) =>
        Bracketed().Match(setting ?? "") is { Success: true } match ? match.Groups[1].Value : null;

    // "32K", or "1024K".
    static long Kilobytes(string? size) => long.TryParse(size?.TrimEnd('K'), out var k) ? k << 10 : 0;

    [GeneratedRegex(@"\[(\w+)\]")]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"^model name\s*: (.*)$", RegexOptions.Multiline)]
    private static partial Regex Named();
}
