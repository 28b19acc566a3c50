using System.Collections.Concurrent;

namespace Optim.Functional.Rules;

/// <summary>A dimension of a tensor that has a square factor: in memory it is one of <see cref="Outer"/> × <see cref="Size"/> ×
/// <see cref="Inner"/>.</summary>
/// <param name="Outer">Elements of the dimensions before it in memory.</param>
/// <param name="Size">Its own.</param>
/// <param name="Inner">Those after it.</param>
/// <param name="Offset">Where its factor begins in the slot of all factors.</param>
/// <param name="First">Where its numbers begin in a slot of one number for each place along each side.</param>
readonly record struct Side(int Outer, int Size, int Inner, int Offset, int First = 0)
{
    /// <summary>Elements of its factor.</summary>
    public int Area => Size * Size;
}

/// <summary>The dimensions of a parameter's shape that have factors; found once for each shape, and kept.</summary>
/// <remarks>All factors stand in one slot, one after another, each row by row, in the order of the dimensions.</remarks>
sealed class Sides
{
    readonly Side[] sides;

    Sides(ReadOnlySpan<int> dims, bool columnMajor, int least, int most)
    {
        List<Side> found = [];
        for (var d = 0; d < dims.Length; d++)
        {
            if (dims[d] < least || dims[d] > most) continue;
            var (before, after) = (Product(dims[..d]), Product(dims[(d + 1)..]));
            if (columnMajor) (before, after) = (after, before);
            var side = new Side(before, dims[d], after, Length, Places);
            (Length, Places) = (checked(Length + side.Area), Places + side.Size);
            found.Add(side);
            LargestArea = Math.Max(LargestArea, side.Area);
        }
        sides = [.. found];
    }

    /// <summary>The sides, in the order of the dimensions.</summary>
    public ReadOnlySpan<Side> Each => sides;

    /// <summary>Elements of all factors.</summary>
    public int Length { get; }

    /// <summary>Places along all sides.</summary>
    public int Places { get; }

    /// <summary>Elements of the largest factor.</summary>
    public int LargestArea { get; }

    /// <summary>Working memory of whitening along all sides, and then of a refresh of their bases.</summary>
    public long WhiteningWork => Length + Places + 2L * LargestArea;

    /// <summary>Whether dimensions were merged of numbers that stand column by column: what is stepped is first brought in order.</summary>
    public bool IsTurned { get; private init; }

    /// <summary>What is kept for a parameter with these sides.</summary>
    public SlotSpec[] Slots { get; private set; } = [];

    static int Product(ReadOnlySpan<int> dims)
    {
        var n = 1;
        foreach (var d in dims) n *= d;
        return n;
    }

    /// <summary>A rule's sides, by shape and options.</summary>
    /// <param name="slots">What it keeps for a parameter, of its sides and of whether it keeps it in another order than the
    /// parameter's.</param>
    public sealed class Table(Func<Sides, bool, SlotSpec[]> slots)
    {
        readonly ConcurrentDictionary<Wanted, Sides> known = new();

        public Sides Of(Wanted wanted)
        {
            if (known.TryGetValue(wanted, out var found)) return found;
            int[] shape = [.. wanted.Shape];
            var (dims, isMerged) = (shape, wanted.Merges && shape.Length > 1);
            if (isMerged) dims = Merged(shape, wanted.Most);
            var hasNone = shape.Length == 0 || shape.Length == 1 && !wanted.Vectors || shape.Contains(0);
            var inRows = isMerged && shape.Length == 2 && dims.Length == 1;
            var made = new Sides(hasNone ? [] : dims, wanted.ColumnMajor && !inRows, wanted.Least, wanted.Most)
            {
                IsTurned = wanted.ColumnMajor && inRows,
            };
            made.Slots = slots(made, inRows);
            return known.GetOrAdd(wanted with { Shape = shape }, made);
        }
    }

    /// <summary>Dimensions merged from the left, as long as their product is at most <paramref name="most"/>.</summary>
    static int[] Merged(int[] shape, int most)
    {
        List<int> merged = [];
        var product = 1L;
        foreach (var d in shape)
            if (product * d <= most) product *= d;
            else if (product > 1)
            {
                merged.Add((int)product);
                product = d;
            }
            else merged.Add(d);
        if (product > 1 || merged.Count == 0) merged.Add((int)product);
        return [.. merged];
    }

    /// <summary>What sides depend on.</summary>
    /// <param name="Shape">The parameter's.</param>
    /// <param name="ColumnMajor">Its order in memory.</param>
    /// <param name="Most">The largest dimension that has a factor.</param>
    /// <param name="Merges">Whether dimensions are merged up to it.</param>
    /// <param name="Vectors">Whether a vector has a factor.</param>
    /// <param name="Least">The smallest dimension that has a factor.</param>
    public readonly record struct Wanted(
        IReadOnlyList<int> Shape, bool ColumnMajor, int Most, bool Merges = false, bool Vectors = false, int Least = 1)
    {
        public bool Equals(Wanted other)
        {
            if (Shape.Count != other.Shape.Count || (ColumnMajor, Most, Merges, Vectors, Least)
                != (other.ColumnMajor, other.Most, other.Merges, other.Vectors, other.Least)) return false;
            for (var d = 0; d < Shape.Count; d++)
                if (Shape[d] != other.Shape[d]) return false;
            return true;
        }

        public override int GetHashCode()
        {
            var hash = HashCode.Combine(ColumnMajor, Most, Merges, Vectors, Least);
            for (var d = 0; d < Shape.Count; d++) hash = HashCode.Combine(hash, Shape[d]);
            return hash;
        }
    }
}
