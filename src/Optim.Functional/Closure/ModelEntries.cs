using System.Collections;
using static System.FormattableString;

namespace Optim.Functional;

/// <summary>What a rule remembers of all parameters together, by its keys.</summary>
static class ModelEntries
{
    public static readonly IReadOnlyDictionary<string, object?> None = new Dictionary<string, object?>();

    /// <summary>A copy for our parameters of what was saved for others: arrays are of our element type and in this process's memory, and
    /// vectors of all parameters in our order.</summary>
    /// <param name="saved">Numbers, arrays, lists.</param>
    /// <param name="values">Our parameters.</param>
    /// <param name="places">The place of each among the saved ones, whose vectors hold them in that order.</param>
    public static IReadOnlyDictionary<string, object?> Adopt(IReadOnlyDictionary<string, object?> saved, NDArray[] values, int[] places)
    {
        var (length, like) = (Flat.Length(values), values[0]);
        if (like.Device is not null) like = like is NDArray<float> ? Array.Empty<float>() : Array.Empty<double>();
        return saved.ToDictionary(e => e.Key, e => Own(e.Value));

        object? Own(object? value) => value switch
        {
            NDArray { Dims.Length: 1 } vector when vector.Length == length =>
                Flat.Reorder(like.Adopt(vector, vector.Dims), values, places),
            NDArray array => like.Adopt(array, array.Dims),
            string text => text,
            IEnumerable list => list.Cast<object?>().Select(Own).ToArray(),
            _ => value,
        };
    }

    /// <summary>Keys and values; of a list how long it is.</summary>
    public static string Text(IReadOnlyDictionary<string, object?> entries) => string.Join(", ", entries.Select(e => e.Value switch
    {
        double x => Invariant($"{e.Key} {x:G6}"),
        NDArray array => $"{e.Key} {array}",
        ICollection list => $"{list.Count} {e.Key}",
        _ => Invariant($"{e.Key} {e.Value ?? "null"}"),
    }));
}
