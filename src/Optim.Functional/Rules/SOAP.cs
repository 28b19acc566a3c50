namespace Optim.Functional;

/// <summary>SOAP: Adam in the eigenbasis of Shampoo's factors.</summary>
/// <remarks>
/// Vyas et al., arXiv:2409.11321v2, Algorithm 3, as its authors' code has it. For each dimension i of g with a factor: g' = g along Qᵢ;
/// m ← β1m + (1 - β1)g'; v ← β2v + (1 - β2)g'²; u = m/(√v + ε), back along Qᵢᵀ; θ ← (1 - αλ)(θ - α√(1 - β2^t)/(1 - β1^t)·u);
/// Lᵢ ← βsLᵢ + (1 - βs)gᵢgᵢᵀ, gᵢ being g with dimension i first; every precondition_frequency steps Qᵢ ← Q of the QR decomposition of
/// LᵢQᵢ, its columns by falling QᵢᵀLᵢQᵢ, m turned with it, v only reordered. The first gradient of a parameter makes L and Q,
/// the eigenvectors of L, and moves nothing: t is of the steps after it. So does one after which another dimension has a factor. State:
/// step, the first gradient too; exp_avg m, exp_avg_sq v, the shape of θ, from 0 (one dimension where a matrix is merged); GG all L and
/// Q all Q, one after another, row by row. Vectors and scalars have no factor: they get Adam. Where L holds a NaN or an infinity, or a
/// decomposition fails, Q stays as it was, at first the identity, and failed_refreshes, of one element, counts it. Steps that refresh Q
/// allocate, others do not.
/// </remarks>
/// <param name="Lr">α ≥ 0.</param>
/// <param name="Beta1">β1 in [0, 1).</param>
/// <param name="Beta2">β2 in [0, 1).</param>
/// <param name="ShampooBeta">βs in [0, 1); negative: β2.</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled.</param>
/// <param name="PreconditionFrequency">Steps from one basis to the next, ≥ 1.</param>
/// <param name="MaxPrecondDim">The largest dimension that has a factor, ≥ 1.</param>
/// <param name="MergeDims">Merge dimensions, from the first on, up to that size.</param>
/// <param name="Precondition1d">Give vectors a factor too.</param>
/// <param name="NormalizeGrads">Divide u by its root mean square.</param>
/// <param name="CorrectBias">Correct m and v for their start at 0.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record SOAP(
    double Lr = 3e-3, [Tuple("betas", 0)] double Beta1 = 0.95, [Tuple("betas", 1)] double Beta2 = 0.95, double ShampooBeta = -1,
    double Eps = 1e-8, double WeightDecay = 0.01, int PreconditionFrequency = 10, int MaxPrecondDim = 10000, bool MergeDims = false,
    bool Precondition1d = false, bool NormalizeGrads = false, bool CorrectBias = true, bool Maximize = false) : Rule, IWholeRule
{
    static readonly SlotSpec[] optional = ["GG", "Q", "failed_refreshes"];
    static readonly Sides.Table known = new((sides, isFlat) =>
    {
        Func<IReadOnlyList<int>, int[]>? own = isFlat ? s => [s[0] * s[1]] : null;
        SlotSpec m = new("exp_avg") { Shape = own }, v = new("exp_avg_sq") { Shape = own };
        var n = sides.Length;
        return n == 0 ? [m, v]
            : [m, v, new("GG") { Shape = _ => [n] }, new("Q") { Shape = _ => [n] }, new("failed_refreshes") { Shape = _ => [1] }];
    });

    Sides SidesOf(IReadOnlyList<int> shape, bool columnMajor = false) =>
        known.Of(new(shape, columnMajor, MaxPrecondDim, MergeDims, Precondition1d));

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => optional;
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => SidesOf(shape).Slots;
    /// <inheritdoc/>
    public bool IsMadeOfPasses => true;
    double IGradientRule.WeightDecay => 0;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this).AtLeast(0, Lr).Fraction(Beta1).Fraction(Beta2)
        .Fraction(Math.Max(ShampooBeta, 0), nameof(ShampooBeta)).AtLeast(0, Eps).AtLeast(0, WeightDecay)
        .AtLeast(1, PreconditionFrequency).AtLeast(1, MaxPrecondDim);

    /// <inheritdoc/>
    public long WorkOf(IReadOnlyList<int> shape) => 3 * shape.Aggregate(1L, (n, d) => n * d) + 2L * SidesOf(shape).LargestArea;

    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length == 0) return;
        var (sides, t, βs) = (SidesOf(x.Shape, x.ColumnMajor), x.Now.T - 1, ShampooBeta < 0 ? Beta2 : ShampooBeta);
        Operand<T> g = x.Work(x.Length), a = x.Work(x.Length), b = x.Work(x.Length);
        x.Each(new Pass.CopySecond(), x.θ, x.G, to: sides.IsTurned ? a : g);
        if (sides.IsTurned) x.Turn(a, x.Shape[1], x.Shape[0], g);
        var isNew = t == 0 || sides.Length > 0 && (x.Now.Creates(2) || x.Now.Creates(3));
        if (!isNew) Move(x, sides, t, g, a, b);
        foreach (var side in sides.Each) x.Gram(side, g, 1 - βs, βs, side.Of(x.Slot(2)));
        if (sides.Length == 0) return;
        var bases = new Bases<T>(sides, x.Slot(2), x.Slot(3), x.Slot(4));
        if (isNew) bases.Begin(x.Slot(0), x.Slot(1));
        else if (t % PreconditionFrequency == 0) bases.Refresh(x, x.Slot(0), x.Slot(1), a);
    }

    void Move<T>(in Whole<T> x, Sides sides, long t, Operand<T> g, Operand<T> u, Operand<T> other)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var Q = sides.Length > 0 ? x.Slot(3) : default;
        x.Each(new Pass.Copy(), g, g, to: u);
        x.Project(sides, Q, back: false, ref u, ref other);
        x.Each(new Moments(Beta1, Beta2, Eps), u, u, to: u, x.Slot(0), x.Slot(1));
        x.Project(sides, Q, back: true, ref u, ref other);
        if (NormalizeGrads) x.Each(new Pass.Divide(1e-30 + Math.Sqrt(x.SumOfSquares(u) / x.Length)), u, u, to: u);
        if (sides.IsTurned)
        {
            x.Turn(u, x.Shape[0], x.Shape[1], other);
            u = other;
        }
        var (α, κ) = (x.Now.Lr, 1 - x.Now.Lr * WeightDecay);
        if (CorrectBias) α *= Math.Sqrt(1 - Math.Pow(Beta2, t)) / (1 - Math.Pow(Beta1, t));
        x.Each(new Pass.Move(-α * κ, κ), x.θ, u, to: x.θ);
    }
}
