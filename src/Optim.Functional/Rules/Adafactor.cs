namespace Optim.Functional;

/// <summary>Adafactor: second moments by rows and columns, and steps relative to the size of θ.</summary>
/// <remarks>
/// Shazeer, Stern, arXiv:1804.04235v1, Algorithms 4 and 5, as torch has them. w = t^γ; R ← R + w(mean of g² over a row - R), C likewise
/// over columns, of the last two dimensions; V = RC/max(mean R, ε1); of a vector V ← V + w(g² - V). U = g/√max(V, ε1²); ρ = min(α, 1/√t);
/// θ ← (1 - αλ)θ - max(ε2, RMS(θ))ρ/max(1, RMS(U)/d) · U. State: step; row_var R and col_var C, or of fewer than two dimensions variance V,
/// from 0.
/// </remarks>
/// <param name="Lr">α ≥ 0: the most that ρ may be; relative.</param>
/// <param name="Beta2Decay">γ ≤ 0; no unit.</param>
/// <param name="Eps1">ε1 ≥ 0, in units of g²; null: the spacing at 1 of the element type.</param>
/// <param name="Eps2">ε2 ≥ 0, in units of θ: the least size that steps are relative to.</param>
/// <param name="D">d ≥ 1: the most that RMS(U) may be.</param>
/// <param name="WeightDecay">λ ≥ 0, decoupled.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record Adafactor(
    double Lr = 1e-2, double Beta2Decay = -0.8, [Tuple("eps", 0)] double? Eps1 = null, [Tuple("eps", 1)] double Eps2 = 1e-3,
    double D = 1, double WeightDecay = 0, bool Maximize = false) : Rule, IWholeRule
{
    static readonly SlotSpec[] Factors =
    [
        new("row_var") { Shape = s => [.. s.Take(s.Count - 1), 1] },
        new("col_var") { Shape = s => [.. s.Take(s.Count - 2), 1, s[^1]] },
    ];
    static readonly SlotSpec[] One = ["variance"];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => shape.Count > 1 ? Factors : One;
    /// <inheritdoc/>
    public bool EndsInMove => true;
    double IGradientRule.WeightDecay => 0;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Within(double.NegativeInfinity, 0, Beta2Decay).AtLeast(0, Eps1 ?? 0, nameof(Eps1))
        .AtLeast(0, Eps2).AtLeast(1, D).AtLeast(0, WeightDecay);

    /// <inheritdoc/>
    public long WorkOf(IReadOnlyList<int> shape)
    {
        var n = shape.Aggregate(1L, (n, d) => n * d);
        return shape.Count > 1 ? n + 2 * (n / Math.Max(1, shape[^1]) + n / Math.Max(1, shape[^2])) : n;
    }

    /// <inheritdoc/>
    public bool IsMadeOfPasses => true;

    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Length == 0) return;
        var (t, n, α) = (x.Now.T, x.Length, x.Now.Lr);
        var ε1 = Eps1 ?? (typeof(T) == typeof(float) ? float.BitIncrement(1) - 1 : double.BitIncrement(1) - 1);
        var step = Larger(Eps2, Math.Sqrt(x.SumOfSquares(x.θ) / n)) * Math.Min(α, 1 / Math.Sqrt(t));
        var (w, u) = (Math.Pow(t, Beta2Decay), x.Work(n));
        if (x.Shape.Count > 1) Factored(x, w, ε1, u);
        else x.Each(new Diagonal(w, ε1 * ε1), x.θ, x.G, to: u, x.Slot(0));
        var rms = Math.Sqrt(x.SumOfSquares(u) / n);
        x.Move(u, step / Larger(1, rms / D), shrink: 1 - α * WeightDecay);
    }

    static void Factored<T>(in Whole<T> x, double w, double ε1, Operand<T> u) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (R, C, rows) = (x.Slot(0), x.Slot(1), x.Shape[^2]);
        var (ofRows, ofColumns) = (x.Work(R.Length), x.Work(C.Length));
        x.RowMeans(default(Term.Square), x.G, x.G, to: ofRows);
        x.ColumnMeans(default(Term.Square), x.G, x.G, to: ofColumns);
        x.Each(new Pass.Lerp(w), R, ofRows, to: R);
        x.Each(new Pass.Lerp(w), C, ofColumns, to: C);
        for (var matrix = 0; matrix < R.Length; matrix += rows)
        {
            var own = R.Slice(matrix, rows);
            var mean = Math.Max(x.Sum(default(Term.Value), own, own) / rows, ε1); // torch.clamp, which keeps NaN
            x.Each(new Pass.Divide(mean), own, own, to: ofRows.Slice(matrix, rows));
        }
        x.EachInMatrix(new Scaled(ε1 * ε1), x.θ, x.G, to: u, ofRows, C);
    }

    readonly record struct Diagonal(double W, double Least) : IPass
    {
        public void Bind<L, U>(ref U use)
            where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>(L.Of(W), L.NotZero(Least)));

        readonly record struct At<L>(L w, L ε) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public L Step(L θ, L g, ref Slots<L> s)
            {
                var v = s.S1 = L.Lerp(s.S1, g * g, w);
                return g / L.Sqrt(L.Max(v, ε));
            }
        }
    }

    readonly record struct Scaled(double Least) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>(L.NotZero(Least)));

        readonly record struct At<L>(L ε) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 2;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public L Step(L θ, L g, ref Slots<L> s) => g / L.Sqrt(L.Max(s.S1 * s.S2, ε));
        }
    }
}
