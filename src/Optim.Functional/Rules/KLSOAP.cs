namespace Optim.Functional;

/// <summary>KL-SOAP: SOAP whose factors are whitened along all other dimensions, which minimizes a Kullback-Leibler divergence.</summary>
/// <remarks>
/// Lin et al., arXiv:2509.03378v7, as its authors' code has it. For each dimension i of g with a factor: g' = g along Qᵢ;
/// m ← β1m + (1 - β1)g'; v ← β2v + (1 - β2)g'²; u = m/(√v + ε), back along Qᵢᵀ; θ ← (1 - αλ)(θ - αu). Hᵢ, g along the Qⱼ·diag(eⱼ) of all
/// other j, with dimension i first, dᵢ of g's n elements: Lᵢ ← βsLᵢ + (1 - βs)(dᵢ/n)HᵢHᵢᵀ; the eigenvalues that Q gives L,
/// 1/eᵢ² ← βs/eᵢ² + (1 - βs)(mean (HᵢQᵢ)² + damping ε·Π mean eⱼ²), eᵢ at most max(10, min(dᵢ, max_clamp_value)), 0 where that is none;
/// every precondition_frequency steps Qᵢ ← Q of the QR decomposition of LᵢQᵢ, its columns as they come, and m turned with it, not v. The
/// first gradient of a parameter makes L of g itself and Q, the eigenvectors of L, and moves nothing. So does one after which another
/// dimension has a factor. State: step, the first gradient too; exp_avg m, exp_avg_sq v, the shape of θ, from 0; GG all L and Q all Q, one
/// after another, row by row; eigen_sqrt_inv all e, from init_factor^(-1/2). Dimensions of 1, vectors and scalars have no factor: these
/// get Adam. Where L holds a NaN or an infinity, or a decomposition fails, Q stays as it was, at first the identity, and failed_refreshes,
/// of one element, counts it. Steps that refresh Q allocate, others do not.
/// </remarks>
/// <param name="Lr">α ≥ 0.</param>
/// <param name="Beta1">β1 in [0, 1).</param>
/// <param name="Beta2">β2 in [0, 1).</param>
/// <param name="ShampooBeta">βs in [0, 1); negative: β2.</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled.</param>
/// <param name="PreconditionFrequency">Steps from one basis to the next, ≥ 1.</param>
/// <param name="MaxPrecondDim">The largest dimension that has a factor, ≥ 1.</param>
/// <param name="NormalizeGrads">Divide u by its root mean square.</param>
/// <param name="InitFactor">The first eigenvalues, > 0.</param>
/// <param name="UsingDamping">Damp the eigenvalues.</param>
/// <param name="UsingClamping">Bound e.</param>
/// <param name="MaxClampValue">The most that e may be, ≥ 1.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record KLSOAP(
    double Lr = 1e-4, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.98, double ShampooBeta = -1,
    double Eps = 1e-8, double WeightDecay = 0.01, int PreconditionFrequency = 10, int MaxPrecondDim = 10000, bool NormalizeGrads = false,
    double InitFactor = 0.1, bool UsingDamping = false, bool UsingClamping = true, int MaxClampValue = 4000, bool Maximize = false)
    : Rule, IWholeRule
{
    static readonly SlotSpec[] optional = ["GG", "Q", "eigen_sqrt_inv", "failed_refreshes"];
    static readonly Sides.Table known = new((sides, _) =>
    {
        var (n, places) = (sides.Length, sides.Places);
        SlotSpec Of(string name, int length) => new(name) { Shape = _ => [length] };
        return n == 0 ? ["exp_avg", "exp_avg_sq"]
            : ["exp_avg", "exp_avg_sq", Of("GG", n), Of("Q", n), Of("eigen_sqrt_inv", places), Of("failed_refreshes", 1)];
    });

    Sides SidesOf(IReadOnlyList<int> shape, bool columnMajor = false) => known.Of(new(shape, columnMajor, MaxPrecondDim, Least: 2));

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
        .AtLeast(1, PreconditionFrequency).AtLeast(1, MaxPrecondDim).Above(0, InitFactor).AtLeast(1, MaxClampValue);

    /// <inheritdoc/>
    public long WorkOf(IReadOnlyList<int> shape) =>
        3 * shape.Aggregate(1L, (n, d) => n * d) + SidesOf(shape).WhiteningWork;

    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length == 0) return;
        var (sides, t, βs) = (SidesOf(x.Shape, x.ColumnMajor), x.Now.T - 1, ShampooBeta < 0 ? Beta2 : ShampooBeta);
        Operand<T> g = x.Work(x.Length), a = x.Work(x.Length), b = x.Work(x.Length);
        x.Each(new Pass.CopySecond(), x.θ, x.G, to: g);
        var isNew = t == 0 || sides.Length > 0 && (x.Now.Creates(2) || x.Now.Creates(3) || x.Now.Creates(4));
        if (!isNew) Move(x, sides, g, a, b);
        if (sides.Length == 0) return;
        var (L, Q) = (x.Slot(2), x.Slot(3));
        var (bases, spectra) = (new Bases<T>(sides, L, Q, x.Slot(5)), new Spectra<T>(sides, Q, x.Slot(4)));
        if (!isNew)
        {
            spectra.Learn(x, g, L, βs, UsingDamping ? Eps : 0, UsingClamping ? MaxClampValue : null, a, b);
            if (t % PreconditionFrequency == 0) bases.Refresh(x, x.Slot(0), null, a);
            return;
        }
        foreach (var side in sides.Each) x.Gram(side, g, (1 - βs) * side.Size / x.Length, βs, side.Of(L));
        bases.Begin(x.Slot(0), x.Slot(1));
        spectra.Begin(InitFactor);
    }

    void Move<T>(in Whole<T> x, Sides sides, Operand<T> g, Operand<T> u, Operand<T> other) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var Q = sides.Length > 0 ? x.Slot(3) : default;
        x.Each(new Pass.Copy(), g, g, to: u);
        x.Project(sides, Q, back: false, ref u, ref other);
        x.Each(new Moments(Beta1, Beta2, Eps), u, u, to: u, x.Slot(0), x.Slot(1));
        x.Project(sides, Q, back: true, ref u, ref other);
        if (NormalizeGrads) x.Each(new Pass.Divide(1e-30 + Math.Sqrt(x.SumOfSquares(u) / x.Length)), u, u, to: u);
        var (α, κ) = (x.Now.Lr, 1 - x.Now.Lr * WeightDecay);
        x.Each(new Pass.Move(-α * κ, κ), x.θ, u, to: x.θ);
    }
}
