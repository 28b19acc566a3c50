using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Optim.Functional.Bench;

/// <summary>What the numbers depend on.</summary>
static class Machine
{
    const double Gigabyte = 1 << 30;

    /// <summary>The processor's name.</summary>
    public static string Processor { get; } =
        Lines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
        ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? $"{RuntimeInformation.ProcessArchitecture}";

    /// <summary>Bytes that can be had now without swapping.</summary>
    public static long Free =>
        Lines("/proc/meminfo").FirstOrDefault(l => l.StartsWith("MemAvailable:", StringComparison.Ordinal)) is { } line
            ? Math.Min(
                1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture),
                Unused)
            : Unused;

    static long Unused => GC.GetGCMemoryInfo() is var info ? info.TotalAvailableMemoryBytes - GC.GetTotalMemory(false) : 0;

    /// <summary>Name and value of each fact.</summary>
    public static IEnumerable<(string Name, string Value)> Facts =>
    [
        (
            "processor",
            $"{Processor}, {Environment.ProcessorCount} cores, "
            + $"{(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)}-bit lanes"),
        ("caches", string.Join(", ", Caches().DefaultIfEmpty("not known"))),
        ("memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Gigabyte:0.0} GB, {Free / Gigabyte:0.0} GB free"),
        ("huge pages", Lines("/sys/kernel/mm/transparent_hugepage/enabled").FirstOrDefault() ?? "not known"),
        ("system", $"{RuntimeInformation.OSDescription}, {Environment.OSVersion.VersionString}, {RuntimeInformation.FrameworkDescription}"),
        ("commit", Repository.Commit),
        ("date", DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
    ];

    static IEnumerable<string> Caches()
    {
        for (var i = 0; Directory.Exists($"/sys/devices/system/cpu/cpu0/cache/index{i}"); i++)
        {
            string Of(string file) => Lines($"/sys/devices/system/cpu/cpu0/cache/index{i}/{file}").FirstOrDefault() ?? "";
            if (Of("type") != "Instruction") yield return $"L{Of("level")} {Of("size")}";
        }
    }

    static string[] Lines(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];
}
