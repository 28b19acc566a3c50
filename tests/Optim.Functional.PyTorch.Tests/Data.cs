using System.Text;
using System.Text.Json;

namespace Optim.Functional.Tests.Files;

/// <summary>The files that torch wrote, and what it did next. data/CREDITS.md says where they are from.</summary>
static class Data
{
    public static string Folder { get; } = System.IO.Path.Combine(Repository.Root, "tests", "Optim.Functional.PyTorch.Tests", "data");

    public static string Path(string name) => System.IO.Path.Combine(Folder, name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path(name));

    /// <summary>Names that match, in order.</summary>
    public static IEnumerable<string> Names(string pattern) =>
        Directory.GetFiles(Folder, pattern).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public static JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllText(Path(name))).RootElement;

    /// <summary>A number; those that JSON has not are texts.</summary>
    public static double Number(JsonElement e) => e.ValueKind == JsonValueKind.String
        ? double.Parse(e.GetString()!, System.Globalization.CultureInfo.InvariantCulture)
        : e.GetDouble();

    public static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(Number)];

    /// <summary>A numpy file of this header.</summary>
    public static byte[] Npy(string header, byte[] numbers) =>
    [
        0x93, .. "NUMPY"u8, 1, 0,
        .. BitConverter.GetBytes((ushort)(header.Length + 1)), .. Encoding.ASCII.GetBytes(header + "\n"),
        .. numbers,
    ];
}

/// <summary>A folder that goes away.</summary>
sealed class TemporaryFolder : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("optim-files");

    public string Root => folder.FullName;

    public string Path(string name) => System.IO.Path.Combine(folder.FullName, name);

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(Path(name), bytes);
        return Path(name);
    }

    public string[] Names => [.. folder.GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal)];

    public void Dispose() => folder.Delete(recursive: true);
}
