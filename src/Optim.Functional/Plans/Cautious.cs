namespace Optim.Functional;

/// <summary>Updates only where update and gradient agree in sign, and there more, so that the parameter moves as far on the
/// average.</summary>
/// <remarks>
/// Liang et al., arXiv:2411.16085v3, Algorithm 1: φ = [u·g > 0], u ← u·φ/max(mean φ, ε), as the authors' AdamW has it.
/// The mean is of the parameter, and takes a pass over it before the step.
/// </remarks>
/// <param name="Least">ε > 0: the least mean divided by.</param>
/// <param name="PlusOne">Take u·φ·n/(Σφ + 1) instead, as the authors' Lion does; ε is then not looked at.</param>
public sealed record Cautious(double Least = 1e-3, bool PlusOne = false) : Stage, IUpdateStage
{
    int IUpdateStage.Order => 0;
    int IUpdateStage.SumsOf(int round) => round == 0 ? 1 : 0;

    /// <inheritdoc/>
    public override void Validate() => Fault.Positive(nameof(Cautious), "least", Least);

    void IUpdateStage.Measure<L, A, U>(in A formula, in Turn now, in Measured before, ref U use) =>
        use.Run(new Agreement<L, A>(formula, L.Of(0), L.Of(1)));

    void IUpdateStage.Around<L, A, U>(in A formula, in Turn now, in Measured agreeing, ref U use)
    {
        var φ = PlusOne ? agreeing.Count / (agreeing.Sum + 1) : 1 / Math.Max(agreeing.Mean, Least);
        use.Run(new At<L, A>(formula, L.Of(φ), L.Of(0)));
    }

    readonly record struct Agreement<L, A>(A Of, L Zero, L One) : IMeasure<L> where L : struct, ILane<L> where A : struct, IFormula<L>
    {
        public static int SlotCount => A.SlotCount;
        public static int Terms => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Measure(L θ, L g, Slots<L> s, ref Slots<L> terms) =>
            terms.S1 = L.WhereGreater(Of.Update(θ, g, ref s) * g, Zero, One, Zero);
    }

    readonly record struct At<L, A>(A Of, L φ, L Zero) : IFormula<L> where L : struct, ILane<L> where A : struct, IFormula<L>
    {
        public static int SlotCount => A.SlotCount;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var u = Of.Update(θ, g, ref s);
            return L.WhereGreater(u * g, Zero, φ, Zero) * u;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => Of.Apply(θ, u);
    }
}
