namespace Optim.Functional.Rules;

/// <summary>Eigenvalues λ of all sides' factors, learned in bases that follow the eigenvectors slowly; kept as e = λ^(-1/2).</summary>
/// <param name="Sides">The sides.</param>
/// <param name="Q">The bases.</param>
/// <param name="Roots">All e, in the order of the bases' columns.</param>
readonly record struct Spectra<T>(Sides Sides, Operand<T> Q, Operand<T> Roots) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>All λ begin at this number.</summary>
    public void Begin(double λ) => Roots.Fill(T.CreateTruncating(1 / Math.Sqrt(λ)));

    /// <summary>For each side i, Hᵢ being the gradient along the Qⱼ·diag(eⱼ) of all others: L ← βL + (1 - β)(dᵢ/n)HᵢHᵢᵀ, and
    /// λ ← βλ + (1 - β)(mean (HᵢQᵢ)² + ε·Π mean eⱼ²); all by the e from before.</summary>
    /// <param name="x">Where it is computed.</param>
    /// <param name="g">The gradient, of n elements.</param>
    /// <param name="factors">All L.</param>
    /// <param name="β">Weight of the old.</param>
    /// <param name="ε">Damping.</param>
    /// <param name="most">e is at most a side's size, at most this, and at least 10; null: it has no bound.</param>
    /// <param name="a">Working memory, as long as the gradient.</param>
    /// <param name="b">More of it.</param>
    public void Learn(
        in Whole<T> x, Operand<T> g, Operand<T> factors, double β, double ε, int? most, Operand<T> a, Operand<T> b)
    {
        Operand<T> whitening = x.Work(Sides.Length), learned = x.Work(Sides.Places);
        foreach (var side in Sides.Each) Scale(x, side, whitening.Slice(side.Offset, side.Area));
        foreach (var side in Sides.Each)
        {
            var (H, other, damping) = (a, b, ε);
            x.Each(new Pass.Copy(), g, g, to: H);
            foreach (var across in Sides.Each)
            {
                if (across == side) continue;
                x.Along(across, H, across.Of(whitening), other);
                (H, other) = (other, H);
                if (ε > 0) damping *= x.SumOfSquares(Roots.Slice(across.First, across.Size)) / across.Size;
            }
            x.Gram(side, H, (1 - β) * side.Size / x.Length, β, side.Of(factors));
            x.Along(side, H, side.Of(Q), other);
            var (e, λ) = (Roots.Slice(side.First, side.Size), learned.Slice(side.First, side.Size));
            x.MeanSquares(side, other, to: λ, part: H);
            var clamp = most is { } largest ? Math.Max(10, Math.Min(side.Size, largest)) : double.PositiveInfinity;
            x.Each(new NextRoot(β, damping, clamp), e, λ, to: λ);
        }
        x.Each(new Pass.Copy(), learned, learned, to: Roots);
    }

    /// <summary>Q·diag(e).</summary>
    void Scale(in Whole<T> x, Side side, Operand<T> to)
    {
        var columns = side with { Outer = side.Size, Inner = 1 };
        x.Scale(columns, Q.Slice(side.Offset, side.Area), Roots.Slice(side.First, side.Size), to);
    }
}

/// <summary>e from e and a new estimate of λ; 0 where λ is 0, or no number.</summary>
readonly record struct NextRoot(double Beta, double Damping, double Most) : IPass
{
    public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
        use.Run(new At<L>(L.Of(Beta), L.Of(1 - Beta), L.Of(Damping), L.Of(Most), L.Of(double.PositiveInfinity)));

    readonly record struct At<L>(L β, L βc, L ε, L Most, L Infinity) : IStep<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Step(L e, L estimate, ref Slots<L> s)
        {
            var λ = L.Fma(β, Finite(L.Of(1) / (e * e)), βc * (estimate + ε));
            return L.Min(Finite(L.Of(1) / L.Sqrt(λ)), Most);
        }

        L Finite(L x) => L.WhereGreater(Infinity, x, x, L.Of(0));
    }
}
