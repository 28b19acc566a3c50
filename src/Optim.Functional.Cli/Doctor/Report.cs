using System.Text.Encodings.Web;
using System.Text.Json;

namespace Optim.Functional.Cli;

/// <summary>All that was examined.</summary>
internal sealed record Report(Machine Machine, IReadOnlyList<Diagnosis> Libraries)
{
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

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The libraries, and the commands that bring those that are missing.</summary>
    public void Show(Terminal terminal)
    {
        Sheet.Show(terminal, [OfLibraries()], markdown: false);
        List<(string Name, string Get)> remedies = [.. Libraries.Where(l => l.Get is not null).Select(l => (l.Name, l.Get!))];
        if (Machine.HugePages == "never") remedies.Add(("Huge pages", $"echo madvise | sudo tee {MachineSheet.HugePages}"));
        if (remedies.Count > 0) terminal.Line("This library works without what is missing. To have it:");
        foreach (var (name, get) in remedies) terminal.Line($"  {name,-18}{get}");
    }

    Sheet OfLibraries() => new("Other libraries", [new("library"), new(""), new("version"), new("what it has, or why not", Wraps: true)],
    [
        .. Libraries.Select(l => (string[])
        [
            l.Name, l.Found ? "found" : "-", l.Version ?? "", l.Found && l.File is { } file ? $"{l.Text} ({file})" : l.Text,
        ]),
    ]);
}
