using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Optim.Functional.PyTorch;

/// <summary>A dictionary of a checkpoint, in the file's order. Keys are texts, whole numbers (long), numbers or truth values; values are
/// null, bool, long, BigInteger, double, string, byte[], <see cref="Dtype"/>, <see cref="SavedTensor"/>, <see cref="SavedDict"/>, a
/// <c>List&lt;object?&gt;</c>, or an <c>object?[]</c>, which is a tuple.</summary>
public sealed class SavedDict : IReadOnlyDictionary<object, object?>
{
    readonly OrderedDictionary<object, object?> entries = new(KeyComparer.Instance);

    internal SavedDict() { }

    /// <summary>The value of a key.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public object? this[object key] =>
        entries.TryGetValue(key, out var value) ? value : throw Fault.NoKey(key, entries.Keys);

    /// <inheritdoc/>
    public IEnumerable<object> Keys => entries.Keys;

    /// <inheritdoc/>
    public IEnumerable<object?> Values => entries.Values;

    /// <inheritdoc/>
    public int Count => entries.Count;

    /// <inheritdoc/>
    public bool ContainsKey(object key) => entries.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(object key, [MaybeNullWhen(false)] out object? value) => entries.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<object, object?>> GetEnumerator() => entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>How many there are, and the keys.</summary>
    public override string ToString() => $"{Count} entries: {string.Join(", ", Keys.Take(8))}{(Count > 8 ? ", ..." : "")}";

    internal void Set(object key, object? value) => entries[key] = value;

    /// <summary>Whether a value can be a key.</summary>
    internal static bool IsKey(object? key) => key is string or long or double or bool;

    /// <summary>Hashes numbers by a seed of the process: keys that a file was made of to fall together do not.</summary>
    sealed class KeyComparer : IEqualityComparer<object>
    {
        public static readonly KeyComparer Instance = new();

        public new bool Equals(object? a, object? b) => object.Equals(a, b);

        public int GetHashCode(object key) => key is long number ? HashCode.Combine(number) : key.GetHashCode();
    }
}
