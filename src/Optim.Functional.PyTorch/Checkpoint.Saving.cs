namespace Optim.Functional.PyTorch;

// Into files: the ending of the name says the format.
public sealed partial class Checkpoint
{
    /// <summary>Writes an optimizer's state: as <c>.pt</c>, <c>.pth</c>, <c>.bin</c> or <c>.ckpt</c> what torch loads with
    /// <c>weights_only=True</c> and its <c>load_state_dict</c> goes on from; as <c>.json</c> this library's own.</summary>
    /// <param name="path">The file, which is the old one or the new one, whole, whatever happens meanwhile.</param>
    /// <param name="optimizer">From <c>optimizer.StateDict()</c> or, on the pure face, <c>state.ToStateDict()</c>.</param>
    /// <exception cref="ArgumentException">The ending says no format, or that of one that holds tensors alone.</exception>
    public static void Save(string path, StateDict optimizer) => Save(path, (object)(optimizer ?? throw Fault.Null("the state dict")));

    /// <summary>Writes named tensors: besides torch's files as <c>.safetensors</c> and <c>.npz</c>.</summary>
    /// <param name="path">The file, which is the old one or the new one, whole, whatever happens meanwhile.</param>
    /// <param name="model">The parameters by name.</param>
    /// <exception cref="ArgumentException">The ending says no format, or the format lacks an element type.</exception>
    public static void Save(string path, Params model) => Save(path, (object)(model ?? throw Fault.Null("the parameters")));

    /// <summary>Writes a dictionary, as torch's users write one: <c>{"model": ..., "optimizer": ..., "epoch": 3}</c>.</summary>
    /// <param name="path">The file, which is the old one or the new one, whole, whatever happens meanwhile.</param>
    /// <param name="content">Values are <see cref="Params"/>, <see cref="StateDict"/>, <see cref="State"/>, <see cref="NDArray"/> and what
    /// is one (arrays of float and double, MathNet's vectors and matrices), <see cref="SavedTensor"/>, numbers, truth values, texts, null,
    /// and lists and dictionaries of these.</param>
    /// <exception cref="ArgumentException">The ending says no format, or the format does not hold such a value.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, object?> content) =>
        Save(path, (object)(content ?? throw Fault.Null("the content")));

    static void Save(string path, object content) => SaveTree(path, Content.Of(content), metadata: null);

    /// <summary>Writes values as they were read.</summary>
    internal static void SaveTree(string path, object? root, IReadOnlyDictionary<string, string>? metadata)
    {
        if (path is null) throw Fault.Null("the path");
        var format = FormatOf(path) ?? throw Fault.NoFormat(path);
        if (format == CheckpointFormat.Json)
        {
            StateDicts.Read(path, root, key: null, DtypeRule.Same).Save(path);
            return;
        }
        var tensors = format == CheckpointFormat.Torch ? [] : Alone(format, root);
        WholeFile.Write(path, stream =>
        {
            var buffered = new BufferedStream(stream, 1 << 16);
            if (format == CheckpointFormat.Torch) TorchZip.Write(buffered, root);
            else if (format == CheckpointFormat.Npz) NpzFile.Write(buffered, tensors);
            else SafeTensorsFile.Write(buffered, tensors, metadata ?? new Dictionary<string, string>());
            buffered.Flush();
        });
    }

    /// <summary>The format that a name's ending says; null where it says none that is written.</summary>
    internal static CheckpointFormat? FormatOf(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".pt" or ".pth" or ".bin" or ".ckpt" => CheckpointFormat.Torch,
        ".safetensors" => CheckpointFormat.SafeTensors,
        ".npz" => CheckpointFormat.Npz,
        ".json" => CheckpointFormat.Json,
        _ => null,
    };

    static (string Name, SavedTensor Tensor)[] Alone(CheckpointFormat format, object? root)
    {
        string[] others = [.. Tree.Leaves(root).Where(leaf => leaf.Value is not SavedTensor).Select(leaf => leaf.Path)];
        if (others.Length > 0) throw Fault.NotATensor(format == CheckpointFormat.Npz ? "npz" : "safetensors", others);
        return [.. TensorsOf(root).Select(t => (t.Key, t.Value))];
    }
}
