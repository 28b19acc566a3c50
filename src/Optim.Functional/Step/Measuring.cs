namespace Optim.Functional;

/// <summary>Adds up terms of a tensor's elements, in double: the same bits for any threads and lanes, and nothing is written.</summary>
static class Measuring<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    [ThreadStatic] static T[]? buffer;

    /// <param name="terms">What is added up.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="sums">The sums.</param>
    /// <param name="how">Threads and lanes.</param>
    public static void Run<B>(in B terms, in Streams<T> x, Span<double> sums, Execution how) where B : struct, ITerms =>
        Sweep<T>.Run(new Body<B>(terms, x), x.End - x.Start, sums, how);

    /// <summary>A block's terms are made element by element, put side by side, and then added up.</summary>
    readonly struct Body<B>(B terms, Streams<T> x) : ISweep<T> where B : struct, ITerms
    {
        public void Block<L, D, W>(nint start, int length, Span<double> sums)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            ref var made = ref Terms<B, L>(terms, x, start, length);
            for (var k = 0; k < sums.Length; k++)
            {
                ref var first = ref Unsafe.Add(ref made, k * BlockSum.Length);
                sums[k] += BlockSum.Run<Value, D, W, T>(ref first, ref first, length);
            }
        }
    }

    /// <summary>Adds up the terms of a line of two vectors.</summary>
    public static void Line<B, L, D, W>(in B terms, Place<T> a, Place<T> b, nint start, int length, Span<double> sums)
        where B : struct, ITerms where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
    {
        var body = new Body<B>(terms, new() { From = new() { θ = a }, G = b });
        for (int i = 0, n; i < length; i += n) body.Block<L, D, W>(start + i, n = Math.Min(BlockSum.Length, length - i), sums);
    }

    /// <summary>Makes the terms of a part of two vectors, at most a block long. The next call on this thread writes them anew.</summary>
    public static ref T Terms<B, L>(scoped in B terms, Place<T> a, Place<T> b, nint start, int length)
        where B : struct, ITerms
        where L : struct, IMemoryLane<L, T> =>
        ref Terms<B, L>(terms, new Streams<T> { From = new() { θ = a }, G = b }, start, length);

    static ref T Terms<B, L>(scoped in B terms, scoped in Streams<T> x, nint start, int length)
        where B : struct, ITerms
        where L : struct, IMemoryLane<L, T>
    {
        var made = buffer ??= new T[4 * BlockSum.Length];
        var whole = length - length % L.Width;
        if (whole > 0)
        {
            var use = new Make<L>(x, start, 0, whole);
            terms.Bind<L, Make<L>>(ref use);
        }
        if (whole < length)
        {
            var rest = new Make<Lane1<T>>(x, start, whole, length);
            terms.Bind<Lane1<T>, Make<Lane1<T>>>(ref rest);
        }
        return ref made[0];
    }

    readonly struct Make<L>(Streams<T> x, nint start, int from, int to) : IUseMeasure<L> where L : struct, IMemoryLane<L, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<M>(in M terms) where M : struct, IMeasure<L>
        {
            var at = terms;
            var more = M.SlotCount > 4 ? x.More![0] : default;
            ref T made = ref buffer![0], θ = ref x.From.θ.First, g = ref x.G.First;
            ref T a = ref M.SlotCount > 0 ? ref x.From.A.First : ref θ, b = ref M.SlotCount > 1 ? ref x.From.B.First : ref θ;
            ref T c = ref M.SlotCount > 2 ? ref x.From.C.First : ref θ, d = ref M.SlotCount > 3 ? ref x.From.D.First : ref θ;
            ref T e = ref M.SlotCount > 4 ? ref more.A.First : ref θ, f = ref M.SlotCount > 5 ? ref more.B.First : ref θ;
            ref T h = ref M.SlotCount > 6 ? ref more.C.First : ref θ, j = ref M.SlotCount > 7 ? ref more.D.First : ref θ;
            var (slots, sums) = (M.SlotCount, M.Terms); // asked for once: a call within the loop would empty the registers
            for (var k = from; k < to; k += L.Width)
            {
                var i = (nuint)(x.Start + start + k);
                Slots<L> s = default, sum = default;
                Loop.Load(slots, ref a, ref b, ref c, ref d, ref e, ref f, ref h, ref j, i, ref s);
                at.Measure(L.Load(ref θ, i), L.Load(ref g, i), s, ref sum);
                L.Store(sum.S1, ref made, (nuint)k);
                if (sums > 1) L.Store(sum.S2, ref made, (nuint)(k + BlockSum.Length));
                if (sums > 2) L.Store(sum.S3, ref made, (nuint)(k + 2 * BlockSum.Length));
                if (sums > 3) L.Store(sum.S4, ref made, (nuint)(k + 3 * BlockSum.Length));
            }
        }
    }
}
