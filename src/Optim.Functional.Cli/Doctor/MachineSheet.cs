using System.Globalization;

namespace Optim.Functional.Cli;

/// <summary>A machine as a table.</summary>
internal static class MachineSheet
{
    /// <summary>What huge pages are set by.</summary>
    public const string HugePages = "/sys/kernel/mm/transparent_hugepage/enabled";

    public static Sheet Of(Machine machine) => new("This machine", [new(""), new("", Wraps: true)],
    [
        ["system", $"{machine.System}, {machine.Runtime}"],
        ["processor", machine.Processor],
        ["lanes", Lanes(machine.LaneBits)],
        ["threads", $"{machine.Threads} in a step of more than {Execution.DefaultSerialUpTo:N0} elements, 1 in a smaller one"],
        ["caches", Caches(machine)],
        ["memory", $"{Bytes.Text(machine.Memory)} for this process"],
        ["bandwidth", Bandwidth(machine)],
        ["huge pages", Pages(machine.HugePages)],
        ["MathNet provider", Provider(machine)],
    ]);

    static string Lanes(int bits) => bits >= 128 ? $"{bits} bits: {bits / 32} floats or {bits / 64} doubles at a time"
        : "none that .NET accelerates: one element at a time";

    static string Caches(Machine machine) => machine.Caches.Count == 0 ? "not said by the system"
        : string.Join(", ", machine.Caches.Select(c => $"{c.Key} {Bytes.Text(c.Value)}"));

    static string Bandwidth(Machine machine) => machine.Bandwidth is not { } b ? "not measured" : string.Create(
        CultureInfo.InvariantCulture,
        $"{b.AllThreads:0.0} GB/s on {machine.Threads} threads, {b.OneThread:0.0} on one (the fastest step of SGD)");

    static string Provider(Machine machine) => machine.Provider.StartsWith("Managed", StringComparison.Ordinal)
        ? "Managed, which is C#: products of matrices are this library's own"
        : machine.Provider;

    static string Pages(string? setting) => setting switch
    {
        "always" => "always: all large arrays have them",
        "madvise" => "madvise: arrays that ask for them have them, and the library's do",
        "never" => "never: large arrays are gone through more slowly",
        _ => "a setting of Linux, which this system does not have",
    };
}
