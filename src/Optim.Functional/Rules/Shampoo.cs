namespace Optim.Functional;

/// <summary>Shampoo: a gradient preconditioned along each dimension by an inverse root of its second moments, with another method's
/// length.</summary>
/// <remarks>
/// Gupta et al., arXiv:1802.09568v2, Algorithm 2, with grafting, blocks and bias corrections as in Shi et al., arXiv:2309.06497v1,
/// Algorithm 2, and their code. For each block and dimension i: Aᵢ ← β2Aᵢ + (1 - β2)gᵢgᵢᵀ, gᵢ being g with dimension i first (β2 = 1: the
/// sum); Rᵢ = (Aᵢ/(1 - β2^t) + εI)^(-1/2k), of k dimensions, anew every precondition_frequency steps from the start on. f = (β3m + (1 -
/// β3)g)/(1 - β3β1^(t-1)), m ← β1m + (1 - β1)g; p = f along all Rᵢ; with grafting p ← p‖d‖/(‖p‖ + 1e-16), d being f (sgd) or f over the
/// root of its second moments (adagrad, rmsprop, adam), and d alone before the start; θ ← θ - α(p + λθ). kl: gᵢ is taken along the other
/// Rⱼ first (Lin et al., arXiv:2509.03378, as simplified there). State: factor_matrices A, from 0, and inv_factor_matrices R, from the
/// identity: block after block, all their dimensions, row by row; filtered_grad m, adagrad, the grafted method's second moment, the shape
/// of θ, from 0; step t, which all parameters share. Where A holds a NaN or an infinity, or has no root, R stays as it was, and
/// failed_refreshes, of one element, counts it. Steps that make roots allocate, others do not.
/// </remarks>
/// <param name="Lr">α ≥ 0.</param>
/// <param name="Beta1">β1 in [0, 1).</param>
/// <param name="Beta2">β2 in (0, 1].</param>
/// <param name="Beta3">β3 in [0, 1); negative: β1.</param>
/// <param name="Epsilon">ε ≥ 0, in units of g².</param>
/// <param name="WeightDecay">λ ≥ 0.</param>
/// <param name="WeightDecayType">null or "decoupled"; "l2": part of g; "corrected": λα/αp; "independent": λ/αp.</param>
/// <param name="PeakLr">αp > 0, the largest rate of a schedule; null: the rule's own, whatever a schedule makes of it.</param>
/// <param name="MaxPreconditionerDim">The most along a dimension of a block, ≥ 1.</param>
/// <param name="TargetParameterDimensionality">Dimensions are merged up to that size, while there are more than these; ≥ 1.</param>
/// <param name="PreconditionFrequency">Steps from one root to the next, ≥ 1.</param>
/// <param name="StartPreconditioningStep">The first step with roots, ≥ the frequency; -1: the frequency.</param>
/// <param name="UseBiasCorrection">Correct m and A for their start at 0.</param>
/// <param name="OfVectors">In place of 1/2, where a block has one dimension.</param>
/// <param name="OfMatrices">In place of 1/4, where it has two.</param>
/// <param name="Kl">Whiten along the other dimensions before a factor is made.</param>
/// <param name="Grafting">null, "sgd", "adagrad", "rmsprop" or "adam".</param>
/// <param name="GraftingBeta2">Decay of the grafted method's second moment, in (0, 1).</param>
/// <param name="GraftingEpsilon">What is added to its root, ≥ 0, in units of g.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record Shampoo(
    double Lr = 0.01, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 1, double Beta3 = -1,
    double Epsilon = 1e-12, double WeightDecay = 0, string? WeightDecayType = null, double? PeakLr = null, int MaxPreconditionerDim = 1024,
    int TargetParameterDimensionality = 1, int PreconditionFrequency = 1, int StartPreconditioningStep = -1, bool UseBiasCorrection = true,
    [Tuple("inverse_exponent_override", 0)] double? OfVectors = null, [Tuple("inverse_exponent_override", 1)] double? OfMatrices = null,
    bool Kl = false, string? Grafting = null, double GraftingBeta2 = 0.99, double GraftingEpsilon = 1e-8, bool Maximize = false)
    : Rule, IWholeRule
{
    const int HasMomentum = 1, HasMoments = 2;
    static readonly string[] Carried = ["step"];
    static readonly SlotSpec[] optional = ["filtered_grad", "adagrad"];
    static readonly Blocks.Table known = new((blocks, flags) =>
    {
        var n = blocks.Length;
        return
        [
            new("factor_matrices") { Shape = _ => [n] },
            new("inv_factor_matrices") { Shape = _ => [n] },
            new("failed_refreshes") { Shape = _ => [1] },
            .. optional.Where((_, i) => (flags >> i & 1) != 0),
        ];
    });

    Blocks BlocksOf(IReadOnlyList<int> shape) => known.Of(shape, MaxPreconditionerDim, TargetParameterDimensionality,
        (Beta1 > 0 ? HasMomentum : 0) | (Grafting is null or "sgd" ? 0 : HasMoments));

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => BlocksOf(shape).Slots;
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => optional;
    /// <inheritdoc/>
    public bool CountsSteps => false;
    /// <inheritdoc/>
    public bool IsMadeOfPasses => true;
    /// <inheritdoc/>
    public IReadOnlyList<string> ModelScalars => Carried;
    double IGradientRule.WeightDecay => 0;

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Of(this).AtLeast(0, Lr).Fraction(Beta1).Above(0, Beta2).Within(0, 1, Beta2).Fraction(Math.Max(Beta3, 0), nameof(Beta3))
            .AtLeast(0, Epsilon).AtLeast(0, WeightDecay).Above(0, PeakLr ?? 1, nameof(PeakLr)).AtLeast(1, MaxPreconditionerDim)
            .AtLeast(1, TargetParameterDimensionality).AtLeast(1, PreconditionFrequency)
            .Above(0, OfVectors ?? 1, nameof(OfVectors)).Above(0, OfMatrices ?? 1, nameof(OfMatrices))
            .Between(0, 1, GraftingBeta2).AtLeast(0, GraftingEpsilon);
        if (StartPreconditioningStep != -1) Require.Of(this).AtLeast(PreconditionFrequency, StartPreconditioningStep);
        if (WeightDecayType is not (null or "decoupled" or "l2" or "corrected" or "independent"))
            throw Fault.OneOf(this, "weight_decay_type", "null, 'decoupled', 'l2', 'corrected' or 'independent'", WeightDecayType);
        if (Grafting is not (null or "sgd" or "adagrad" or "rmsprop" or "adam"))
            throw Fault.OneOf(this, "grafting", "null, 'sgd', 'adagrad', 'rmsprop' or 'adam'", Grafting);
    }

    /// <inheritdoc/>
    public Scalars Learn(Scalars before, double lr, ReadOnlySpan<double> sums) => new(before.S1 + 1);

    /// <inheritdoc/>
    public long WorkOf(IReadOnlyList<int> shape) =>
        shape.Contains(0) ? 0 : 4 * shape.Aggregate(1L, (n, d) => n * d) + 3 * BlocksOf(shape).Largest;

    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length == 0) return;
        var (blocks, t, α, start) = (BlocksOf(x.Shape), x.Now.Model.S1, x.Now.Lr, StartPreconditioningStep);
        if (start < 0) start = PreconditionFrequency;
        Operand<T> g = x.Work(x.Length), f = x.Work(x.Length), d = x.Work(x.Length), turned = x.Work(x.Length);
        var ofPeak = α == 0 ? 0 : α / (PeakLr ?? (Lr > 0 ? Lr : α));
        var decay = WeightDecayType switch
        {
            "l2" => 0,
            "corrected" => α * WeightDecay * ofPeak,
            "independent" => WeightDecay * ofPeak,
            _ => α * WeightDecay,
        };
        x.Each(new Decayed(WeightDecayType == "l2" ? WeightDecay : 0), x.θ, x.G, to: g);
        Operand<T> a = x.Work(blocks.Largest), b = x.Work(blocks.Largest), c = x.Work(blocks.Largest);
        var roots = new Roots<T>(blocks, x.Slot(0), x.Slot(1), x.Slot(2));
        if (x.Now.Creates(1)) roots.Begin();
        roots.Learn(x, InRows(x, g, turned), Beta2 < 1 ? 1 - Beta2 : 1, Beta2, Kl, a, b, c);
        if (t == start || t > start && t % PreconditionFrequency == 0)
            roots.Refresh(UseBiasCorrection && Beta2 < 1 ? 1 / (1 - Math.Pow(Beta2, t)) : 1, Epsilon, Power, x.How);
        Filter(x, t, g, to: f);
        Graft(x, t, g, f, to: d);
        if (Grafting is null || t >= start)
        {
            Operand<T> p = InRows(x, f, turned), lengths = InRows(x, d, g);
            foreach (var block in blocks.All) Precondition(x, block, roots.Inverse, p, lengths, a, b);
            if (x.ColumnMajor) x.Turn(p, x.Shape[0], x.Shape[1], d);
            else d = p;
        }
        x.Each(new Pass.Move(-α, 1 - decay), x.θ, d, to: x.θ);
    }

    double Power(int dimensions) =>
        (dimensions == 1 ? OfVectors : dimensions == 2 ? OfMatrices : null) ?? 0.5 / dimensions;

    static Operand<T> InRows<T>(in Whole<T> x, Operand<T> own, Operand<T> turned) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!x.ColumnMajor) return own;
        x.Turn(own, x.Shape[1], x.Shape[0], turned);
        return turned;
    }

    /// <summary>The mean of gradients, with the weight β3 for the old.</summary>
    void Filter<T>(in Whole<T> x, double t, Operand<T> g, Operand<T> to) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Beta1 == 0)
        {
            x.Each(new Pass.Copy(), g, g, to);
            return;
        }
        var β3 = Beta3 < 0 ? Beta1 : Beta3;
        x.Each(new Mean(Beta1, β3, UseBiasCorrection ? 1 / (1 - β3 * Math.Pow(Beta1, t - 1)) : 1), g, g, to, x.Slot(3));
    }

    /// <summary>What the grafted method would do.</summary>
    void Graft<T>(in Whole<T> x, double t, Operand<T> g, Operand<T> f, Operand<T> to) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Grafting is null or "sgd")
        {
            x.Each(new Pass.Copy(), f, f, to);
            return;
        }
        var (β, c) = Grafting == "adagrad" ? (1, 1) : (GraftingBeta2, Grafting == "adam" ? 1 / (1 - Math.Pow(GraftingBeta2, t)) : 1);
        x.Each(new Scaled(β, β < 1 ? 1 - β : 1, Math.Sqrt(c), GraftingEpsilon), f, g, to, x.Slot(Beta1 > 0 ? 4 : 3));
    }

    /// <summary>f along the roots of a block, as long as what is grafted.</summary>
    void Precondition<T>(in Whole<T> x, Block block, Operand<T> inverse, Operand<T> f, Operand<T> lengths, Operand<T> a, Operand<T> b)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (p, other) = (a.Slice(0, block.Length), b.Slice(0, block.Length));
        block.Gather(x, f, p);
        foreach (var side in block.Sides)
        {
            x.Along(side, p, side.Of(inverse), other);
            (p, other) = (other, p);
        }
        if (Grafting is not null)
        {
            block.Gather(x, lengths, other);
            var ratio = Math.Sqrt(x.Sum(default(Wanted), other, other)) / (Math.Sqrt(x.SumOfSquares(p)) + 1e-16);
            x.Each(new Pass.Move(0, ratio), p, p, to: p);
        }
        block.Scatter(x, p, f);
    }

    /// <summary>d², of the length that is wanted: a sum of its own beside that of p, so that an error in one of them shows.</summary>
    readonly record struct Wanted : ITerms
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L> => use.Run(new At<L>());

        readonly record struct At<L> : IMeasure<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public static int Terms => 1;
            public void Measure(L a, L b, Slots<L> s, ref Slots<L> terms) => terms.S1 = a * b;
        }
    }

    /// <summary>g + λθ.</summary>
    readonly record struct Decayed(double Decay) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L>
        {
            if (Decay == 0) use.Run(new At<L, Off>(L.Of(0)));
            else use.Run(new At<L, On>(L.Of(Decay)));
        }

        readonly record struct At<L, Decays>(L λ) : IStep<L> where L : struct, ILane<L> where Decays : struct, IFlag
        {
            public static int SlotCount => 0;
            public L Step(L θ, L g, ref Slots<L> s) => Decays.Set ? L.Fma(λ, θ, g) : g;
        }
    }

    /// <summary>m, and its mean with g.</summary>
    readonly record struct Mean(double Beta1, double Beta3, double Correction) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
            use.Run(new At<L>(L.Of(Beta1), L.Of(1 - Beta1), L.Of(Beta3 * Correction), L.Of((1 - Beta3) * Correction)));

        readonly record struct At<L>(L β1, L β1c, L β3, L β3c) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;

            public L Step(L _, L g, ref Slots<L> s)
            {
                var f = L.Fma(β3, s.S1, β3c * g);
                s.S1 = L.Fma(β1, s.S1, β1c * g);
                return f;
            }
        }
    }

    /// <summary>The second moment of g, and f over its root.</summary>
    readonly record struct Scaled(double Beta, double Weight, double Correction, double Eps) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
            use.Run(new At<L>(L.Of(Beta), L.Of(Weight), L.Of(Correction), L.NotZero(Eps)));

        readonly record struct At<L>(L β, L w, L r, L ε) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;

            public L Step(L f, L g, ref Slots<L> s)
            {
                var v = s.S1 = L.Fma(β, s.S1, w * g * g);
                return f / L.Fma(L.Sqrt(v), r, ε);
            }
        }
    }
}
