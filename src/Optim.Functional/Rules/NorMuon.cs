namespace Optim.Functional;

/// <summary>NorMuon: Muon whose rows, each a neuron's, are made about as long as each other.</summary>
/// <remarks>
/// Li et al., "NorMuon", arXiv:2510.05491, Algorithm 1, as Microsoft's Dion has it. B ← B + (1 - μ)(g - B); U = g + μ(B - g) with
/// Nesterov, else B; O = U made orthogonal, as by <see cref="Muon"/>; v ← β2v + (1 - β2)(mean of O² over a row); Ô = O/(√v + 1e-8), times
/// ‖O‖/‖Ô‖; θ ← (1 - γλ)θ - γ'Ô. State: momentum_buffer B, the shape of θ; variance_neuron v, one number a row; both from 0.
/// Others differ: Dion's momentum is a sum, B/(1 - μ), and its ε is ε/(1 - μ); its rows are those of the parameter's last two dimensions
/// also where it is made flat, here those of the matrix that is made orthogonal, as in the paper.
/// </remarks>
/// <param name="Lr">Learning rate γ ≥ 0.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled, per unit of γ.</param>
/// <param name="Momentum">μ ≥ 0; no unit.</param>
/// <param name="Beta2">Decay β2 of the rows' second moments, in [0, 1).</param>
/// <param name="Nesterov">Look ahead.</param>
/// <param name="Eps">ε ≥ 0, in units of g: goes beside the norm that is divided by.</param>
/// <param name="NsSteps">Iterations, in [0, 100).</param>
/// <param name="AdjustLrFn">γ' of γ and the shape, as Muon's; null: γ√max(1, rows/columns).</param>
/// <param name="Coefficients">The set of coefficients, by its name: see <see cref="NewtonSchulz"/>.</param>
/// <param name="WeightDecayMethod">As Muon's.</param>
/// <param name="Matrices">As Muon's.</param>
/// <param name="SplitSizes">Rows of blocks, each made orthogonal and as long as it was by itself.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record NorMuon(
    double Lr = 0.01, double WeightDecay = 0.01, double Momentum = 0.95, double Beta2 = 0.95, bool Nesterov = false, double Eps = 1e-8,
    int NsSteps = 5, string? AdjustLrFn = "spectral_unclamped", string Coefficients = "polar_express", string? WeightDecayMethod = null,
    string? Matrices = null, BlockSizes? SplitSizes = null, bool Maximize = false) : Rule, IWholeRule
{
    static readonly SlotSpec[] OfLast = ["momentum_buffer", new("variance_neuron") { Shape = s => [.. s.Take(s.Count - 1), 1] }];
    static readonly SlotSpec[] OfFirst = ["momentum_buffer", new("variance_neuron") { Shape = s => [s[0], 1] }];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => MatrixShape.IsFlat(Matrices, shape) ? OfFirst : OfLast;
    /// <inheritdoc/>
    public bool CountsSteps => false;
    /// <inheritdoc/>
    public string? Refuses(IReadOnlyList<int> shape) => How.Refuses(shape);
    /// <inheritdoc/>
    public bool EndsInMove => true;
    double IGradientRule.WeightDecay => 0;

    Orthogonalization How => new(NewtonSchulz.Find(Coefficients), default, NsSteps, Eps, Matrices, SplitSizes, AdjustLrFn);

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Of(this).AtLeast(0, Lr).AtLeast(0, WeightDecay).AtLeast(0, Momentum).Fraction(Beta2).AtLeast(0, Eps).Within(0, 99, NsSteps);
        MuonOptions.Validate(this, AdjustLrFn, Coefficients ?? "", NsSteps, WeightDecayMethod, Matrices);
    }

    /// <inheritdoc/>
    public long WorkOf(IReadOnlyList<int> shape)
    {
        var of = MatrixShape.Of(Matrices, shape);
        return of.Length + How.WorkOf(shape) + of.Count * ((long)of.Rows + of.Columns);
    }

    /// <inheritdoc/>
    public bool IsMadeOfPasses => true;

    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length == 0) return;
        var (γ, how, u) = (x.Now.Lr, How, x.Work(x.Length));
        MuonOptions.Average(x, u, Momentum, Nesterov, WeightDecayMethod == "l2" ? WeightDecay : 0);
        var (O, even) = how.Run(x, u, relative: true);
        var of = how.Of(x.Shape);
        var matrices = x.As(of, x.ColumnMajor && SplitSizes is null);
        var (v, means) = (x.Slot(1), x.Work(x.Slot(1).Length));
        matrices.RowMeans(default(Term.Square), O, O, to: means);
        x.Each(new Pass.Mean(Beta2), v, means, to: v);
        matrices.EachInMatrix(default(Evened), O, O, to: even, v, ofColumns: x.Work((long)of.Count * of.Columns));
        how.EachBlock(x, (O, even), default(AsLong<T>));
        x.Move(how.Back(x, even, O), γ, how.Factor(of.Rows, of.Columns, x.Shape), MuonOptions.Shrink(WeightDecayMethod, WeightDecay, γ));
    }

    /// <summary>Makes a block as long as it was.</summary>
    readonly struct AsLong<T> : IBlockWork<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(in Whole<T> x, Operand<T> O, Operand<T> even)
        {
            var ratio = Math.Sqrt(x.SumOfSquares(O)) / Math.Max(Math.Sqrt(x.SumOfSquares(even)), Least);
            x.Each(new Pass.Times(ratio), even, even, to: even);
        }
    }

    /// <summary>What a row's root, and an update's norm, are kept from 0 by.</summary>
    const double Least = 1e-8;

    /// <summary>O/(√v + 1e-8), with v of the row.</summary>
    readonly record struct Evened : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>(L.Of(Least)));

        readonly record struct At<L>(L ε) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;
            [MethodImpl(MethodImplOptions.AggressiveInlining)] public L Step(L O, L g, ref Slots<L> s) => O / (L.Sqrt(s.S1) + ε);
        }
    }
}
