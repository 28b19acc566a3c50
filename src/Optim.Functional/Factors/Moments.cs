namespace Optim.Functional.Rules;

/// <summary>Adam in a basis, before its corrections: m ← β1m + (1 - β1)g, v ← β2v + (1 - β2)g², and m/(√v + ε).</summary>
/// <param name="Beta1">β1.</param>
/// <param name="Beta2">β2.</param>
/// <param name="Eps">ε.</param>
readonly record struct Moments(double Beta1, double Beta2, double Eps) : IPass
{
    public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
        use.Run(new At<L>(L.Of(Beta1), L.Of(1 - Beta1), L.Of(Beta2), L.Of(1 - Beta2), L.NotZero(Eps)));

    readonly record struct At<L>(L β1, L β1c, L β2, L β2c, L ε) : IStep<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Step(L _, L g, ref Slots<L> s)
        {
            var m = s.S1 = L.Fma(β1, s.S1, β1c * g);
            var v = s.S2 = L.Fma(β2, s.S2, β2c * g * g);
            return m / (L.Sqrt(v) + ε);
        }
    }
}
