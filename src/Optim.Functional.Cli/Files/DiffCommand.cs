using Optim.Functional.PyTorch;

namespace Optim.Functional.Cli;

/// <summary><c>optim diff</c>: two files of tensors, key by key.</summary>
internal static class DiffCommand
{
    const string Same = "equal", SameBits = "equal bits";

    public static int Run(string[] args, Terminal terminal)
    {
        var options = DiffOptions.Parse(args);
        var rows = Opened.Do(options.A, a => Opened.Do(options.B, b => Rows(Leaves(a, options.KeyA), Leaves(b, options.KeyB))));
        var differing = rows.Where(r => !IsEqual(r.Result)).ToArray();
        var shown = options.ListAll ? rows : differing;
        if (shown.Length > 0) Sheet.Show(terminal, [Table(shown)], markdown: false);
        terminal.Line($"{rows.Length - differing.Length} of {rows.Length} keys are equal, {differing.Length} differ");
        return differing.Length > 0 ? Tool.Broken : Tool.Done;
    }

    static Sheet Table(IEnumerable<(string Key, string What, string Result)> rows) => new(
        "A and B",
        [new("key", Wraps: true), new("what"), new("", Wraps: true)],
        [.. rows.Select(r => (string[])[r.Key, r.What, r.Result])]);

    static bool IsEqual(string result) => result is Same or SameBits;

    static OrderedDictionary<string, object?> Leaves(Checkpoint file, string? key)
    {
        var leaves = new OrderedDictionary<string, object?>();
        foreach (var (path, value) in Tree.Leaves(key is null ? file.Root : file[key])) leaves[path] = value;
        return leaves;
    }

    static (string Key, string What, string Result)[] Rows(OrderedDictionary<string, object?> a, OrderedDictionary<string, object?> b) =>
    [
        .. a.Select(e => (e.Key, What(e.Value), b.TryGetValue(e.Key, out var other) ? Compare(e.Value, other) : "only in A")),
        .. b.Where(e => !a.ContainsKey(e.Key)).Select(e => (e.Key, What(e.Value), "only in B")),
    ];

    static string What(object? value) => value is SavedTensor tensor ? tensor.ToString() : "value";

    static string Compare(object? a, object? b) => (a, b) switch
    {
        (SavedTensor x, SavedTensor y) when x.Dtype != y.Dtype || !x.Dims.SequenceEqual(y.Dims) => $"{x} in A, {y} in B",
        (SavedTensor x, SavedTensor y) => TensorDifference.Of(x, y).ToString(),
        (SavedTensor, _) or (_, SavedTensor) => $"{StateDicts.Described(a)} in A, {StateDicts.Described(b)} in B",
        _ => StateDicts.Described(a) == StateDicts.Described(b) ? Same : $"{StateDicts.Described(a)} in A, {StateDicts.Described(b)} in B",
    };
}
