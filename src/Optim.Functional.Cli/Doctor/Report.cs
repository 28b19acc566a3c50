using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Optim.Functional.Cli;

/// <summary>All that was examined.</summary>
internal sealed record Report(Machine Machine, IReadOnlyList<Diagnosis> Libraries)
{
    const string SetHugePages = "/sys/kernel/mm/transparent_hugepage/enabled";

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>What each library is called on the command line, and how it is examined.</summary>
    public static readonly IReadOnlyList<(string Key, Func<Surroundings, Diagnosis> Examine)> Probes =
    [
        (Remedy.OpenBlas.Key, Blas.OpenBlas), (Remedy.Mkl.Key, Blas.Mkl), (Remedy.Accelerate.Key, Blas.Accelerate),
        (Remedy.Cuda.Key, Cuda.Examine), (Remedy.TorchSharp.Key, Others.TorchSharp), (Remedy.Mpi.Key, Others.Mpi),
        (Remedy.Native.Key, Blas.Native),
    ];

    public static Report Make(Surroundings around, double seconds) =>
        new(Machine.Examine(seconds), [.. Probes.Select(p => p.Examine(around))]);

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public void Show(Terminal terminal)
    {
        Sheet.Show(terminal, [OfMachine(), OfLibraries()], markdown: false);
        (string Name, string Get)[] remedies =
        [
            .. Libraries.Where(l => l.Get is not null).Select(l => (l.Name, l.Get!)),
            .. Machine.HugePages == "never" ? [("Huge pages", $"echo madvise | sudo tee {SetHugePages}")] : Array.Empty<(string, string)>(),
        ];
        if (remedies.Length > 0) terminal.Line("This library works without what is missing. To have it:");
        foreach (var (name, get) in remedies) terminal.Line($"  {name,-18}{get}");
    }

    Sheet OfMachine() => new("This machine", [new(""), new("", Wraps: true)],
    [
        ["system", $"{Machine.System}, {Machine.Runtime}"],
        ["processor", Machine.Processor],
        ["lanes", Lanes(Machine.LaneBits)],
        ["threads", $"{Machine.Threads} in a step of more than {Execution.DefaultSerialUpTo:N0} elements, 1 in a smaller one"],
        ["caches", Caches()],
        ["memory", $"{Bytes.Text(Machine.Memory)} for this process"],
        ["bandwidth", Bandwidth()],
        ["huge pages", Pages(Machine.HugePages)],
        ["MathNet provider", Provider()],
    ]);

    Sheet OfLibraries() => new("Other libraries", [new("library"), new(""), new("version"), new("what it has, or why not", Wraps: true)],
    [
        .. Libraries.Select(l => (string[])
        [
            l.Name, l.Found ? "found" : "-", l.Version ?? "", l.Found && l.File is { } file ? $"{l.Text} ({file})" : l.Text,
        ]),
    ]);

    static string Lanes(int bits) => bits >= 128 ? $"{bits} bits: {bits / 32} floats or {bits / 64} doubles at a time"
        : "none that .NET accelerates: one element at a time";

    string Caches() => Machine.Caches.Count == 0 ? "not said by the system"
        : string.Join(", ", Machine.Caches.Select(c => $"{c.Key} {Bytes.Text(c.Value)}"));

    string Bandwidth() => Machine.Bandwidth is not { } b ? "not measured" : string.Create(
        CultureInfo.InvariantCulture,
        $"{b.AllThreads:0.0} GB/s on {Machine.Threads} threads, {b.OneThread:0.0} on one (the fastest step of SGD)");

    string Provider() => Machine.Provider.StartsWith("Managed", StringComparison.Ordinal)
        ? "Managed, which is C#: products of matrices are this library's own"
        : Machine.Provider;

    static string Pages(string? setting) => setting switch
    {
        "always" => "always: all large arrays have them",
        "madvise" => "madvise: arrays that ask for them have them, and the library's do",
        "never" => "never: large arrays are gone through more slowly",
        _ => "a setting of Linux, which this system does not have",
    };
}
