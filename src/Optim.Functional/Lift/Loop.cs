using System.Numerics;
using System.Runtime.CompilerServices;

namespace Optim.Functional;

/// <summary>The places one tensor's step reads and writes. In place where both are the same.</summary>
struct Streams<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public Place<T> θ, G, A, B, C, D;
    public Place<T> NewΘ, NewA, NewB, NewC, NewD;
    public int Start, End;
    /// <summary>Which of the driver's turns: tensors of one turn stand at the same step.</summary>
    public int Turn;
    /// <summary>Whose streams these were at the last step in place: while that is so, only the gradient is new.</summary>
    public ParameterState? State;
    public Tensor[]? Slots;
}

/// <summary>The one loop: every rule, lane, element type and face runs through it.</summary>
static class Loop
{
    /// <summary>Steps those tensors that have a whole lane, and are too short for a lane of <paramref name="wider"/> elements.</summary>
    /// <remarks>
    /// What is left over of the last lane is done by one that ends with the tensor. It overlaps the last whole one, so it is computed before anything
    /// is written; elements of both get the same bits twice. AggressiveOptimization: without it a first call runs unoptimised code, 4 times slower,
    /// and small tensors stay there.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<L, T, A>(in A step, ReadOnlySpan<Streams<T>> items, uint wider)
        where L : struct, IMemoryLane<L, T>
        where T : unmanaged, IFloatingPointIeee754<T>
        where A : struct, IStep<L>
    {
        var at = step;
        // Constants to the compiler; asked for once, as each call that it inlines counts towards its limit, and beyond it the loop spills.
        var (one, two, three, four) = (A.SlotCount > 0, A.SlotCount > 1, A.SlotCount > 2, A.SlotCount > 3);
        var w = (nuint)L.Width;
        foreach (ref readonly var x in items)
        {
            var length = x.End - x.Start;
            if (length < (int)w || (uint)length >= wider) continue;
            ref T θ = ref x.θ.First, g = ref x.G.First, θ2 = ref x.NewΘ.First;
            ref T a = ref one ? ref x.A.First : ref θ, a2 = ref one ? ref x.NewA.First : ref θ;
            ref T b = ref two ? ref x.B.First : ref θ, b2 = ref two ? ref x.NewB.First : ref θ;
            ref T c = ref three ? ref x.C.First : ref θ, c2 = ref three ? ref x.NewC.First : ref θ;
            ref T d = ref four ? ref x.D.First : ref θ, d2 = ref four ? ref x.NewD.First : ref θ;
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
            }
            for (; ; i += w)
            {
                if (i <= last)
                {
                    (θi, gi, s) = (L.Load(ref θ, i), L.Load(ref g, i), default);
                    if (one) s.S1 = L.Load(ref a, i);
                    if (two) s.S2 = L.Load(ref b, i);
                    if (three) s.S3 = L.Load(ref c, i);
                    if (four) s.S4 = L.Load(ref d, i);
                }
                else if (over) (θi, gi, s, i, over) = (θEnd, gEnd, end, last, false);
                else break;
                L.Store(at.Step(θi, gi, ref s), ref θ2, i);
                if (one) L.Store(s.S1, ref a2, i);
                if (two) L.Store(s.S2, ref b2, i);
                if (three) L.Store(s.S3, ref c2, i);
                if (four) L.Store(s.S4, ref d2, i);
            }
        }
    }
}

/// <summary>What all rules share, done where g is loaded: its scale (-1 to ascend) and the L2 penalty.</summary>
readonly record struct Prepared<L, A, Decays>(A At, L Scale, L Decay) : IStep<L>
    where L : struct, ILane<L>
    where A : struct, IStep<L>
    where Decays : struct, IFlag
{
    public static int SlotCount => A.SlotCount;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public L Step(L θ, L g, ref Slots<L> s)
    {
        g = Scale * g;
        return At.Step(θ, Decays.Set ? L.Fma(Decay, θ, g) : g, ref s);
    }
}
