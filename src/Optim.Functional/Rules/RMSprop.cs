namespace Optim.Functional;

/// <summary>RMSprop: steps divided by a running root mean square of the gradient.</summary>
/// <remarks>
/// Tieleman, Hinton, "Lecture 6.5", Coursera, 2012; centered: Graves, arXiv:1308.0850v5, equations 38-45. v ← αv + (1 - α)g²;
/// d = g/(√v + ε), centered with v - a² for v where a ← a + (1 - α)(g - a); b ← μb + d; θ ← θ - γb (γd without momentum).
/// State: step; square_avg v, grad_avg a, momentum_buffer b, the shape of θ, from 0, the last two only where used. Others differ:
/// TensorFlow puts ε inside the root. v - a² may fall below 0 by rounding: then it is 0 here, and NaN in torch.
/// A NaN in g stays in the state.
/// </remarks>
/// <param name="Lr">Learning rate γ ≥ 0, in units of θ.</param>
/// <param name="Alpha">Decay α of the averages, in [0, 1].</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">L2 penalty λ ≥ 0, in units of g per unit of θ.</param>
/// <param name="Momentum">μ ≥ 0; no unit.</param>
/// <param name="Centered">Divide by the standard deviation.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record RMSprop(double Lr = 1e-2, double Alpha = 0.99, double Eps = 1e-8, double WeightDecay = 0, double Momentum = 0,
    bool Centered = false, bool Maximize = false) : Rule, IElementwiseRule
{
    static readonly SlotSpec[] Optional = ["grad_avg", "momentum_buffer"];
    static readonly SlotSpec[][] Keys =
        [["square_avg"], ["square_avg", "grad_avg"], ["square_avg", "momentum_buffer"], ["square_avg", .. Optional]];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys[(Centered ? 1 : 0) + (Momentum > 0 ? 2 : 0)];
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => Optional;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Within(0, 1, Alpha).AtLeast(0, Eps).AtLeast(0, WeightDecay).AtLeast(0, Momentum);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var (γ, α, αc, ε, μ) = (L.Of(-now.Lr), L.Of(Alpha), L.Of(1 - Alpha), L.NotZero(Eps), L.Of(Momentum));
        var heavy = Momentum > 0;
        if (Centered && heavy) use.Run(new At<L, On, On>(γ, α, αc, ε, μ));
        else if (Centered) use.Run(new At<L, On, Off>(γ, α, αc, ε, μ));
        else if (heavy) use.Run(new At<L, Off, On>(γ, α, αc, ε, μ));
        else use.Run(new At<L, Off, Off>(γ, α, αc, ε, μ));
    }

    readonly record struct At<L, Centred, Heavy>(L γ, L α, L αc, L ε, L μ) : IFormula<L>
        where L : struct, ILane<L> where Centred : struct, IFlag where Heavy : struct, IFlag
    {
        // Not inlined without being told to, and then called several times for each lane: four times the cost.
        public static int SlotCount
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => 1 + (Centred.Set ? 1 : 0) + (Heavy.Set ? 1 : 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L θ, L g, ref Slots<L> s)
        {
            var v = s.S1 = L.Fma(α, s.S1, αc * g * g);
            if (Centred.Set)
            {
                var a = s.S2 = L.Lerp(s.S2, g, αc);
                v = L.Max(v - a * a, L.Of(0));
            }
            var d = g / (L.Sqrt(v) + ε);
            if (!Heavy.Set) return d;
            return Centred.Set ? s.S3 = L.Fma(μ, s.S3, d) : s.S2 = L.Fma(μ, s.S2, d);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L θ, L u) => L.Fma(γ, u, θ);
    }
}
