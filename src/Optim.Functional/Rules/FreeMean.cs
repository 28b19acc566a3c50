namespace Optim.Functional;

/// <summary>What Schedule-Free rules have in common: α warms up over n steps; of the iterates z a mean x is kept, in which one weighs w =
/// (k + 1)^r (max α)^p; training is at y, a part β of the way from z to x.</summary>
/// <remarks>Defazio et al., arXiv:2405.15682v4, Algorithm 1 and section 3; r and p as the authors' code has them.</remarks>
/// <param name="WarmupSteps">n.</param>
/// <param name="R">r.</param>
/// <param name="WeightLrPower">p.</param>
readonly record struct FreeMean(int WarmupSteps, double R, double WeightLrPower)
{
    public static readonly SlotSpec Z = new("z") { StartsAtParameter = true };
    public static readonly string[] Shared = ["k", "weight_sum", "lr_max"];

    public Scalars Learn(Scalars before, double lr)
    {
        var most = Math.Max(before.S3, Warm(lr, before.S1));
        return new(before.S1 + 1, before.S2 + Weight(before.S1, most), most);
    }

    double Warm(double lr, double k) => k < WarmupSteps ? lr * ((k + 1) / WarmupSteps) : lr;

    double Weight(double k, double most) => Math.Pow(k + 1, R) * Math.Pow(most, WeightLrPower);

    public Move<L> Bind<L>(in Turn now, double β) where L : struct, ILane<L>
    {
        var (k, sum) = (now.ModelBefore.S1, now.Model.S2);
        var (α, c) = (Warm(now.Lr, k), sum == 0 ? 0 : Weight(k, now.Model.S3) / sum);
        return new(L.Of(c), L.Of(α * (β * (1 - c) - 1)), L.Of(-α));
    }

    /// <summary>y ← y + c(z - y) + α(β(1 - c) - 1)u; z ← z - αu.</summary>
    public readonly record struct Move<L>(L c, L γ, L α) where L : struct, ILane<L>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Along(L u, L y, ref L z)
        {
            y = L.Fma(γ, u, L.Lerp(y, z, c));
            z = L.Fma(α, u, z);
            return y;
        }
    }

    public static void View<L, U>(double β, ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
        use.Run(new Mean<L>(L.Of(1 - 1 / β)));

    /// <summary>x = y + (1 - 1/β)(z - y), with z in the first slot.</summary>
    readonly record struct Mean<L>(L w) : IStep<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 1;
        public L Step(L y, L g, ref Slots<L> s) => L.Fma(w, s.S1 - y, y);
    }
}
