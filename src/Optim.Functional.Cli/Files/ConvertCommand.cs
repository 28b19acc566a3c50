using Optim.Functional.PyTorch;

namespace Optim.Functional.Cli;

/// <summary><c>optim convert</c>: a file of tensors in another format.</summary>
internal static class ConvertCommand
{
    public static int Run(string[] args, Terminal terminal)
    {
        var options = ConvertOptions.Parse(args);
        if (Checkpoint.FormatOf(options.To) is null) throw Misuse.NoFormat(options.To);
        if (!options.Overwrite && File.Exists(options.To)) throw Misuse.IsThere("to", options.To, "Give another name");
        var written = Opened.Do(options.From, file => Convert(file, options));
        terminal.Line($"{options.To}: {written} tensors");
        return Tool.Done;
    }

    static int Convert(Checkpoint file, ConvertOptions options)
    {
        var root = options.Key is null ? file.Root : file[options.Key];
        if (options.Widen) root = Mapped(root, tensor => SavedTensor.Of(tensor.Widen()));
        if (options.OnlyTensors) root = Flat(root);
        try { Checkpoint.SaveTree(options.To, root, file.Metadata); }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Misuse.Unwritable(options.To, e);
        }
        return Tree.Leaves(root).Count(leaf => leaf.Value is SavedTensor);
    }

    static SavedDict Flat(object? root)
    {
        var flat = new SavedDict();
        foreach (var (path, value) in Tree.Leaves(root))
            if (value is SavedTensor) flat.Set(path, value);
        return flat;
    }

    /// <summary>The same values with other tensors.</summary>
    static object? Mapped(object? value, Func<SavedTensor, SavedTensor> tensor)
    {
        switch (value)
        {
            case SavedTensor own: return tensor(own);
            case List<object?> list: return list.ConvertAll(item => Mapped(item, tensor));
            case object?[] tuple: return Array.ConvertAll(tuple, item => Mapped(item, tensor));
            case SavedDict dict:
                var mapped = new SavedDict();
                foreach (var (key, inner) in dict) mapped.Set(key, Mapped(inner, tensor));
                return mapped;
            default: return value;
        }
    }
}
