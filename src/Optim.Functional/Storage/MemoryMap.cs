using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>The ranges of memory that parameters take, none of which overlap.</summary>
/// <remarks>Arrays move, so ranges of one array are compared by their distance from its beginning; memory that no array holds has
/// addresses.</remarks>
sealed class MemoryMap
{
    static readonly object Outside = new();
    readonly Dictionary<object, Ranges> owners = new(ReferenceEqualityComparer.Instance);

    readonly record struct Range(nint Start, nint End, Parameter? By);

    /// <summary>Ranges of one array, or of what no array holds, by their start.</summary>
    sealed class Ranges() : SortedSet<Range>(Comparer<Range>.Create(static (a, b) => a.Start.CompareTo(b.Start)))
    {
        /// <summary>Who has a part of a range, or null: as none overlap, it is the last that begins before its end.</summary>
        public Parameter? Within(nint start, nint end)
        {
            if (Count == 0) return null;
            var before = GetViewBetween(new(nint.MinValue, 0, null), new(end - 1, 0, null));
            return before.Count > 0 && before.Max.End > start ? before.Max.By : null;
        }
    }

    /// <summary>Claims the memory of a parameter; returns who has a part of it already, or null.</summary>
    public Parameter? Claim(Parameter p)
    {
        var range = p.Value.Extent;
        if (range.Bytes == 0) return null;
        var key = range.Array ?? Outside;
        if (owners.TryGetValue(key, out var ranges) && ranges.Within(range.Start, range.End) is { } other) return other;
        if ((range.Array is null ? Pinned(range) : Pointed(range)) is { } aside) return aside;
        if (ranges is null) owners[key] = ranges = new();
        ranges.Add(new(range.Start, range.End, p));
        return null;
    }

    /// <summary>Gives up what <see cref="Claim"/> claimed.</summary>
    public void Release(Parameter p)
    {
        var range = p.Value.Extent;
        if (range.Bytes > 0) owners[range.Array ?? Outside].Remove(new(range.Start, range.End, p));
    }

    /// <summary>Who has a part of an address range by way of its array: one that is pinned, or its memory would not have an address of its
    /// own.</summary>
    Parameter? Pinned(Extent range)
    {
        foreach (var (owner, ranges) in owners)
            if (owner is Array array && Address(array) is var at && ranges.Within(range.Start - at, range.End - at) is { } by) return by;
        return null;
    }

    /// <summary>Who has a part of an array's range by way of its address.</summary>
    Parameter? Pointed(Extent range)
    {
        if (!owners.TryGetValue(Outside, out var pointed) || pointed.Count == 0) return null;
        var at = Address(range.Array!);
        return pointed.Within(at + range.Start, at + range.End);
    }

    static unsafe nint Address(Array array) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
}
