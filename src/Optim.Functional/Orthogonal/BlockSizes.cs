using System.Collections;
using System.Collections.Immutable;
using System.Globalization;

namespace Optim.Functional;

/// <summary>Whole numbers above 0 in a row, as an option: <c>new Muon(SplitSizes: [3, 2, 2])</c>. Equal where all of them are.</summary>
[CollectionBuilder(typeof(BlockSizes), nameof(Of))]
public sealed class BlockSizes : IReadOnlyList<int>, IEquatable<BlockSizes>
{
    readonly ImmutableArray<int> all;

    BlockSizes(ReadOnlySpan<int> all) => this.all = [.. all];

    /// <summary>These.</summary>
    /// <exception cref="ArgumentException">There is none, or one is below 1.</exception>
    public static BlockSizes Of(params ReadOnlySpan<int> sizes)
    {
        if (sizes.IsEmpty) throw Fault.NoSizes();
        foreach (var size in sizes)
            if (size < 1) throw Fault.SizeBelowOne(size);
        return new(sizes);
    }

    /// <summary>What a saved state has, or null where it is something else.</summary>
    internal static BlockSizes? From(object? saved)
    {
        if (saved is BlockSizes sizes) return sizes;
        if (saved is string or not IEnumerable) return null;
        var numbers = new List<int>();
        foreach (var item in (IEnumerable)saved)
        {
            if (item is not IConvertible c || c.GetTypeCode() is < TypeCode.SByte or > TypeCode.Decimal) return null;
            var number = c.ToDouble(CultureInfo.InvariantCulture);
            if (number != Math.Floor(number) || number < 1 || number > int.MaxValue) return null;
            numbers.Add((int)number);
        }
        return numbers.Count == 0 ? null : new([.. numbers]);
    }

    /// <inheritdoc/>
    public int Count => all.Length;
    /// <inheritdoc/>
    public int this[int index] => all[index];

    /// <summary>All together.</summary>
    internal long Sum
    {
        get
        {
            var sum = 0L;
            foreach (var size in all) sum += size;
            return sum;
        }
    }

    internal int Largest
    {
        get
        {
            var most = 0;
            foreach (var size in all) most = Math.Max(most, size);
            return most;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)all).GetEnumerator();
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(BlockSizes? other) => other is not null && all.SequenceEqual(other.all);
    /// <inheritdoc/>
    public override bool Equals(object? other) => Equals(other as BlockSizes);
    /// <inheritdoc/>
    public override int GetHashCode() => all.Aggregate(0, HashCode.Combine);

    /// <summary>The numbers, in brackets.</summary>
    public override string ToString() => $"[{string.Join(", ", all.Select(n => n.ToString(CultureInfo.InvariantCulture)))}]";
}
