using System.Collections.Concurrent;

namespace Optim.Functional.Rules;

/// <summary>A dimension with a factor that is upper triangular, or diagonal.</summary>
/// <param name="At">The dimension.</param>
/// <param name="IsTriangular">Whether its factor is a matrix; of a diagonal one only the diagonal is kept.</param>
readonly record struct KronSide(Side At, bool IsTriangular)
{
    /// <summary>Elements of its factor.</summary>
    public int Length => IsTriangular ? At.Area : At.Size;

    /// <summary>Its factor in a slot of all factors.</summary>
    public Operand<T> Of<T>(Operand<T> all) where T : unmanaged, IFloatingPointIeee754<T> => all.Slice(At.Offset, Length);
}

/// <summary>The dimensions of a parameter, each with a triangular or a diagonal factor; found once for each shape, and kept.</summary>
/// <remarks>All factors stand in one slot, one after another, in the order of the dimensions.</remarks>
sealed class KronSides
{
    /// <summary>Rows that a triangular solution takes at a time.</summary>
    public const int Panel = 64;

    static readonly ConcurrentDictionary<(Sides.Wanted, int, string?), KronSides> known = new();
    readonly KronSide[] sides;
    readonly int[] dims;

    KronSides(int[] dims, Sides.Wanted wanted, int least, string? mode)
    {
        (this.dims, sides) = (dims, new KronSide[dims.Length]);
        var most = dims.DefaultIfEmpty().Max();
        var largest = Array.LastIndexOf(dims, most);
        for (var d = 0; d < dims.Length; d++)
        {
            var isDiagonal = mode switch
            {
                "all_diag" => true,
                "one_diag" => d == largest,
                "smart_one_diag" => d == largest && dims.Length > 1 && dims.Count(n => n == most) == 1,
                _ => false,
            };
            var (before, after) = (dims[..d].Aggregate(1, (n, k) => n * k), dims[(d + 1)..].Aggregate(1, (n, k) => n * k));
            var (outer, inner) = wanted.ColumnMajor ? (after, before) : (before, after);
            var isTriangular = dims[d] > 1 && dims[d] <= wanted.Most && dims.Length >= least && !isDiagonal;
            if (isTriangular)
            {
                _ = checked(dims[d] * dims[d]);
                Panels = Math.Max(Panels, Panel * dims[d]);
            }
            sides[d] = new(new(outer, dims[d], inner, Length), isTriangular);
            Length = checked(Length + sides[d].Length);
            Largest = Math.Max(Largest, sides[d].Length);
        }
        var n = Length;
        Slots = ["momentum_buffer", new("Q") { Shape = _ => [n] }, new("failed_refreshes") { Shape = _ => [1] }];
    }

    /// <summary>The sides, in the order of the dimensions; none of an empty parameter.</summary>
    public ReadOnlySpan<KronSide> Each => sides;

    /// <summary>The dimensions, merged where they are.</summary>
    public ReadOnlySpan<int> Dims => dims;

    /// <summary>Elements of all factors.</summary>
    public int Length { get; }

    /// <summary>Elements of the largest factor.</summary>
    public int Largest { get; }

    /// <summary>Working memory of triangular solutions.</summary>
    public int Panels { get; }

    /// <summary>What is kept for a parameter with these sides.</summary>
    public SlotSpec[] Slots { get; }

    /// <param name="wanted">Shape and order, the largest triangular factor, and whether more than two dimensions are merged.</param>
    /// <param name="least">Dimensions from which on factors are triangular.</param>
    /// <param name="mode">Which are diagonal, as the option says it.</param>
    public static KronSides Of(Sides.Wanted wanted, int least, string? mode)
    {
        if (known.TryGetValue((wanted, least, mode), out var found)) return found;
        int[] shape = [.. wanted.Shape];
        var dims = shape.Length == 0 ? [1] : shape.Contains(0) ? [] : wanted.Merges && shape.Length > 2 ? Merged(shape) : shape;
        return known.GetOrAdd((wanted with { Shape = shape }, least, mode), new KronSides(dims, wanted, least, mode));
    }

    /// <summary>A matrix: all dimensions but the last, or but the first, in one. Of the two the one with the fewer columns above its
    /// rows.</summary>
    static int[] Merged(int[] shape)
    {
        var (rows, columns) = (shape[..^1].Aggregate(1, (n, k) => n * k), shape[1..].Aggregate(1, (n, k) => n * k));
        return shape[^1] - rows <= columns - shape[0] ? [rows, shape[^1]] : [shape[0], columns];
    }
}
