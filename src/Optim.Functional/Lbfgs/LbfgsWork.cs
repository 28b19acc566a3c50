namespace Optim.Functional;

/// <summary>What outlives an iteration, the pairs apart: <see cref="LbfgsMemory"/> says what each is.</summary>
record struct LbfgsStand<T>(int FuncEvals, int NIter, T[]? D, double Length, double HDiag, T[]? PrevFlatGrad, double PrevLoss);

/// <summary>Why a step of L-BFGS ended.</summary>
enum LbfgsEnd
{
    /// <summary>As many iterations or evaluations as there may be.</summary>
    Limit,

    /// <summary>The gradient is within its tolerance.</summary>
    Gradient,

    /// <summary>Loss or parameters change within theirs, or would along the next direction.</summary>
    Change,

    /// <summary>A loss or a gradient is not finite.</summary>
    NonFinite,
}

/// <summary>The memory that L-BFGS works in, used again from step to step. A step that throws leaves <see cref="Stand"/> and the pairs of
/// the last commit as they were.</summary>
/// <param name="n">Elements of all parameters.</param>
/// <param name="lasts">Whether there will be other steps.</param>
sealed class LbfgsWork<T>(int n, bool lasts = true) : ISolver<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly OwnBlas<T> own = new();
    readonly ProviderBlas<T> provider = new();
    readonly LbfgsSweeps<T> sweeps = new();
    readonly TwoLoops<T> loops = new();
    readonly T[]?[] gradients = new T[5][], directions = new T[2][], points = new T[2][];

    public LbfgsStand<T> Stand { get; private set; } = new(0, 0, null, 0, 1, null, 0);

    public CurvaturePairs<T> Pairs { get; } = new(n, lasts);

    /// <summary>Why the last step ended.</summary>
    public LbfgsEnd Why { get; private set; }

    /// <summary>How this step works: sweeps for vectors longer than a block, the loops as they are for those in cache, for MathNet's
    /// native providers, and for so many pairs that their products would take more memory than they do.</summary>
    /// <param name="how">Threads and lanes.</param>
    /// <param name="mostPairs">Pairs that there can be in this step.</param>
    public (IBlas<T>, ILbfgsHistory<T>) Ways(Execution how, long mostPairs)
    {
        var native = ProviderBlas<T>.MakesVectors;
        (own.How, sweeps.How) = (how, how);
        loops.Blas = native ? provider : own;
        Pairs.Arrange(asArrays: native);
        return (loops.Blas, n > BlockSum.Length && !native && mostPairs <= LbfgsSweeps<T>.MostPairs ? sweeps : loops);
    }

    /// <summary>A vector that is none of those given.</summary>
    public T[] Gradient(params ReadOnlySpan<T[]?> besides) => Other(gradients, besides);

    public T[] Direction(params ReadOnlySpan<T[]?> besides) => Other(directions, besides);

    public T[] Point(params ReadOnlySpan<T[]?> besides) => Other(points, besides);

    T[] Other(T[]?[] pool, ReadOnlySpan<T[]?> besides)
    {
        var i = 0;
        while (pool[i] is { } used && Holds(besides, used)) i++;
        return pool[i] ??= HugePages.Advise(new T[n]);
    }

    static bool Holds(ReadOnlySpan<T[]?> list, T[] vector)
    {
        foreach (var one in list)
            if (ReferenceEquals(one, vector)) return true;
        return false;
    }

    public void Commit(in LbfgsStand<T> stand, LbfgsEnd why)
    {
        (Stand, Why) = (stand, why);
        Pairs.Commit();
    }

    public Point<T> Step(IClosureRule rule, IObjective<T> f, Execution how) => ((LBFGS)rule).Step(f, this, how);

    public IReadOnlyDictionary<string, object?> Save() => Memory.ToEntries(lasts ? [] : Pairs.CopyProducts());

    public void Load(IReadOnlyDictionary<string, object?> entries, ICollection<string> differences)
    {
        var before = differences.Count;
        var memory = LbfgsMemory.Read<T>(new(nameof(LBFGS), entries, n, differences), differences);
        if (differences.Count == before) Restore(memory, lasts ? null : (entries as LbfgsEntries)?.Products);
    }

    /// <summary>What is remembered since the last commit, and those of one that is taken over: in copies, where there will be other
    /// steps. For a single one the arrays themselves, which nobody writes to again.</summary>
    public LbfgsMemory Memory
    {
        get
        {
            var (now, (ys, ss, ρ)) = (Stand, Pairs.Copy());
            return new(now.FuncEvals, now.NIter, Wrap(now.D), now.Length, ys, ss, ρ, now.HDiag, Wrap(now.PrevFlatGrad), now.PrevLoss);
        }
        set => Restore(value, null);
    }

    void Restore(LbfgsMemory m, double[][]? products)
    {
        Pairs.Load(m, products?.Length == m.Ro.Count ? products : null);
        var (d, g) = (Own(m.D, directions), Own(m.PrevFlatGrad, gradients));
        Stand = new(m.FuncEvals, m.NIter, d, m.T, m.HDiag, g, m.PrevLoss);
    }

    /// <summary>The vector as an array, which is not written to while it is the stand's.</summary>
    T[]? Own(NDArray? vector, T[]?[] pool)
    {
        if (vector is null) return null;
        if (!lasts) return CurvaturePairs<T>.WholeArray(vector);
        var to = Other(pool, []);
        vector.As<T>().Span.CopyTo(to);
        return to;
    }

    NDArray? Wrap(T[]? data) => data is null ? null : NDArray.Of(lasts ? (T[])data.Clone() : data);
}
