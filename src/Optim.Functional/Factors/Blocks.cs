using System.Collections.Concurrent;

namespace Optim.Functional.Rules;

/// <summary>A box of a tensor that stands row by row: it is stepped as a tensor of its own.</summary>
/// <param name="Start">Its first element in the tensor.</param>
/// <param name="Dims">Its dimensions.</param>
/// <param name="Strides">For each of them, how far apart neighbours stand in the tensor.</param>
/// <param name="Sides">The same dimensions with the places of their factors.</param>
sealed record Block(int Start, int[] Dims, int[] Strides, Side[] Sides)
{
    /// <summary>How many elements.</summary>
    public int Length { get; } = Dims.Aggregate(1, (n, d) => n * d);

    /// <summary>Copies it out of the tensor, row by row.</summary>
    public void Gather<T>(in Whole<T> x, Operand<T> tensor, Operand<T> block) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var k = 0; k < Length; k += Plane) x.Copy(tensor.From(Place(k)), InTensor, block.From(k), InBlock, Rows, Dims[^1]);
    }

    /// <summary>Copies it back.</summary>
    public void Scatter<T>(in Whole<T> x, Operand<T> block, Operand<T> tensor) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var k = 0; k < Length; k += Plane) x.Copy(block.From(k), InBlock, tensor.From(Place(k)), InTensor, Rows, Dims[^1]);
    }

    /// <summary>Rows of what is copied at a time: its last two dimensions.</summary>
    int Rows => Dims.Length > 1 ? Dims[^2] : 1;

    int Plane => Rows * Dims[^1];

    Pitch InTensor => new(Dims.Length > 1 ? Strides[^2] : 0, 1);

    Pitch InBlock => new(Dims[^1], 1);

    int Place(int k)
    {
        var place = Start;
        for (var d = Dims.Length - 1; d >= 0; k /= Dims[d--]) place += k % Dims[d] * Strides[d];
        return place;
    }
}

/// <summary>A tensor in blocks, each with a factor for every dimension; made once for each shape, and kept.</summary>
/// <remarks>The factors of all blocks stand in one slot: block after block, its dimensions in order, each row by row.</remarks>
sealed class Blocks
{
    Blocks(int[] shape, int most)
    {
        var strides = new int[shape.Length];
        for (int d = shape.Length - 1, n = 1; d >= 0; n *= shape[d--]) strides[d] = n;
        List<Block> found = [];
        Cut(0, 0, []);
        All = [.. found];
        foreach (var block in found) Largest = Math.Max(Largest, block.Length);

        void Cut(int d, int start, int[] dims)
        {
            if (d == shape.Length)
            {
                found.Add(new(start, dims, strides, SidesOf(dims)));
                return;
            }
            for (var at = 0; at < shape[d]; at += most)
                Cut(d + 1, start + at * strides[d], [.. dims, Math.Min(most, shape[d] - at)]);
        }
    }

    Side[] SidesOf(int[] dims)
    {
        var sides = new Side[dims.Length];
        for (var d = 0; d < dims.Length; d++)
        {
            var (before, after) = (dims[..d].Aggregate(1, (n, k) => n * k), dims[(d + 1)..].Aggregate(1, (n, k) => n * k));
            sides[d] = new(before, dims[d], after, Length);
            Length = checked(Length + sides[d].Area);
        }
        return sides;
    }

    /// <summary>The blocks, the first dimension outermost.</summary>
    public Block[] All { get; }

    /// <summary>Elements of all factors.</summary>
    public int Length { get; private set; }

    /// <summary>Elements of the largest block.</summary>
    public int Largest { get; }

    /// <summary>What is kept for a parameter in these blocks.</summary>
    public SlotSpec[] Slots { get; private set; } = [];

    /// <summary>A rule's blocks, by shape and options.</summary>
    /// <param name="slots">What it keeps for a parameter, of its blocks and its flags.</param>
    public sealed class Table(Func<Blocks, int, SlotSpec[]> slots)
    {
        readonly ConcurrentDictionary<(Sides.Wanted, int, int), Blocks> known = new();

        /// <param name="shape">The parameter's.</param>
        /// <param name="most">The most elements along a dimension of a block.</param>
        /// <param name="target">Dimensions are merged, the last first, while there are more than these.</param>
        /// <param name="flags">What else the slots depend on.</param>
        public Blocks Of(IReadOnlyList<int> shape, int most, int target, int flags)
        {
            if (known.TryGetValue((new(shape, false, most), target, flags), out var found)) return found;
            int[] own = [.. shape];
            var made = new Blocks(Merged(own, most, target), most);
            made.Slots = slots(made, flags);
            return known.GetOrAdd((new(own, false, most), target, flags), made);
        }
    }

    /// <summary>Dimensions without those of 1; then the last are merged as long as their product is at most <paramref name="most"/> and
    /// there are more than <paramref name="target"/>.</summary>
    static int[] Merged(int[] shape, int most, int target)
    {
        int[] dims = [.. shape.Where(d => d != 1)];
        if (dims.Length == 0) return [1];
        List<int> merged = [dims[^1]];
        for (var d = dims.Length - 2; d >= 0; d--)
            if ((long)merged[^1] * dims[d] <= most && d + 1 + merged.Count > target) merged[^1] *= dims[d];
            else merged.Add(dims[d]);
        merged.Reverse();
        return [.. merged];
    }
}
