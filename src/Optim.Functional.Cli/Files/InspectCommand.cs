using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using Optim.Functional.PyTorch;

namespace Optim.Functional.Cli;

/// <summary><c>optim inspect</c>: what is in a file of tensors.</summary>
internal static class InspectCommand
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
    };

    public static int Run(string[] args, Terminal terminal)
    {
        var options = InspectOptions.Parse(args);
        var sheet = Opened.Do(options.Path, file => Content.Of(file, terminal.Stop));
        if (terminal.Stop.IsCancellationRequested) return Tool.Interrupted;
        if (options.Json) terminal.Line(JsonSerializer.Serialize(sheet, Json));
        else Show(sheet, terminal);
        return Tool.Done;
    }

    /// <summary>What the file holds.</summary>
    sealed record Content(
        string File,
        string Format,
        IReadOnlyList<TensorSummary> Tensors,
        IReadOnlyDictionary<string, object?> Values,
        IReadOnlyDictionary<string, string> Metadata)
    {
        public static Content Of(Checkpoint file, CancellationToken stop)
        {
            var values = new OrderedDictionary<string, object?>();
            foreach (var (path, value) in Others(file.Root, "")) values[path] = Plain(value);
            var tensors = file.Tensors
                .TakeWhile(_ => !stop.IsCancellationRequested)
                .Select(t => TensorSummary.Of(t.Key, t.Value))
                .ToArray();
            return new(file.Path, Name(file.Format), tensors, values, file.Metadata);
        }
    }

    static string Name(CheckpointFormat format) => format switch
    {
        CheckpointFormat.Torch => "torch",
        CheckpointFormat.TorchLegacy => "torch, before 1.6",
        CheckpointFormat.SafeTensors => "safetensors",
        CheckpointFormat.Json => "json of optim.functional",
        _ => format.ToString().ToLowerInvariant(),
    };

    /// <summary>What is no tensor: a list of numbers or texts is one value.</summary>
    static IEnumerable<(string Path, object? Value)> Others(object? value, string path)
    {
        var isNested = value is SavedDict { Count: > 0 }
            || value is IList and not byte[] && Tree.Children(value).Any(c => c.Value is SavedTensor or SavedDict or IList);
        if (!isNested) return value is SavedTensor ? [] : [(path, value)];
        return Tree.Children(value).SelectMany(c => Others(c.Value, path.Length == 0 ? c.Key : $"{path}.{c.Key}"));
    }

    /// <summary>A value as JSON has one.</summary>
    static object? Plain(object? value) => value switch
    {
        null or bool or long or double or string => value,
        byte[] bytes => $"{bytes.Length} bytes",
        BigInteger large => large.ToString(CultureInfo.InvariantCulture),
        Dtype dtype => DtypeInfo.Of(dtype).Torch,
        SavedDict => "{}",
        IList list => list.Cast<object?>().Select(Plain).ToArray(),
        _ => value.ToString(),
    };

    static void Show(Content content, Terminal terminal)
    {
        var bytes = content.Tensors.Sum(t => t.Bytes);
        var name = System.IO.Path.GetFileName(content.File);
        terminal.Line(Invariant($"{name}: {content.Format}, {content.Tensors.Count} tensors, {bytes} bytes"));
        Sheet.Show(terminal, [Tensors("Tensors", content.Tensors)], markdown: false);
        if (content.Values.Count > 0) Sheet.Show(terminal, [Values("Other values", content.Values)], markdown: false);
        var metadata = content.Metadata.ToDictionary(m => m.Key, m => (object?)m.Value);
        if (metadata.Count > 0) Sheet.Show(terminal, [Values("Metadata", metadata)], markdown: false);
        var odd = content.Tensors.Where(t => t.NaN + t.Infinite > 0).ToArray();
        if (odd.Length == 0) return;
        var (nan, infinite) = (odd.Sum(t => t.NaN), odd.Sum(t => t.Infinite));
        terminal.Line(Invariant($"{odd.Length} tensors hold {nan} NaN and {infinite} infinite numbers; norms are of the finite ones."));
    }

    static Sheet Tensors(string title, IReadOnlyList<TensorSummary> tensors) => new(
        title,
        [
            new("key", Wraps: true), new("type"), new("shape"),
            new("norm", IsNumber: true), new("NaN", IsNumber: true), new("inf", IsNumber: true),
        ],
        [.. tensors.Select(t => (string[])
        [
            t.Key, t.Dtype, $"[{string.Join(", ", t.Shape)}]",
            t.Norm.ToString("G5", CultureInfo.InvariantCulture), Count(t.NaN), Count(t.Infinite),
        ])]);

    static string Count(long n) => n == 0 ? "" : n.ToString(CultureInfo.InvariantCulture);

    static Sheet Values(string title, IReadOnlyDictionary<string, object?> values) => new(
        title,
        [new("key", Wraps: true), new("value", Wraps: true)],
        [.. values.Select(v => (string[])[v.Key, Text(v.Value)])]);

    static string Text(object? value) => value switch
    {
        null => "None",
        bool b => b ? "True" : "False",
        double x => x.ToString("R", CultureInfo.InvariantCulture),
        object?[] list => $"({string.Join(", ", list.Select(Text))})",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
