using System.Collections;

namespace Optim.Functional.Rules;

/// <summary>Reads what a closure rule has saved, and notes what does not fit.</summary>
/// <remarks>Arrays are given as they were saved: what is kept of them must be copied, but by a solver for a single step.</remarks>
/// <typeparam name="T">Type of an element.</typeparam>
/// <param name="rule">The rule's name, for what is noted.</param>
/// <param name="entries">What <see cref="ISolver{T}.Load"/> was given.</param>
/// <param name="n">Elements of all parameters together.</param>
/// <param name="differences">Where it is noted, one sentence each.</param>
public sealed class SavedEntries<T>(string rule, IReadOnlyDictionary<string, object?> entries, int n, ICollection<string> differences)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly HashSet<string> read = [];

    /// <summary>A whole number from 0, which must be there.</summary>
    /// <param name="key">The entry's key.</param>
    /// <param name="most">The largest that is taken; exact in double.</param>
    public long Count(string key, long most = 1L << 53)
    {
        if (LoadPlan.Number(Entry(key)) is { } x && x >= 0 && x <= most && x == Math.Floor(x)) return (long)x;
        differences.Add($"{rule}: {key} is not a whole number from 0 in the saved state");
        return 0;
    }

    /// <summary>A number, also one saved as an array of one element.</summary>
    /// <param name="key">The entry's key.</param>
    /// <param name="otherwise">What it is where there is no such entry.</param>
    public double Number(string key, double otherwise = 0) => entries.ContainsKey(key) ? Real(key, Entry(key)) : otherwise;

    /// <summary>A list of numbers; an empty one where there is none.</summary>
    public IReadOnlyList<double> Numbers(string key) => Array.ConvertAll(List(key), x => Real(key, x));

    /// <summary>A vector of all parameters; null where there is none.</summary>
    public NDArray<T>? Vector(string key) => Entry(key) is { } value ? Whole(key, value) : null;

    /// <summary>A list of vectors of all parameters; an empty one where there is none.</summary>
    public IReadOnlyList<NDArray<T>> Vectors(string key) => [.. List(key).Select(x => Whole(key, x)).OfType<NDArray<T>>()];

    /// <summary>Notes every entry that has not been read.</summary>
    /// <param name="ignored">But for these.</param>
    public void End(params IEnumerable<string> ignored)
    {
        foreach (var key in entries.Keys.Except(read).Except(ignored))
            differences.Add($"the saved state has '{key}', which {rule} has not");
    }

    object? Entry(string key)
    {
        read.Add(key);
        return entries.GetValueOrDefault(key);
    }

    object?[] List(string key)
    {
        var value = Entry(key);
        if (value is IEnumerable list and not string) return [.. list.Cast<object?>()];
        if (value is not null) differences.Add($"{key} is not a list in the saved state");
        return [];
    }

    double Real(string key, object? value)
    {
        if (LoadPlan.Number(value) is { } x) return x;
        differences.Add($"{key} is not a number in the saved state");
        return 0;
    }

    NDArray<T>? Whole(string key, object? value)
    {
        var vector = value as NDArray<T>;
        if (NestedList.Read(value) is { } list) vector = NDArray.Of(Array.ConvertAll(list.ToArray(), T.CreateTruncating));
        if (vector is { IsSparse: false, Dims.Length: 1 } && vector.Length == n) return vector;
        differences.Add($"{key} of the saved state is not a vector of {n} elements, the number of all parameters' elements");
        return null;
    }
}
