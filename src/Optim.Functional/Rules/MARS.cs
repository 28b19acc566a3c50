namespace Optim.Functional;

/// <summary>MARS: AdamW or Lion of matrices, whose gradients are corrected by how they change, to vary less.</summary>
/// <remarks>
/// Yuan et al., arXiv:2411.10438v2, Algorithms 2 and 3, as the authors' code has them. c = g + γβ1/(1 - β1)(g - g'), and c/‖c‖ where the
/// parameter's ‖c‖ is more than 1; m ← β1m + (1 - β1)c; v ← β2v + (1 - β2)c²; θ ← (1 - αλ)θ - α/(1 - β1^t) · m/(√v/√(1 - β2^t) + ε), or
/// of mars-lion (1 - αλ)θ - α sign(m). g' is the gradient before, from 0; exact, it is to be that of the last parameters on the batch of
/// g, handed over after each step by <see cref="Pure.Observe"/> or <see cref="Optimizer.Observe"/>. The paper begins with g' = g.
/// Parameters that are no matrices are stepped by AdamW with options of their own, unless optimize_1d says otherwise.
/// State: step; exp_avg m, last_grad g', exp_avg_sq v, and max_exp_avg_sq with AMSGrad, the shape of θ, from 0.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ.</param>
/// <param name="Beta1">Decay β1 of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the second moment, in [0, 1).</param>
/// <param name="Eps">ε ≥ 0, in units of c.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled, per unit of α.</param>
/// <param name="Amsgrad">Divide by the largest v so far.</param>
/// <param name="Gamma">γ ≥ 0: how much of the change counts; no unit.</param>
/// <param name="IsApprox">Whether g' is the gradient before; else what was observed.</param>
/// <param name="MarsType">"mars-adamw" or "mars-lion".</param>
/// <param name="Optimize1d">Step all parameters as matrices are.</param>
/// <param name="Lr1dFactor">Factor ≥ 0 on α of those that are no matrices.</param>
/// <param name="Beta1Of1d">Their β1.</param>
/// <param name="Beta2Of1d">Their β2.</param>
/// <param name="WeightDecay1d">Their λ.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record MARS(
    double Lr = 3e-3, [Tuple("betas", 0)] double Beta1 = 0.95, [Tuple("betas", 1)] double Beta2 = 0.99, double Eps = 1e-8,
    double WeightDecay = 0, bool Amsgrad = false, double Gamma = 0.025, bool IsApprox = true, string MarsType = "mars-adamw",
    bool Optimize1d = false, double Lr1dFactor = 1, [Tuple("betas_1d", 0)] double Beta1Of1d = 0.9,
    [Tuple("betas_1d", 1)] double Beta2Of1d = 0.95, double WeightDecay1d = 0.1, bool Maximize = false) : Rule, IWholeRule, IObservingRule
{
    static readonly SlotSpec[] Three = ["exp_avg", "last_grad", "exp_avg_sq"], Largest = ["max_exp_avg_sq"], Four = [.. Three, .. Largest];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => Amsgrad ? Four : Three;
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => Largest;
    /// <inheritdoc/>
    public string Observed => "last_grad";
    double IGradientRule.WeightDecay => 0;

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Of(this).AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2).AtLeast(0, Eps).AtLeast(0, WeightDecay).AtLeast(0, Gamma)
            .AtLeast(0, Lr1dFactor).Fraction(Beta1Of1d).Fraction(Beta2Of1d).AtLeast(0, WeightDecay1d);
        if (MarsType is not ("mars-adamw" or "mars-lion")) throw Fault.MarsType(this, MarsType);
    }

    /// <inheritdoc/>
    public bool IsMadeOfPasses => true;

    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (isCorrected, α) = (Optimize1d || x.Shape.Count == 2, x.Now.Lr);
        var line = isCorrected ? new Line(Gamma * Beta1 / (1 - Beta1), Beta1, Beta2, α, WeightDecay, MarsType == "mars-lion")
            : new Line(0, Beta1Of1d, Beta2Of1d, α * Lr1dFactor, WeightDecay1d, IsLion: false);
        var size = isCorrected ? Math.Sqrt(x.Sum(new Size(line.γ), x.G, x.Slot(1))) : 0;
        x.Each(new Descent(this, line, 1 / Larger(1, size), x.Now.T), x.θ, x.G, to: x.θ,
            x.Slot(0), x.Slot(1), x.Slot(2), Amsgrad ? x.Slot(3) : default);
    }

    /// <inheritdoc/>
    public void Observe<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new Last<L>());

    readonly record struct Last<L> : IStep<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 0;
        public L Step(L last, L g, ref Slots<L> s) => g;
    }

    /// <summary>What matrices are stepped with, or what others.</summary>
    readonly record struct Line(double γ, double β1, double β2, double α, double λ, bool IsLion);

    /// <summary>c, before its norm is limited.</summary>
    readonly record struct Corrected<L>(L γ) where L : struct, ILane<L>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Of(L g, L last) => L.Fma(γ, g - last, g);
    }

    /// <summary>c².</summary>
    readonly record struct Size(double γ) : ITerms
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L> => use.Run(new At<L>(new(L.Of(γ))));

        readonly record struct At<L>(Corrected<L> Correct) : IMeasure<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public static int Terms => 1;

            public void Measure(L g, L last, Slots<L> s, ref Slots<L> terms)
            {
                var c = Correct.Of(g, last);
                terms.S1 = c * c;
            }
        }
    }

    readonly record struct Descent(MARS Rule, Line Line, double Limit, long T) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L>
        {
            var ((γ, β1, β2, α, λ, isLion), isApprox) = (Line, Rule.IsApprox);
            var at = new Constants<L>(
                new(L.Of(γ)), L.Of(Limit), L.Of(β1), L.Of(1 - β1), L.Of(β2), L.Of(1 - β2), L.Of(1 / Math.Sqrt(1 - Math.Pow(β2, T))),
                L.NotZero(Rule.Eps), L.Of(isLion ? -α : -α / (1 - Math.Pow(β1, T))), L.Of(1 - α * λ));
            if (isLion && isApprox) use.Run(new At<L, On, On, Off>(at));
            else if (isLion) use.Run(new At<L, Off, On, Off>(at));
            else if (Rule.Amsgrad && isApprox) use.Run(new At<L, On, Off, On>(at));
            else if (Rule.Amsgrad) use.Run(new At<L, Off, Off, On>(at));
            else if (isApprox) use.Run(new At<L, On, Off, Off>(at));
            else use.Run(new At<L, Off, Off, Off>(at));
        }

        readonly record struct Constants<L>(Corrected<L> Correct, L κ, L β1, L β1c, L β2, L β2c, L r2, L ε, L α, L λ)
            where L : struct, ILane<L>;

        readonly record struct At<L, Approx, Signs, Ams>(Constants<L> K) : IStep<L>
            where L : struct, ILane<L> where Approx : struct, IFlag where Signs : struct, IFlag where Ams : struct, IFlag
        {
            public static int SlotCount => Signs.Set ? 2 : Ams.Set ? 4 : 3;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public L Step(L θ, L g, ref Slots<L> s)
            {
                var c = K.κ * K.Correct.Of(g, s.S2);
                if (Approx.Set) s.S2 = g;
                var m = s.S1 = L.Fma(K.β1, s.S1, K.β1c * c);
                return L.Fma(K.α, Signs.Set ? L.Sign(m) : Scaled(m, c, ref s), K.λ * θ);
            }

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            L Scaled(L m, L c, ref Slots<L> s)
            {
                var v = s.S3 = L.Fma(K.β2, s.S3, K.β2c * c * c);
                if (Ams.Set) v = s.S4 = L.Max(s.S4, v);
                return m / L.Fma(L.Sqrt(v), K.r2, K.ε);
            }
        }
    }
}
