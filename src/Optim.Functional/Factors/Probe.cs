using static Optim.Functional.SplitMix64;

namespace Optim.Functional.Rules;

/// <summary>Random numbers that a step asks for, by what they are for and not by when: the same for any threads, lanes and order of
/// parameters, and after a run is resumed.</summary>
/// <remarks>
/// Element k's is made of two outputs of <see cref="SplitMix64"/>, the 2k-th and the one after it, from a state that seed,
/// step and shape are mixed into: (the bits set in one of them - 32 + the other, evenly between -1/2 and 1/2)/√(16 + 1/12), of mean 0 and
/// variance 1, and near normal. Made of integers it is the same on any machine.
/// </remarks>
static class Probe
{
    /// <summary>What an author's run has drawn, in place of what is drawn here, on this thread: for tests that replay such a run.</summary>
    [ThreadStatic] public static IRecordedDraws? Recorded;

    /// <summary>g ← g + √ε·mean|g|·V, ε being float32's, and V drawn.</summary>
    /// <remarks>V changes its sign with the first number of g that is not 0: so nothing prefers a direction.</remarks>
    /// <param name="x">Where it is computed.</param>
    /// <param name="seed">What is mixed into it.</param>
    /// <param name="dims">The dimensions.</param>
    /// <param name="g">What it is added to.</param>
    /// <param name="v">Where V goes.</param>
    /// <param name="other">Working memory, as long.</param>
    public static void Add<T>(in Whole<T> x, int seed, ReadOnlySpan<int> dims, Operand<T> g, Operand<T> v, Operand<T> other)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var sign = IsNegative(x, g, v) ? -1 : 1;
        using (var drawn = (x.ColumnMajor ? other : v).OpenWrite())
            if (Recorded is { } recorded) recorded.Draw(dims, drawn.Span);
            else Draw(seed, x.Now.T, dims, sign, drawn.Span);
        if (x.ColumnMajor) x.Turn(other, x.Shape[0], x.Shape[1], v);
        var mean = x.Sum(default(Size), g, g) / x.Length;
        x.Each(new Pass.Move(Math.Sqrt(Math.ScaleB(1, -23)) * mean, 1), g, v, to: g);
    }

    static void Draw<T>(int seed, long t, ReadOnlySpan<int> dims, double sign, Span<T> to)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var state = Mixed(Mixed((uint)seed) ^ (ulong)t);
        foreach (var d in dims) state = Mixed(state ^ (ulong)d);
        for (var k = 0; k < to.Length; k++)
        {
            ulong a = Mixed(state += Golden), b = Mixed(state += Golden);
            var even = ((b >> 11) + 0.5) * Math.ScaleB(1, -53) - 0.5;
            to[k] = T.CreateTruncating(sign * ((BitOperations.PopCount(a) - 32 + even) / Math.Sqrt(16 + 1.0 / 12)));
        }
    }

    /// <summary>Whether the first number that is not 0, row by row, is below it.</summary>
    static bool IsNegative<T>(in Whole<T> x, Operand<T> g, Operand<T> part) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rows = x.Shape.Count < 2 ? 1 : x.Shape[0];
        var columns = (int)(x.Length / rows);
        for (var i = 0; i < rows; i++)
        {
            var row = x.ColumnMajor ? part.Slice(0, columns) : g.Slice((long)i * columns, columns);
            if (x.ColumnMajor) x.Copy(g.From(i), new(0, rows), row, new(0, 1), 1, columns);
            using var numbers = row.OpenRead();
            foreach (var number in numbers.Span)
                if (number != T.Zero) return number < T.Zero;
        }
        return false;
    }

    /// <summary>|a|.</summary>
    readonly record struct Size : ITerms
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L> => use.Run(new At<L>());

        readonly record struct At<L> : IMeasure<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public static int Terms => 1;
            public void Measure(L a, L b, Slots<L> s, ref Slots<L> terms) => terms.S1 = L.Abs(a);
        }
    }
}

/// <summary>What an author's run has drawn.</summary>
interface IRecordedDraws
{
    /// <summary>Whether this step balances factors, of those that update them.</summary>
    bool Balances { get; }

    /// <summary>The step's draw for a tensor of these dimensions, row by row.</summary>
    void Draw<T>(ReadOnlySpan<int> dims, Span<T> to) where T : unmanaged, IFloatingPointIeee754<T>;
}
