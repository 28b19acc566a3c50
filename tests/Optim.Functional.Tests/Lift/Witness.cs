using System.Runtime.CompilerServices;

namespace Optim.Functional.Tests.Lift;

/// <summary>θ ← θ - g, and says what it was asked: each Bind with its step, and each call of the formula,
/// by the width of the lane in bits.</summary>
sealed record Witness : IElementwiseRule
{
    public List<(int Bits, long Step)> Binds { get; } = [];
    public Action<int> Stepping { get; init; } = _ => { };
    public IReadOnlyList<SlotSpec> Slots => [];

    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        Binds.Add((8 * Unsafe.SizeOf<L>(), now.T));
        use.Run(new At<L>(Stepping));
    }

    readonly record struct At<L>(Action<int> Stepping) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 0;

        public L Update(L θ, L g, ref Slots<L> s)
        {
            Stepping(8 * Unsafe.SizeOf<L>());
            return g;
        }

        public L Apply(L θ, L u) => θ - u;
    }
}
