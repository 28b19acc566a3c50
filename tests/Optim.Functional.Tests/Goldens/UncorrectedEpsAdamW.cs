namespace Optim.Functional.Tests.Goldens;

/// <summary>AdamW as Hugging Face Transformers had it, which Cautious AdamW was made of: ε stands beside √v before the correction, and θ
/// shrinks first.</summary>
sealed record UncorrectedEpsAdamW(double Lr = 1e-3,
    [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999, double Eps = 1e-6,
    double WeightDecay = 0, bool CorrectBias = true) : IElementwiseRule
{
    static readonly SlotSpec[] Keys = ["exp_avg", "exp_avg_sq"];

    public IReadOnlyList<SlotSpec> Slots => Keys;
    double IGradientRule.WeightDecay => 0;

    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var α = now.Lr * (CorrectBias ? Math.Sqrt(1 - Math.Pow(Beta2, now.T)) / (1 - Math.Pow(Beta1, now.T)) : 1);
        use.Run(new At<L>(L.Of(-α), L.Of(Beta1), L.Of(1 - Beta1), L.Of(Beta2), L.Of(1 - Beta2), L.Of(Eps), L.Of(1 - now.Lr * WeightDecay)));
    }

    readonly record struct At<L>(L α, L β1, L β1c, L β2, L β2c, L ε, L λ) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 2;

        public L Update(L θ, L g, ref Slots<L> s)
        {
            var m = s.S1 = L.Fma(β1, s.S1, β1c * g);
            var v = s.S2 = L.Fma(β2, s.S2, β2c * g * g);
            return m / (L.Sqrt(v) + ε);
        }

        public L Apply(L θ, L u) => L.Fma(α, u, λ * θ);
    }
}
