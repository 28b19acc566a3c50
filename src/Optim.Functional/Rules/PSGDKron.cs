namespace Optim.Functional;

/// <summary>PSGD-Kron: the momentum whitened by a Kronecker product of triangular factors, which are fitted along the way.</summary>
/// <remarks>
/// Pooladzandi, Li, arXiv:2402.04553v1, Q fitted as in Li, arXiv:2402.11858v7, both as kron_torch has them. m ← b1·m + (1 - b1)g;
/// h = m/(1 - b1^t). At a step that updates Q: h ← h + √ε·mean|h|·V, V random, ε float32's; A = h along all Qᵢ, B = V along all Qᵢ⁻ᵀ;
/// Qᵢ ← Qᵢ - μ·triu(AᵢAᵢᵀ - BᵢBᵢᵀ)Qᵢ/ℓ, Aᵢ being A with dimension i first, and ℓ ≤ ‖AᵢAᵢᵀ + BᵢBᵢᵀ‖; of a diagonal Qᵢ all matrices are
/// diagonal. u = h along all QᵢᵀQᵢ, divided by its root mean square over 1.1 where that is more than 1; θ ← θ - α(u + λθ), λ of matrices
/// only. The k-th step updates Q when as many steps as 1/p have gone by since the last update, p = max(0.03, min(1, e^(-0.001(k - 501))))
/// unless given. State: step; momentum_buffer m, the shape of θ, from 0; Q all factors, one after another, a matrix row by row, from
/// multiples of the identity; of a group prob_step k, update_counter, the steps since the last update, and updates. Where a factor would
/// not be finite it stays, and failed_refreshes, of one element, counts it. V is of the seed, the step, the shape and the element.
/// </remarks>
/// <param name="Lr">α ≥ 0, in units of θ.</param>
/// <param name="B1">b1 in [0, 1).</param>
/// <param name="WeightDecay">λ ≥ 0, of θ with two dimensions and more.</param>
/// <param name="PreconditionerUpdateProbability">p in (0, 1]; null: falling from 1 to 0.03, see above.</param>
/// <param name="MaxSizeTriangular">The largest dimension whose factor is triangular, ≥ 0; of longer ones, and of 1, it is diagonal.</param>
/// <param name="MinNdimTriangular">Dimensions from which on factors are triangular.</param>
/// <param name="MemorySaveMode">null; "one_diag": the largest dimension's factor is diagonal; "smart_one_diag": unless another is as large;
/// "all_diag": all are.</param>
/// <param name="MomentumIntoPrecondUpdate">Fit Q to the momentum; else to g, and h is without noise.</param>
/// <param name="PrecondLr">μ ≥ 0; from about 1 on a factor may become singular.</param>
/// <param name="PrecondInitScale">What Q is before the first update, > 0, in units of 1/√g.</param>
/// <param name="MergeDims">Make a matrix of more than two dimensions.</param>
/// <param name="BalanceFrequency">Updates from one to the next after which all factors have one largest element, ≥ 1.</param>
/// <param name="NoiseSeed">Of V, ≥ 0.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record PSGDKron(
    double Lr = 3e-4, double B1 = 0.9, double WeightDecay = 0, double? PreconditionerUpdateProbability = null, int MaxSizeTriangular = 8192,
    int MinNdimTriangular = 2, string? MemorySaveMode = null, bool MomentumIntoPrecondUpdate = true, double PrecondLr = 0.1,
    double PrecondInitScale = 1, bool MergeDims = true, int BalanceFrequency = 100, int NoiseSeed = 0, bool Maximize = false)
    : Rule, IWholeRule
{
    static readonly string[] Carried = ["prob_step", "update_counter", "updates"];
    static readonly SlotSpec[] optional = ["Q", "failed_refreshes"];

    KronSides SidesOf(IReadOnlyList<int> shape, bool columnMajor = false) =>
        KronSides.Of(new(shape, columnMajor, MaxSizeTriangular, MergeDims), MinNdimTriangular, MemorySaveMode);

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => SidesOf(shape).Slots;
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => optional;
    /// <inheritdoc/>
    public IReadOnlyList<string> ModelScalars => Carried;
    /// <inheritdoc/>
    public bool EndsInMove => true;
    /// <inheritdoc/>
    public bool IsMadeOfPasses => true;
    double IGradientRule.WeightDecay => 0;

    /// <inheritdoc/>
    public override void Validate()
    {
        var p = PreconditionerUpdateProbability ?? 1;
        Require.Of(this).AtLeast(0, Lr).Fraction(B1).AtLeast(0, WeightDecay).Above(0, p, nameof(PreconditionerUpdateProbability))
            .Within(0, 1, p, nameof(PreconditionerUpdateProbability)).AtLeast(0, MaxSizeTriangular).AtLeast(0, MinNdimTriangular)
            .AtLeast(0, PrecondLr).AtLeast(0, NoiseSeed).Above(0, PrecondInitScale).AtLeast(1, BalanceFrequency);
        if (MemorySaveMode is not (null or "one_diag" or "smart_one_diag" or "all_diag"))
            throw Fault.OneOf(this, "memory_save_mode", "null, 'one_diag', 'smart_one_diag' or 'all_diag'", MemorySaveMode);
    }

    /// <inheritdoc/>
    public Scalars Learn(Scalars before, double lr, ReadOnlySpan<double> sums)
    {
        var p = PreconditionerUpdateProbability ?? Math.Clamp(Math.Exp(-0.001 * (before.S1 - 500)), 0.03, 1);
        var isDue = before.S2 + 1 >= 1 / p;
        return new(before.S1 + 1, isDue ? 0 : before.S2 + 1, before.S3 + (isDue ? 1 : 0));
    }

    /// <inheritdoc/>
    public long WorkOf(IReadOnlyList<int> shape)
    {
        var sides = SidesOf(shape);
        return 4 * shape.Aggregate(1L, (n, d) => n * d) + 2L * sides.Largest + sides.Panels;
    }

    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length == 0) return;
        var (sides, shared) = (SidesOf(x.Shape, x.ColumnMajor), x.Now.Model);
        Operand<T> h = x.Work(x.Length), v = x.Work(x.Length), a = x.Work(x.Length), other = x.Work(x.Length);
        var factors = new KronFactors<T>(sides, x.Slot(1), x.Slot(2));
        if (x.Now.Creates(1)) factors.Begin(PrecondInitScale);
        x.Each(new Momentum(B1, 1 / (1 - Math.Pow(B1, x.Now.T))), x.θ, x.G, to: h, x.Slot(0));
        if (shared.S2 == 0)
        {
            if (Probe.Recorded?.Balances ?? shared.S3 % BalanceFrequency == 0) factors.Balance(x);
            if (!MomentumIntoPrecondUpdate) x.Each(new Pass.CopySecond(), x.θ, x.G, to: a);
            Probe.Add(x, NoiseSeed, sides.Dims, MomentumIntoPrecondUpdate ? h : a, v, other);
            if (MomentumIntoPrecondUpdate) h.CopyTo(a); // with its noise, which stays in the update
            factors.Update(x, PrecondLr, a, v, other);
        }
        factors.Apply(x, back: false, ref h, ref other);
        factors.Apply(x, back: true, ref h, ref other);
        var size = Math.Sqrt(x.SumOfSquares(h) / x.Length) + 1e-12;
        x.Move(h, x.Now.Lr, Math.Min(1, 1.1 / size), x.Shape.Count < 2 ? 1 : 1 - x.Now.Lr * WeightDecay);
    }

    /// <summary>m, and it corrected for its start at 0.</summary>
    readonly record struct Momentum(double Beta, double Correction) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
            use.Run(new At<L>(L.Of(Beta), L.Of(1 - Beta), L.Of(Correction)));

        readonly record struct At<L>(L β, L βc, L c) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;
            public L Step(L _, L g, ref Slots<L> s) => c * (s.S1 = L.Fma(β, s.S1, βc * g));
        }
    }
}
