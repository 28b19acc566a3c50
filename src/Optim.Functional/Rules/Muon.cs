namespace Optim.Functional;

/// <summary>Muon: a momentum whose singular values are all made about 1, by Newton-Schulz.</summary>
/// <remarks>
/// Jordan et al., "Muon", 2024, as torch has it. B ← B + (1 - μ)(g - B); U = g + μ(B - g) with Nesterov, else B; X = U/max(‖U‖, ε),
/// X ← aX + (bA + cA²)X with A = XXᵀ, ns_steps times; θ ← (1 - γλ)θ - γ'X, with γ' of γ and the shape. State: momentum_buffer B, the shape
/// of θ, from 0. Matrices only. Others differ: torch iterates in bfloat16, here in θ's type.
/// </remarks>
/// <param name="Lr">Learning rate γ ≥ 0.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled, per unit of γ.</param>
/// <param name="Momentum">μ ≥ 0; no unit.</param>
/// <param name="Nesterov">Look ahead.</param>
/// <param name="NsA">a.</param>
/// <param name="NsB">b.</param>
/// <param name="NsC">c.</param>
/// <param name="Eps">ε ≥ 0, in units of g: the least norm divided by.</param>
/// <param name="NsSteps">Iterations, in [0, 100).</param>
/// <param name="AdjustLrFn">null or "original": γ' = γ√max(1, rows/columns); "match_rms_adamw": 0.2γ√max(rows, columns);
/// "spectral_unclamped": γ√(rows/columns).</param>
/// <param name="Maximize">Ascend.</param>
public sealed record Muon(
    double Lr = 1e-3, double WeightDecay = 0.1, double Momentum = 0.95, bool Nesterov = true,
    [Tuple("ns_coefficients", 0)] double NsA = 3.4445, [Tuple("ns_coefficients", 1)] double NsB = -4.775,
    [Tuple("ns_coefficients", 2)] double NsC = 2.0315, double Eps = 1e-7, int NsSteps = 5, string? AdjustLrFn = null,
    bool Maximize = false) : Rule, IWholeRule
{
    static readonly SlotSpec[] Keys = ["momentum_buffer"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => Keys;
    /// <inheritdoc/>
    public bool CountsSteps => false;
    /// <inheritdoc/>
    public string? Refuses(IReadOnlyList<int> shape) => shape.Count == 2 ? null : "Muon is of matrices, which have two dimensions";
    double IGradientRule.WeightDecay => 0;

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Of(this).AtLeast(0, Lr).AtLeast(0, WeightDecay).AtLeast(0, Momentum)
            .Number(NsA).Number(NsB).Number(NsC).AtLeast(0, Eps).Within(0, 99, NsSteps);
        if (AdjustLrFn is not (null or "original" or "match_rms_adamw" or "spectral_unclamped")) throw Fault.AdjustLr(this, AdjustLrFn);
    }

    /// <inheritdoc/>
    public long WorkOf(IReadOnlyList<int> shape)
    {
        var least = (long)Math.Min(shape[0], shape[1]);
        return 2L * shape[0] * shape[1] + 2 * least * least;
    }

    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length == 0) return;
        double rows = x.Shape[0], columns = x.Shape[1], γ = x.Now.Lr;
        var u = x.Work(x.Length);
        x.Each(new Average(Momentum, Nesterov), x.θ, x.G, to: u, x.Slot(0));
        x.Each(new Pass.Divide(Math.Max(Math.Sqrt(x.SumOfSquares(u)), Eps)), u, u, to: u);
        u = Orthogonal(x, u);
        var adjusted = γ * AdjustLrFn switch
        {
            "match_rms_adamw" => 0.2 * Math.Sqrt(Math.Max(rows, columns)),
            "spectral_unclamped" => Math.Sqrt(rows / columns),
            _ => Math.Sqrt(Math.Max(1, rows / columns)),
        };
        x.Each(new Pass.Move(-adjusted, 1 - γ * WeightDecay), x.θ, u, to: x.θ);
    }

    /// <summary>Newton-Schulz on the matrix or its transpose, whichever has fewer rows: the product with itself is then the smaller
    /// one.</summary>
    Operand<T> Orthogonal<T>(in Whole<T> x, Operand<T> u) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (lines, length) = x.ColumnMajor ? (x.Shape[1], x.Shape[0]) : (x.Shape[0], x.Shape[1]);
        var m = Math.Min(lines, length);
        var (next, A, P) = (x.Work(x.Length), x.Work(m * m), x.Work(m * m));
        for (var k = 0; k < NsSteps; k++)
        {
            MatrixOperand<T> X = Wide(u), to = Wide(next), a = A.AsMatrix(m, m), p = P.AsMatrix(m, m);
            x.MultiplySymmetric(1, X, 0, a);
            x.Each(new Pass.Copy(), A, A, to: P);
            x.MultiplySymmetric(NsC, a, NsB, p);
            x.Each(new Pass.Copy(), u, u, to: next);
            x.Multiply(1, p, X, NsA, to);
            (u, next) = (next, u);
        }
        return u;

        MatrixOperand<T> Wide(Operand<T> of) => lines <= length ? of.AsMatrix(lines, length) : of.AsMatrix(lines, length).Transpose;
    }

    readonly record struct Average(double Momentum, bool Nesterov) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L>
        {
            var (w, μ) = (L.Of(1 - Momentum), L.Of(Momentum));
            if (Nesterov) use.Run(new At<L, On>(w, μ));
            else use.Run(new At<L, Off>(w, μ));
        }

        readonly record struct At<L, Ahead>(L w, L μ) : IStep<L> where L : struct, ILane<L> where Ahead : struct, IFlag
        {
            public static int SlotCount => 1;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public L Step(L θ, L g, ref Slots<L> s)
            {
                var B = s.S1 = L.Lerp(s.S1, g, w);
                return Ahead.Set ? L.Lerp(g, B, μ) : B;
            }
        }
    }
}
