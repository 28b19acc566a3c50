using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>The arrays one tensor's step reads and writes. In place where both are the same.</summary>
struct Streams<T>
{
    public T[] θ, G, A, B, C, D;
    public T[] NewΘ, NewA, NewB, NewC, NewD;
    public int Length, Done;
    public Clock Now;
}

/// <summary>The one loop: every rule, lane, element type and face runs through it.</summary>
static class Loop
{
    /// <summary>Whole lanes from <paramref name="start"/> up to <paramref name="end"/>; returns the first element not done.</summary>
    /// <remarks>AggressiveOptimization: without it a first call runs unoptimised code, 4 times slower, and small tensors stay there.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static int Run<L, T, A>(in A step, in Streams<T> x, int start, int end)
        where L : struct, IMemoryLane<L, T>
        where T : unmanaged
        where A : struct, IStep<L>
    {
        var at = step;
        var (i, w, n) = ((nuint)start, (nuint)L.Width, (nuint)end);
        ref T θ = ref Ref(x.θ), g = ref Ref(x.G), θ2 = ref Ref(x.NewΘ);
        ref T a = ref A.SlotCount > 0 ? ref Ref(x.A) : ref θ, a2 = ref A.SlotCount > 0 ? ref Ref(x.NewA) : ref θ;
        ref T b = ref A.SlotCount > 1 ? ref Ref(x.B) : ref θ, b2 = ref A.SlotCount > 1 ? ref Ref(x.NewB) : ref θ;
        ref T c = ref A.SlotCount > 2 ? ref Ref(x.C) : ref θ, c2 = ref A.SlotCount > 2 ? ref Ref(x.NewC) : ref θ;
        ref T d = ref A.SlotCount > 3 ? ref Ref(x.D) : ref θ, d2 = ref A.SlotCount > 3 ? ref Ref(x.NewD) : ref θ;
        for (; i + w <= n; i += w)
        {
            Slots<L> s = default;
            if (A.SlotCount > 0) s.S1 = L.Load(ref a, i);
            if (A.SlotCount > 1) s.S2 = L.Load(ref b, i);
            if (A.SlotCount > 2) s.S3 = L.Load(ref c, i);
            if (A.SlotCount > 3) s.S4 = L.Load(ref d, i);
            L.Store(at.Step(L.Load(ref θ, i), L.Load(ref g, i), ref s), ref θ2, i);
            if (A.SlotCount > 0) L.Store(s.S1, ref a2, i);
            if (A.SlotCount > 1) L.Store(s.S2, ref b2, i);
            if (A.SlotCount > 2) L.Store(s.S3, ref c2, i);
            if (A.SlotCount > 3) L.Store(s.S4, ref d2, i);
        }
        return (int)i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ref T Ref<T>(T[] array) => ref MemoryMarshal.GetArrayDataReference(array);
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
