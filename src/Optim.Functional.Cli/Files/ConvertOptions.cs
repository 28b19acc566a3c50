namespace Optim.Functional.Cli;

/// <summary>The options of <c>optim convert</c>.</summary>
/// <param name="From">The file to read.</param>
/// <param name="To">The file to write.</param>
/// <param name="Key">The part of it to take, or null for all.</param>
/// <param name="OnlyTensors">Whether what is no tensor is left out.</param>
/// <param name="Widen">Whether types that are neither float32 nor float64 become one of them.</param>
/// <param name="Overwrite">Whether a file that is there is written over.</param>
internal sealed record ConvertOptions(string From, string To, string? Key, bool OnlyTensors, bool Widen, bool Overwrite)
{
    public static readonly IReadOnlyList<Option> All =
    [
        new("key", "NAME", "all", "Take this dictionary of the file, keys joined with dots: model, optimizer.state."),
        new("tensors", "", "", "Leave out what is no tensor: safetensors and npz hold nothing else."),
        new("widen", "", "", "Make float32 of float16, bfloat16 and float8, and float64 of integers, where that loses nothing."),
        new("overwrite", "", "", "Write over a file that is there."),
    ];

    public static ConvertOptions Parse(string[] args)
    {
        var files = new List<string>();
        var given = Arguments.Parse("convert", All, args, files);
        if (files.Count != 2) throw Misuse.Files("convert", files.Count, "two files", "run.pt model.safetensors --key model");
        return new(files[0], files[1], given["key"], given.Switch("tensors"), given.Switch("widen"), given.Switch("overwrite"));
    }
}
