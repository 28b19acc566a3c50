namespace Optim.Functional;

/// <summary>Prodigy: Adam with a step size d that is learned from how far the parameters have come along their gradients.</summary>
/// <remarks>
/// Mishchenko, Defazio, arXiv:2306.06101v4, Algorithm 4, as the authors' code has it, whose sums carry d/d0 and lack 1 - β3, which cancels.
/// With δ = dα, times √(1 - β2^(k+1))/(1 - β1^(k+1)) with bias correction: r ← β3r + d/d0·δ·Σ g(θ0 - θ); s ← β3s + d/d0·δ·g; d̂ = r/Σ|s|
/// times d_coef; m ← β1m + (1 - β1)dg; v ← β2v + (1 - β2)(dg)²; θ ← θ - δλθ - δ·m/(√v + d'ε); with d' = max(d, d̂) at first,
/// later min(max of all d̂, growth_rate·d).
/// State: step; s, exp_avg_sq, exp_avg (with β1 > 0) from 0, p0 from θ; d, d_max, d_numerator r, k, which all parameters share, over all
/// groups. A group whose lr is 0 stays put. Groups have one learning rate, or 0.
/// </remarks>
/// <param name="Lr">α ≥ 0 scales the learned step; no unit.</param>
/// <param name="Beta1">Decay β1 of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the second moment, in [0, 1).</param>
/// <param name="Beta3">Decay β3 of the sums, in [0, 1); null: √β2.</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled, or with <paramref name="Decouple"/> off an L2 penalty.</param>
/// <param name="Decouple">Whether the decay is decoupled.</param>
/// <param name="UseBiasCorrection">Correct the moments for their start at 0.</param>
/// <param name="SafeguardWarmup">Leave α out of s, so that a warm-up does not make d too large.</param>
/// <param name="D0">First d > 0, in units of θ.</param>
/// <param name="DCoef">Factor on d̂; no unit.</param>
/// <param name="GrowthRate">The most that d may grow by in a step, ≥ 1; no unit.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record Prodigy(
    double Lr = 1, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999, double? Beta3 = null,
    double Eps = 1e-8, double WeightDecay = 0, bool Decouple = true, bool UseBiasCorrection = false, bool SafeguardWarmup = false,
    double D0 = 1e-6, double DCoef = 1, double GrowthRate = double.PositiveInfinity, bool Maximize = false) : Rule, IModelRule
{
    static readonly SlotSpec P0 = new("p0") { StartsAtParameter = true };
    static readonly SlotSpec[] Three = [P0, "s", "exp_avg_sq"], First = ["exp_avg"], Four = [.. Three, .. First];
    static readonly string[] Shared = ["d", "d_max", "d_numerator", "k"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Beta1 > 0 ? Four : Three;
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => First;
    /// <inheritdoc/>
    public IReadOnlyList<string> ModelScalars => Shared;
    double IGradientRule.WeightDecay => Decouple ? 0 : WeightDecay;
    /// <inheritdoc/>
    public int Sums => 2;

    double β3 => Beta3 ?? Math.Sqrt(Beta2);

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).Fraction(β3, nameof(Beta3)).AtLeast(0, Eps)
        .AtLeast(0, WeightDecay).Above(0, D0).Number(DCoef).NotBelow(1, GrowthRate);

    /// <inheritdoc/>
    public Scalars StartModel() => new(D0, D0);

    /// <inheritdoc/>
    public Scalars Learn(Scalars before, double lr, ReadOnlySpan<double> sums)
    {
        var (d, most, r, k) = (before.S1, before.S2, before.S3, before.S4);
        if (sums[1] == 0) return before;
        if (lr > 0)
        {
            r = β3 * r + d / D0 * δ(d, lr, k) * sums[0];
            var found = DCoef * r / sums[1];
            if (d == D0) d = Larger(d, found);
            most = Larger(most, found);
            d = Math.Min(most, d * GrowthRate);
        }
        return new(d, most, r, k + 1);
    }

    double δ(double d, double lr, double k) =>
        d * lr * (UseBiasCorrection ? Math.Sqrt(1 - Math.Pow(Beta2, k + 1)) / (1 - Math.Pow(Beta1, k + 1)) : 1);

    /// <summary>What s takes of g.</summary>
    double OfG(in Turn now)
    {
        var (d, k) = (now.ModelBefore.S1, now.ModelBefore.S4);
        return d / D0 * (SafeguardWarmup ? d : δ(d, now.Lr, k));
    }

    /// <inheritdoc/>
    public void Measure<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L>
    {
        if (now.Lr > 0) use.Run(new Terms<L, On>(L.Of(β3), L.Of(OfG(now))));
        else use.Run(new Terms<L, Off>(L.Of(0), L.Of(0)));
    }

    /// <summary>g(θ0 - θ) and |s'|.</summary>
    readonly record struct Terms<L, Moves>(L β3, L γ) : IMeasure<L> where L : struct, ILane<L> where Moves : struct, IFlag
    {
        public static int SlotCount => 2;
        static int IMeasure<L>.Terms => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Measure(L θ, L g, Slots<L> s, ref Slots<L> terms)
        {
            if (!Moves.Set) return;
            terms.S1 = g * (s.S1 - θ);
            terms.S2 = L.Abs(L.Fma(β3, s.S2, γ * g));
        }
    }

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var (d, next, k) = (now.ModelBefore.S1, now.Model.S1, now.ModelBefore.S4);
        var step = δ(d, now.Lr, k);
        var at = new Constants<L>(
            L.Of(β3), L.Of(OfG(now)), L.Of(Beta1), L.Of(d * (1 - Beta1)), L.Of(Beta2), L.Of(d * d * (1 - Beta2)),
            L.NotZero(next * Eps), L.Of(Decouple ? -step * WeightDecay : 0), L.Of(Beta1 > 0 ? -step : -step * next));
        var (moves, heavy) = (now.Lr > 0 && now.Model.S4 > k, Beta1 > 0);
        if (moves && heavy) use.Run(new At<L, On, On>(at));
        else if (moves) use.Run(new At<L, On, Off>(at));
        else if (heavy) use.Run(new At<L, Off, On>(at));
        else use.Run(new At<L, Off, Off>(at));
    }

    readonly record struct Constants<L>(L β3, L γs, L β1, L β1c, L β2, L β2c, L ε, L λ, L γ) where L : struct, ILane<L>;

    readonly record struct At<L, Moves, Heavy>(Constants<L> K) : IFormula<L>
        where L : struct, ILane<L> where Moves : struct, IFlag where Heavy : struct, IFlag
    {
        public static int SlotCount => Heavy.Set ? 4 : 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            if (!Moves.Set) return default;
            s.S2 = L.Fma(K.β3, s.S2, K.γs * g);
            var v = s.S3 = L.Fma(K.β2, s.S3, K.β2c * g * g);
            var m = Heavy.Set ? s.S4 = L.Fma(K.β1, s.S4, K.β1c * g) : g;
            return m / (L.Sqrt(v) + K.ε);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => Moves.Set ? L.Fma(K.γ, u, L.Fma(K.λ, θ, θ)) : θ; // 1 - δλ would round δλ, and θ0 - θ then cancels
    }
}
