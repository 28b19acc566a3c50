namespace Optim.Functional;

/// <summary>Adaptive gradient clipping: each row of a gradient is kept within a part of the length of the parameter's row. A row is all
/// that belongs to one index of the first dimension; a vector is one row.</summary>
/// <remarks>
/// Brock et al., arXiv:2102.06171v1, equation 3: gᵢ ← λ·max(‖θᵢ‖, ε)/‖gᵢ‖·gᵢ where ‖gᵢ‖/max(‖θᵢ‖, ε) > λ. Each row's mean of squares is
/// rounded once. A row with a NaN stays as it is; one with an infinity becomes NaN there and 0 elsewhere.
/// </remarks>
/// <param name="Clipping">λ &gt; 0; no unit.</param>
/// <param name="Eps">ε ≥ 0, in units of θ: so that parameters that are 0 can move.</param>
public sealed record ClipRows(double Clipping = 0.01, double Eps = 1e-3) : GradientMap, IGradientMap
{
    int IGradientMap.Order => 16;
    bool IGradientMap.IsOfRows => true;

    /// <inheritdoc/>
    public override void Validate()
    {
        Fault.Positive(nameof(ClipRows), "clipping", Clipping);
        Fault.NotNegative(nameof(ClipRows), "eps", Eps);
    }

    long IGradientMap.WorkOf(IReadOnlyList<int> shape) => Rows.Of(shape) is var of ? Rows.WorkOf(of) + of.Rows : 0;

    void IGradientMap.Map<T>(in Whole<T> x, Operand<T> to, long key)
    {
        x.Each(new Pass.CopySecond(), x.θ, x.G, to);
        if (x.Length == 0) return;
        var of = Rows.Of(x.Shape);
        var rows = x.As(of, x.ColumnMajor);
        Operand<T> ofG = x.Work(of.Rows), ofθ = x.Work(of.Rows), columns = x.Work(of.Columns);
        var (unitOfG, unitOfθ) = (Unit(x, to), Unit(x, x.θ));
        rows.RowMeans(new Squares(1 / unitOfG), to, to, ofG);
        rows.RowMeans(new Squares(1 / unitOfθ), x.θ, x.θ, ofθ);
        Factors(ofG, unitOfG, ofθ, unitOfθ, of.Columns);
        rows.EachInMatrix(default(Times), to, to, to, ofG, columns);
    }

    /// <summary>Makes each row's mean of squares its factor.</summary>
    void Factors<T>(Operand<T> ofG, double unitOfG, Operand<T> ofθ, double unitOfθ, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var factors = ofG.Open();
        using var parameters = ofθ.OpenRead();
        for (var i = 0; i < factors.Span.Length; i++)
        {
            var wanted = Clipping * Math.Max(Length(parameters.Span[i], unitOfθ), Eps);
            var length = Length(factors.Span[i], unitOfG);
            factors.Span[i] = T.CreateTruncating(length > wanted ? wanted / length : 1);
        }

        double Length(T mean, double unit) => unit * Math.Sqrt(double.CreateTruncating(mean) * columns);
    }

    /// <summary>A power of two about as large as the largest of them, so that no square is lost.</summary>
    static double Unit<T>(in Whole<T> x, Operand<T> of) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var most = x.Largest(of);
        var widest = typeof(T) == typeof(float) ? 126 : 1022; // its inverse is a normal number too
        return double.IsFinite(most) && most > 0 ? Math.ScaleB(1, Math.Clamp(Math.ILogB(most), -widest, widest)) : 1;
    }

    /// <summary>(fa)².</summary>
    readonly record struct Squares(double Factor) : ITerms
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L> => use.Run(new At<L>(L.Of(Factor)));

        readonly record struct At<L>(L f) : IMeasure<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            public static int Terms => 1;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public void Measure(L a, L b, Slots<L> s, ref Slots<L> terms)
            {
                var scaled = f * a;
                terms.S1 = scaled * scaled;
            }
        }
    }

    /// <summary>g times its row's number.</summary>
    readonly record struct Times : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>());

        readonly record struct At<L> : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;
            [MethodImpl(MethodImplOptions.AggressiveInlining)] public L Step(L θ, L g, ref Slots<L> s) => s.S1 * g;
        }
    }
}
