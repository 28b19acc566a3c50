namespace Optim.Functional;

/// <summary>Muon: a momentum whose singular values are all made about 1, by Newton-Schulz.</summary>
/// <remarks>
/// Jordan et al., "Muon", 2024, as torch has it. B ← B + (1 - μ)(g - B); U = g + μ(B - g) with Nesterov, else B; X = U/max(‖U‖, ε),
/// X ← aX + (bA + cA²)X with A = XXᵀ, ns_steps times; θ ← (1 - γλ)θ - γ'X, with γ' of γ and the shape. State: momentum_buffer B, the shape
/// of θ, from 0. Others differ: torch iterates in bfloat16, here in θ's type. Dion's momentum is a sum, B/(1 - μ): its ε is ε/(1 - μ).
/// NVIDIA's extra_scale_factor s is γs and λ/s.
/// </remarks>
/// <param name="Lr">Learning rate γ ≥ 0.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled, per unit of γ.</param>
/// <param name="Momentum">μ ≥ 0; no unit.</param>
/// <param name="Nesterov">Look ahead.</param>
/// <param name="NsA">a.</param>
/// <param name="NsB">b.</param>
/// <param name="NsC">c.</param>
/// <param name="Eps">ε ≥ 0, in units of g: the least norm divided by, or what is added to it where a set of coefficients has it so.</param>
/// <param name="NsSteps">Iterations, in [0, 100).</param>
/// <param name="AdjustLrFn">null or "original": γ' = γ√max(1, rows/columns); "match_rms_adamw": 0.2γ√max(rows, columns);
/// "spectral_unclamped": γ√(rows/columns); "spectral": γ√max(rows, columns); "none": γ; "keller_jordan": as "original", of the last two
/// dimensions: of a convolution those of its kernel.</param>
/// <param name="Coefficients">A set by its name, in place of a, b, c: "polar_express" and others of <see cref="NewtonSchulz"/>.</param>
/// <param name="WeightDecayMethod">null or "decoupled": (1 - γλ)θ; "independent": (1 - λ)θ; "palm": (1 - γ²λ)θ; "l2": λθ is part of
/// g.</param>
/// <param name="Matrices">null: matrices only, as in torch; "batch": those in the last two dimensions, each by itself; "flatten": rows are
/// the first dimension, columns all others; "convolutions": flat from four dimensions on, of three a batch.</param>
/// <param name="SplitSizes">Rows of blocks, heads for instance, each made orthogonal by itself with a γ' of its own.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record Muon(
    double Lr = 1e-3, double WeightDecay = 0.1, double Momentum = 0.95, bool Nesterov = true,
    [Tuple("ns_coefficients", 0)] double NsA = 3.4445, [Tuple("ns_coefficients", 1)] double NsB = -4.775,
    [Tuple("ns_coefficients", 2)] double NsC = 2.0315, double Eps = 1e-7, int NsSteps = 5, string? AdjustLrFn = null,
    string? Coefficients = null, string? WeightDecayMethod = null, string? Matrices = null, BlockSizes? SplitSizes = null,
    bool Maximize = false) : Rule, IWholeRule
{
    static readonly SlotSpec[] Keys = ["momentum_buffer"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => Keys;
    /// <inheritdoc/>
    public bool CountsSteps => false;
    /// <inheritdoc/>
    public string? Refuses(IReadOnlyList<int> shape) => How.Refuses(shape);
    /// <inheritdoc/>
    public bool EndsInMove => true;
    double IGradientRule.WeightDecay => 0;

    Orthogonalization How => new(Coefficients is null ? null : NewtonSchulz.Find(Coefficients), new(NsA, NsB, NsC), NsSteps, Eps,
        Matrices, SplitSizes, AdjustLrFn);

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Of(this).AtLeast(0, Lr).AtLeast(0, WeightDecay).AtLeast(0, Momentum)
            .Number(NsA).Number(NsB).Number(NsC).AtLeast(0, Eps).Within(0, 99, NsSteps);
        MuonOptions.Validate(this, AdjustLrFn, Coefficients, NsSteps, WeightDecayMethod, Matrices);
    }

    /// <inheritdoc/>
    public long WorkOf(IReadOnlyList<int> shape) => MatrixShape.Of(Matrices, shape).Length + How.WorkOf(shape);

    /// <inheritdoc/>
    public bool IsMadeOfPasses => true;

    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length == 0) return;
        var (γ, u) = (x.Now.Lr, x.Work(x.Length));
        MuonOptions.Average(x, u, Momentum, Nesterov, WeightDecayMethod == "l2" ? WeightDecay : 0);
        var (made, free) = How.Run(x, u);
        var X = How.Back(x, made, free);
        x.Move(X, γ, How.Factor(x.Shape), MuonOptions.Shrink(WeightDecayMethod, WeightDecay, γ));
    }
}
