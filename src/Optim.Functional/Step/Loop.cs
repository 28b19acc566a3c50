namespace Optim.Functional;

/// <summary>The one loop: every rule, lane, element type and face runs through it.</summary>
static class Loop
{
    /// <summary>A tensor of as many lanes takes long enough for the next one's first lines to arrive meanwhile: 15 % less for tensors of 1000 floats.</summary>
    const int Long = 16;

    /// <summary>Two tensors of as many lanes stay together in a core's second cache.</summary>
    const int Close = 1024;

    /// <summary>Steps those tensors that have a whole lane, and are too short for a lane of <paramref name="wider"/> elements.</summary>
    /// <remarks>
    /// What is left over of the last lane is done by one that ends with the tensor. It overlaps the last whole one, so it is computed before anything
    /// is written; elements of both get the same bits twice. AggressiveOptimization: without it a first call runs unoptimised code, 4 times slower,
    /// and small tensors stay there.
    /// </remarks>
    /// <param name="step">The formula.</param>
    /// <param name="items">The tensors.</param>
    /// <param name="into">Where each goes; none where they are stepped in place.</param>
    /// <param name="wider">Elements of the next wider lane.</param>
    /// <param name="average">Elements of a tensor on the average, 0 for a single one.</param>
    public static void Run<L, T, A>(in A step, ReadOnlySpan<Streams<T>> items, ReadOnlySpan<Places<T>> into, ulong wider, long average = 0)
        where L : struct, IMemoryLane<L, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        where A : struct, IStep<L>
    {
        if (A.SlotCount > 1 && average >= 2 * Long * L.Width && average <= Close * L.Width) Run<L, T, A, On>(step, items, into, wider);
        else Run<L, T, A, Off>(step, items, into, wider);
    }

    /// <summary>The loop; with <see cref="On"/> all of the next tensor is asked for while one is stepped.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Run<L, T, A, Ahead>(in A step, ReadOnlySpan<Streams<T>> items, ReadOnlySpan<Places<T>> into, ulong wider)
        where L : struct, IMemoryLane<L, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        where A : struct, IStep<L>
        where Ahead : struct, IFlag
    {
        var at = step;
        // Constants to the compiler; asked for once, as each call that it inlines counts towards its limit, and beyond it the loop spills.
        var (one, two, three, four) = (A.SlotCount > 0, A.SlotCount > 1, A.SlotCount > 2, A.SlotCount > 3);
        var (five, six, seven, eight) = (A.SlotCount > 4, A.SlotCount > 5, A.SlotCount > 6, A.SlotCount > 7);
        var w = (nuint)L.Width;
        for (var k = 0; k < items.Length; k++)
        {
            ref readonly var x = ref items[k];
            var length = x.End - x.Start;
            if (length < (nint)w || (ulong)length >= wider) continue;
            if (length >= Long * (nint)w && k + 1 < items.Length)
            {
                ref readonly var next = ref items[k + 1];
                CacheLine.Prefetch(next.From.θ);
                CacheLine.Prefetch(next.G);
                if (one) CacheLine.Prefetch(next.From.A);
                if (two) CacheLine.Prefetch(next.From.B);
            }
            ref readonly var from = ref x.From;
            ref readonly var to = ref into.IsEmpty ? ref from : ref into[k];
            ref T θ = ref from.θ.First, g = ref x.G.First, θ2 = ref to.θ.First;
            ref T a = ref one ? ref from.A.First : ref θ, a2 = ref one ? ref to.A.First : ref θ;
            ref T b = ref two ? ref from.B.First : ref θ, b2 = ref two ? ref to.B.First : ref θ;
            ref T c = ref three ? ref from.C.First : ref θ, c2 = ref three ? ref to.C.First : ref θ;
            ref T d = ref four ? ref from.D.First : ref θ, d2 = ref four ? ref to.D.First : ref θ;
            ref readonly var more = ref five ? ref x.More![0] : ref from;
            ref readonly var more2 = ref five ? ref x.More![1] : ref from;
            ref T e = ref five ? ref more.A.First : ref θ, e2 = ref five ? ref more2.A.First : ref θ;
            ref T f = ref six ? ref more.B.First : ref θ, f2 = ref six ? ref more2.B.First : ref θ;
            ref T h = ref seven ? ref more.C.First : ref θ, h2 = ref seven ? ref more2.C.First : ref θ;
            ref T j = ref eight ? ref more.D.First : ref θ, j2 = ref eight ? ref more2.D.First : ref θ;
            ref readonly var then = ref Ahead.Set && k + 1 < items.Length ? ref items[k + 1] : ref x;
            ref T thenθ = ref Ahead.Set ? ref then.From.θ.First : ref θ, thenG = ref Ahead.Set ? ref then.G.First : ref θ;
            ref T thenA = ref Ahead.Set ? ref then.From.A.First : ref θ, thenB = ref Ahead.Set ? ref then.From.B.First : ref θ;
            var (i, last, over) = ((nuint)x.Start, (nuint)x.End - w, (nuint)length % w != 0);
            Slots<L> s, end = default;
            L θi, gi, θEnd = default, gEnd = default;
            if (over)
            {
                (θEnd, gEnd) = (L.Load(ref θ, last), L.Load(ref g, last));
                if (one) end.S1 = L.Load(ref a, last);
                if (two) end.S2 = L.Load(ref b, last);
                if (three) end.S3 = L.Load(ref c, last);
                if (four) end.S4 = L.Load(ref d, last);
                if (five) end.S5 = L.Load(ref e, last);
                if (six) end.S6 = L.Load(ref f, last);
                if (seven) end.S7 = L.Load(ref h, last);
                if (eight) end.S8 = L.Load(ref j, last);
            }
            for (; ; i += w)
            {
                if (i <= last)
                {
                    if (Ahead.Set)
                    {
                        CacheLine.Prefetch(ref thenθ, i);
                        CacheLine.Prefetch(ref thenG, i);
                        CacheLine.Prefetch(ref thenA, i);
                        CacheLine.Prefetch(ref thenB, i);
                    }
                    (θi, gi, s) = (L.Load(ref θ, i), L.Load(ref g, i), default);
                    if (one) s.S1 = L.Load(ref a, i);
                    if (two) s.S2 = L.Load(ref b, i);
                    if (three) s.S3 = L.Load(ref c, i);
                    if (four) s.S4 = L.Load(ref d, i);
                    if (five) s.S5 = L.Load(ref e, i);
                    if (six) s.S6 = L.Load(ref f, i);
                    if (seven) s.S7 = L.Load(ref h, i);
                    if (eight) s.S8 = L.Load(ref j, i);
                }
                else if (over) (θi, gi, s, i, over) = (θEnd, gEnd, end, last, false);
                else break;
                L.Store(at.Step(θi, gi, ref s), ref θ2, i);
                if (one) L.Store(s.S1, ref a2, i);
                if (two) L.Store(s.S2, ref b2, i);
                if (three) L.Store(s.S3, ref c2, i);
                if (four) L.Store(s.S4, ref d2, i);
                if (five) L.Store(s.S5, ref e2, i);
                if (six) L.Store(s.S6, ref f2, i);
                if (seven) L.Store(s.S7, ref h2, i);
                if (eight) L.Store(s.S8, ref j2, i);
            }
        }
    }
}
