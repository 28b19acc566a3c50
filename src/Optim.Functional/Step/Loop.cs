namespace Optim.Functional;

/// <summary>The one loop: every rule, lane, element type and face runs through it.</summary>
static class Loop
{
    /// <summary>A tensor of as many lanes takes long enough for the next one's first lines to arrive meanwhile: 15 % less for tensors of
    /// 1000 floats.</summary>
    const int Long = 16;

    /// <summary>Two tensors of as many lanes stay together in a core's second cache.</summary>
    const int Close = 1024;

    /// <summary>Steps those tensors that have a whole lane, and are too short for a lane of <paramref name="wider"/> elements.</summary>
    /// <remarks>
    /// What is left over of the last lane is done by one that ends with the tensor. It overlaps the last whole one, so it is computed
    /// before anything is written; elements of both get the same bits twice. AggressiveOptimization: without it a first call runs
    /// unoptimised code, 4 times slower, and small tensors stay there.
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
        // A constant to the compiler; asked for once, as each call that it inlines counts towards its limit, and beyond it the loop spills.
        var slots = A.SlotCount;
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
                if (slots > 0) CacheLine.Prefetch(next.From.A);
                if (slots > 1) CacheLine.Prefetch(next.From.B);
            }
            ref readonly var from = ref x.From;
            ref readonly var to = ref into.IsEmpty ? ref from : ref into[k];
            ref T θ = ref from.θ.First, g = ref x.G.First, θ2 = ref to.θ.First;
            ref T a = ref slots > 0 ? ref from.A.First : ref θ, a2 = ref slots > 0 ? ref to.A.First : ref θ;
            ref T b = ref slots > 1 ? ref from.B.First : ref θ, b2 = ref slots > 1 ? ref to.B.First : ref θ;
            ref T c = ref slots > 2 ? ref from.C.First : ref θ, c2 = ref slots > 2 ? ref to.C.First : ref θ;
            ref T d = ref slots > 3 ? ref from.D.First : ref θ, d2 = ref slots > 3 ? ref to.D.First : ref θ;
            ref readonly var more = ref slots > 4 ? ref x.More![0] : ref from;
            ref readonly var more2 = ref slots > 4 ? ref x.More![1] : ref from;
            ref T e = ref slots > 4 ? ref more.A.First : ref θ, e2 = ref slots > 4 ? ref more2.A.First : ref θ;
            ref T f = ref slots > 5 ? ref more.B.First : ref θ, f2 = ref slots > 5 ? ref more2.B.First : ref θ;
            ref T h = ref slots > 6 ? ref more.C.First : ref θ, h2 = ref slots > 6 ? ref more2.C.First : ref θ;
            ref T j = ref slots > 7 ? ref more.D.First : ref θ, j2 = ref slots > 7 ? ref more2.D.First : ref θ;
            ref readonly var then = ref Ahead.Set && k + 1 < items.Length ? ref items[k + 1] : ref x;
            ref T thenθ = ref Ahead.Set ? ref then.From.θ.First : ref θ, thenG = ref Ahead.Set ? ref then.G.First : ref θ;
            ref T thenA = ref Ahead.Set ? ref then.From.A.First : ref θ, thenB = ref Ahead.Set ? ref then.From.B.First : ref θ;
            var (i, last, over) = ((nuint)x.Start, (nuint)x.End - w, (nuint)length % w != 0);
            Slots<L> s, end = default;
            L θi, gi, θEnd = default, gEnd = default;
            if (over)
            {
                (θEnd, gEnd) = (L.Load(ref θ, last), L.Load(ref g, last));
                Load(slots, ref a, ref b, ref c, ref d, ref e, ref f, ref h, ref j, last, ref end);
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
                    Load(slots, ref a, ref b, ref c, ref d, ref e, ref f, ref h, ref j, i, ref s);
                }
                else if (over) (θi, gi, s, i, over) = (θEnd, gEnd, end, last, false);
                else break;
                L.Store(at.Step(θi, gi, ref s), ref θ2, i);
                if (slots > 0) L.Store(s.S1, ref a2, i);
                if (slots > 1) L.Store(s.S2, ref b2, i);
                if (slots > 2) L.Store(s.S3, ref c2, i);
                if (slots > 3) L.Store(s.S4, ref d2, i);
                if (slots > 4) L.Store(s.S5, ref e2, i);
                if (slots > 5) L.Store(s.S6, ref f2, i);
                if (slots > 6) L.Store(s.S7, ref h2, i);
                if (slots > 7) L.Store(s.S8, ref j2, i);
            }
        }
    }

    /// <summary>Loads the slots at an element, of which there are so many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Load<L, T>(
        int slots, ref T a, ref T b, ref T c, ref T d, ref T e, ref T f, ref T h, ref T j, nuint i, ref Slots<L> s)
        where L : struct, IMemoryLane<L, T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (slots > 0) s.S1 = L.Load(ref a, i);
        if (slots > 1) s.S2 = L.Load(ref b, i);
        if (slots > 2) s.S3 = L.Load(ref c, i);
        if (slots > 3) s.S4 = L.Load(ref d, i);
        if (slots > 4) s.S5 = L.Load(ref e, i);
        if (slots > 5) s.S6 = L.Load(ref f, i);
        if (slots > 6) s.S7 = L.Load(ref h, i);
        if (slots > 7) s.S8 = L.Load(ref j, i);
    }
}
