using static System.FormattableString;

namespace Optim.Functional.PyTorch;

/// <summary>Of what is done with what a file holds.</summary>
static partial class Fault
{
    public static KeyNotFoundException NoKey(object key, IEnumerable<object> keys) =>
        new(Invariant($"The dictionary has no '{key}'. It has {Some(keys.Select(k => $"'{k}'"))}."));

    public static InvalidOperationException NoElementType(string type, string shape) =>
        new($"{type} {shape} is neither float32 nor float64, and is not cast to one unasked. Widen() gives the "
            + "narrowest of them that holds each number exactly.");

    public static InvalidOperationException InexactInteger(string type, string shape, long at) =>
        new(Invariant($"{type} {shape}: element {at} is beyond 2^53, and double does not hold each integer there. ToBytes() ")
            + "gives the numbers as they are.");

    public static InvalidOperationException TooLong(string type, string shape) =>
        new($"{type} {shape} is longer than an array or a shape of .NET can be: 2,147,483,647.");

    public static ArgumentException Sparse() => new("The tensor is sparse; files hold dense ones. Make it dense first.");

    public static ArgumentException NoValue(object? value) =>
        new("A checkpoint holds tensors, numbers, truth values, texts, bytes, lists and dictionaries of these; got "
            + $"{value?.GetType().ToString() ?? "null"}.");

    public static ArgumentException NoSavedKey(object? key) =>
        new("A key of a dictionary in a checkpoint is a text, a whole number, a number or a truth value; got "
            + $"{key?.GetType().ToString() ?? "null"}.");

    public static ArgumentException SamePath(string path) =>
        new($"Two values are both '{path}' when dictionaries are joined by dots. Rename one.");

    public static ArgumentException NoFormat(string path) =>
        new($"'{path}': its ending says no format. Wanted .pt, .pth, .bin or .ckpt (torch), .safetensors, .npz, or "
            + ".json (an optimizer's state).");

    public static ArgumentException NotATensor(string format, IReadOnlyList<string> paths) =>
        new($"{format} holds tensors and nothing else; {Some(paths.Select(p => $"'{p}'"))} {(paths.Count == 1 ? "is" : "are")} none. "
            + "Save a torch file (.pt), or the tensors alone.");

    public static ArgumentException NoDtype(string format, string name, string dtype) =>
        new($"{format} has no {dtype}, which '{name}' is of. Widen it first, or save a torch file (.pt).");

    public static ArgumentException NoEntry(string file, string key, IEnumerable<string> there) =>
        new($"{file}: it has no '{key}'. It has {Some(there.Select(k => $"'{k}'"))}.");

    public static ArgumentException NoOptimizer(string file, string what) =>
        new($"{file}: it holds no optimizer's state dict ('state' and 'param_groups'): it holds {what}. Is it the "
            + "model's file, or under a key of its own (key: \"optimizer\")?");

    public static ArgumentException ManyOptimizers(string file, IEnumerable<string> keys) =>
        new($"{file}: it holds several optimizers' state dicts: {Some(keys.Select(k => $"'{k}'"))}. Say which by key.");

    public static ArgumentException StateShape(string file, string what, string wanted) =>
        new($"{file}: {what}, wanted {wanted}. Was it written by an optimizer's "
            + "state_dict()?");

    public static ArgumentException NoModel(string file, string what) =>
        new($"{file}: it holds no dictionary of tensors by name: it holds {what}. Is it the optimizer's file, or are "
            + "the parameters under a key of their own (key: \"model\")?");

    public static ArgumentException Parameters(string file, IReadOnlyList<string> differences) =>
        new($"{file}: the saved parameters do not fit; nothing was loaded. Was the file made for another model? "
            + $"{string.Join("; ", differences)}.");

    public static ArgumentException StateDtypes(string file, IReadOnlyList<string> differences) =>
        new($"{file}: the saved state is not of the parameters' element type; nothing was loaded, and nothing is cast unasked. "
            + $"{string.Join("; ", differences)}. dtypes: DtypeRule.Widen takes what loses nothing, DtypeRule.Cast rounds as torch does.");

    public static ArgumentException Unnamed(int at) =>
        new(Invariant($"Parameter {at} has no name, and parameters are found in a file by ")
            + "theirs.");

    public static ArgumentOutOfRangeException Keep(int got) => new(null, Invariant($"keep: got {got}, wanted 1 or more saves."));

    public static ArgumentOutOfRangeException Step(long got) => new(null, Invariant($"A save is of a step from 0; got {got}."));
}
