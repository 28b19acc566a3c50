using System.Diagnostics;
using System.Text.Json;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional.PyTorch;

/// <summary>An open file of tensors: what torch.save (in either of its containers), safetensors, numpy.savez or this library has
/// written.</summary>
/// <remarks>Its directory and its pickle are read when it is opened, its numbers when they are asked for, until it is disposed. Nothing
/// that a pickle names is ever looked up or called; a name that no state dict needs is refused.</remarks>
/// <example><code>
/// using var file = Checkpoint.Open("run.pt");
/// foreach (var (name, tensor) in file.Tensors) Console.WriteLine($"{name}: {tensor}");
/// </code></example>
public sealed partial class Checkpoint : IDisposable
{
    readonly FileBytes file;
    IReadOnlyDictionary<string, SavedTensor>? tensors;

    Checkpoint(FileBytes file, CheckpointFormat format, object? root, IReadOnlyDictionary<string, string>? metadata = null) =>
        (this.file, Format, Root, Metadata) = (file, format, root, metadata ?? new Dictionary<string, string>());

    /// <summary>Opens a file, whatever its name ends in.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mapped">Whether it is mapped into memory: tensors that stand row by row are then the mapping, without a copy. What is
    /// written to them stays in the process. A file must not be cut while it is mapped; a rename over it does no harm.</param>
    /// <param name="verify">Whether checksums are verified, each before the first of its numbers is given.</param>
    /// <exception cref="InvalidDataException">It is no such file, or damaged, or names what no state dict needs.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static Checkpoint Open(string path, bool mapped = false, bool verify = true)
    {
        if (path is null) throw Fault.Null("the path");
        if (Directory.Exists(path)) throw Fault.Folder(path);
        var handle = File.OpenHandle(path, share: FileShare.Read | FileShare.Delete);
        try
        {
            if (RandomAccess.GetLength(handle) == 0) throw Fault.Empty(path);
            return Read(mapped ? new MappedBytes(path, handle) : new HandleBytes(path, handle), verify);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>The same of bytes.</summary>
    internal static Checkpoint Read(FileBytes file, bool verify = true)
    {
        const int Head = 512;
        if (file.Length == 0) throw Fault.Empty(file.Name);
        var head = file.Read(0, (int)Math.Min(Head, file.Length));
        if (head is [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5 or 6, 6, ..]) return OfZip(file, verify);
        if (TorchLegacy.Begins(head)) return new(file, CheckpointFormat.TorchLegacy, TorchLegacy.Read(file));
        if (NpyHeader.Begins(head)) return new(file, CheckpointFormat.Npy, NpzFile.ReadOne(file));
        if (head is [_, _, _, _, _, _, _, _, (byte)'{', ..] && head[7] == 0) return OfSafeTensors(file, verify);
        if (head.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{', ..]) return new(file, CheckpointFormat.Json, OfJson(file));
        if (head.Length > 262 && head.AsSpan(257, 5).SequenceEqual("ustar"u8)) throw Fault.Tar(file.Name);
        throw Fault.Unknown(file.Name, Shown(head));
    }

    static Checkpoint OfZip(FileBytes file, bool verify)
    {
        var entries = ZipDirectory.Read(file);
        return NpzFile.Is(entries)
            ? new(file, CheckpointFormat.Npz, NpzFile.Read(file, entries, verify))
            : new(file, CheckpointFormat.Torch, TorchZip.Read(file, entries, verify));
    }

    static Checkpoint OfSafeTensors(FileBytes file, bool verify)
    {
        var (root, metadata) = SafeTensorsFile.Read(file, verify);
        return new(file, CheckpointFormat.SafeTensors, root, metadata);
    }

    static object? OfJson(FileBytes file)
    {
        if (file.Length > Array.MaxLength) throw Fault.Json(file.Name, "it is of more than 2 GiB, which StateDict.Load reads");
        using var text = new MemoryStream(file.Read(0, (int)file.Length));
        try { return Content.Of(StateDict.Load(text)); }
        catch (JsonException e) { throw Fault.Json(file.Name, e.Message.TrimEnd('.')); }
        catch (ArgumentException e) { throw Fault.Json(file.Name, e.Message.TrimEnd('.')); }
    }

    static string Shown(ReadOnlySpan<byte> head)
    {
        const int Bytes = 8;
        return Convert.ToHexStringLower(head[..Math.Min(Bytes, head.Length)]);
    }

    /// <summary>The path, as it was given.</summary>
    public string Path => file.Name;

    /// <summary>What the file is.</summary>
    public CheckpointFormat Format { get; }

    /// <summary>The outermost value: a <see cref="SavedDict"/>, or one of the values that it may hold.</summary>
    [DebuggerBrowsable(Never)] public object? Root { get; }

    /// <summary>Texts that a safetensors file holds beside its tensors; of others empty.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>All tensors, in the file's order, by their keys joined with dots: <c>optimizer.state.0.exp_avg</c>.</summary>
    /// <exception cref="ArgumentException">Two have the same name so.</exception>
    [DebuggerBrowsable(Never)]
    public IReadOnlyDictionary<string, SavedTensor> Tensors => tensors ??= TensorsOf(Root);

    /// <summary>The value of a key of the outermost dictionary, or of one within it, joined with dots.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public object? this[string key]
    {
        get
        {
            if (Root is SavedDict root && root.TryGetValue(key ?? throw Fault.Null("the key"), out var own)) return own;
            var value = Root;
            foreach (var word in key!.Split('.'))
            {
                var children = Tree.Children(value).ToArray();
                if (children.Where(c => c.Key == word).Take(1).ToArray() is not [var found])
                    throw Fault.NoEntry(Path, key, children.Select(c => c.Key));
                value = found.Value;
            }
            return value;
        }
    }

    /// <summary>Reads all numbers once, so that damage shows here.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public void Verify()
    {
        foreach (var (_, tensor) in Tensors)
            foreach (var _ in ZipWriter.Parts(tensor.Data, tensor.Bytes)) { }
    }

    /// <summary>Closes the file: its tensors can no longer be read. Those that were made of a mapping stay.</summary>
    public void Dispose() => file.Dispose();

    /// <summary>Path, format, and how many tensors of how many bytes.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"{Path}: {Format}, {Tensors.Count} tensors, {Tensors.Values.Sum(t => t.Bytes)} bytes");

    static OrderedDictionary<string, SavedTensor> TensorsOf(object? value)
    {
        var all = new OrderedDictionary<string, SavedTensor>();
        foreach (var (path, leaf) in Tree.Leaves(value))
            if (leaf is SavedTensor tensor && !all.TryAdd(path, tensor)) throw Fault.SamePath(path);
        return all;
    }
}
