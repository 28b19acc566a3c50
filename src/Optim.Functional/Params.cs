using System.Diagnostics;
using System.Text.Json.Serialization;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

/// <summary>Named tensors in order: the parameters of a model, or gradients for some of them.</summary>
/// <remarks>Immutable as a collection; the tensors share the caller's arrays. Not itself enumerable, so that F# Interactive prints it by
/// <see cref="ToString"/>.</remarks>
[JsonConverter(typeof(ParamsJson))]
public sealed class Params
{
    readonly string[] names;
    readonly NDArray[] values;
    readonly Dictionary<string, int> index;

    internal Params(string[] names, NDArray[] values, Dictionary<string, int> index) =>
        (this.names, this.values, this.index) = (names, values, index);

    /// <summary>Named tensors, in this order.</summary>
    /// <exception cref="ArgumentException">A name is null or stands twice, or a tensor is null.</exception>
    public static Params Of(params IEnumerable<(string Name, NDArray Value)> entries)
    {
        if (entries is null) throw Fault.Null(nameof(entries));
        var list = entries.ToArray();
        var index = new Dictionary<string, int>(list.Length);
        foreach (var (name, value) in list)
        {
            if (name is null) throw Fault.Null("the name of a parameter");
            if (value is null) throw Fault.Null($"parameter '{name}'");
            if (!index.TryAdd(name, index.Count)) throw Fault.SameName(name);
        }
        return new(Array.ConvertAll(list, e => e.Name), Array.ConvertAll(list, e => e.Value), index);
    }

    /// <summary>Names, in order.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<string> Names => names;

    /// <summary>Number of tensors.</summary>
    [DebuggerBrowsable(Never)] public int Count => values.Length;

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    [DebuggerBrowsable(Never)]
    public NDArray this[string name] => index.TryGetValue(name, out var i) ? Values[i] : throw Fault.NoName(name, names);

    /// <summary>The tensor at a place.</summary>
    [DebuggerBrowsable(Never)] public NDArray this[int i] => Values[i];

    internal NDArray[] Values => IsDonated ? throw Fault.Donated("parameters") : values;

    /// <summary>Whether a step has written its results where these numbers were.</summary>
    internal bool IsDonated { get; set; }

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => index.ContainsKey(name);

    internal int IndexOf(string name) => index.TryGetValue(name, out var i) ? i : -1;

    internal Params With(NDArray[] others) => new(names, others, index);

    /// <summary>The same names with tensors of their own, so that nobody else can write to them.</summary>
    public Params Copy() => With(Array.ConvertAll(Values, v => v.Clone()));

    /// <summary>Names and tensors, in order.</summary>
    [DebuggerBrowsable(Never)] public IEnumerable<KeyValuePair<string, NDArray>> Entries => names.Zip(Values, KeyValuePair.Create);

    /// <summary>How many there are, then name, type, shape and first elements of each.</summary>
    public override string ToString() =>
        IsDonated ? "donated to a step"
        : names is [""] ? $"{values[0]}"
        : string.Join(Environment.NewLine + "  ", Lines());

    IEnumerable<string> Lines() => [$"{Count} tensor{(Count == 1 ? "" : "s")}", .. Entries.Select(p => $"{p.Key}: {p.Value}")];
}
