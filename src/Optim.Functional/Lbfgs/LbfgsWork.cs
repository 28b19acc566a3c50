namespace Optim.Functional;

/// <summary>What outlives an iteration, the pairs apart: <see cref="LbfgsMemory"/> says what each is.</summary>
record struct LbfgsStand<T>(
    int FuncEvals, int NIter, Place<T>? D, double Length, double HDiag, Place<T>? PrevFlatGrad, double PrevLoss)
    where T : unmanaged, IFloatingPointIeee754<T>;

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
/// <param name="device">Where its vectors lie; null: here.</param>
sealed class LbfgsWork<T>(int n, bool lasts = true, Device? device = null) : IPlacedSolver<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly TwoLoops<T> loops = new();
    readonly Place<T>?[] gradients = new Place<T>?[5], directions = new Place<T>?[2], points = new Place<T>?[2];
    OwnBlas<T>? own;
    IBlas<T>? provider;
    DeviceBlas<T>? there;
    LbfgsSweeps<T>? sweeps;

    /// <summary>Elements of all parameters.</summary>
    public int Length => n;

    public LbfgsStand<T> Stand { get; private set; } = new(0, 0, null, 0, 1, null, 0);

    public CurvaturePairs<T> Pairs { get; } = new(n, lasts, device);

    /// <summary>Why the last step ended.</summary>
    public LbfgsEnd Why { get; private set; }

    /// <summary>How this step works: sweeps for vectors longer than a block, the loops as they are for those in cache, for MathNet's
    /// native providers, and for so many pairs that their products would take more memory than they do.</summary>
    /// <param name="how">Threads and lanes.</param>
    /// <param name="mostPairs">Pairs that there can be in this step.</param>
    public (IBlas<T>, ILbfgsHistory<T>) Ways(Execution how, long mostPairs)
    {
        var native = device is null && ProviderBlas<T>.MakesVectors;
        loops.Blas = Blas(how, native);
        Pairs.Arrange(asArrays: native);
        if (n <= BlockSum.Length || native || mostPairs > LbfgsSweeps<T>.MostPairs) return (loops.Blas, loops);
        return (loops.Blas, sweeps ??= new(there is not null ? new DeviceSweeps<T>(there) : new OwnSweeps<T>(own!)));
    }

    IBlas<T> Blas(Execution how, bool native)
    {
        if (device is not null) return there ??= new(device);
        (own ??= new()).How = how;
        return native ? provider ??= new ProviderBlas<T>(own) : own;
    }

    /// <summary>A vector that is none of those given.</summary>
    public Place<T> Gradient(params ReadOnlySpan<Place<T>?> besides) => Other(gradients, besides);

    public Place<T> Direction(params ReadOnlySpan<Place<T>?> besides) => Other(directions, besides);

    public Place<T> Point(params ReadOnlySpan<Place<T>?> besides) => Other(points, besides);

    Place<T> Other(Place<T>?[] pool, ReadOnlySpan<Place<T>?> besides)
    {
        var i = 0;
        while (pool[i] is { } used && Holds(besides, used)) i++;
        return pool[i] ??= Allocation.Vector<T>(device, n);
    }

    /// <summary>Whether it is one of those: each has an owner of its own.</summary>
    static bool Holds(ReadOnlySpan<Place<T>?> list, Place<T> vector)
    {
        foreach (var one in list)
            if (ReferenceEquals(one?.Owner, vector.Owner)) return true;
        return false;
    }

    public void Commit(in LbfgsStand<T> stand, LbfgsEnd why)
    {
        (Stand, Why) = (stand, why);
        Pairs.Commit();
    }

    public Point<T> Step(IClosureRule rule, IObjective<T> f, Execution how) =>
        Step(rule, f as IPlacedObjective<T> ?? new OfArrays<T>(f), how).InArrays;

    public PlacedPoint<T> Step(IClosureRule rule, IPlacedObjective<T> f, Execution how) => ((LBFGS)rule).Step(f, this, how);

    public IReadOnlyDictionary<string, object?> Save() => Memory.ToEntries(lasts ? [] : Pairs.CopyProducts());

    public IReadOnlyDictionary<string, object?> SaveHere() => Saved(isHere: true).ToEntries(lasts ? [] : Pairs.CopyProducts());

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
        get => Saved(isHere: false);
        set => Restore(value, null);
    }

    LbfgsMemory Saved(bool isHere)
    {
        var (now, (ys, ss, ρ)) = (Stand, Pairs.Copy(isHere));
        return new(now.FuncEvals, now.NIter, Of(now.D), now.Length, ys, ss, ρ, now.HDiag, Of(now.PrevFlatGrad), now.PrevLoss);

        NDArray? Of(Place<T>? vector) => vector is { } v ? Pairs.Copied(v, isHere) : null;
    }

    void Restore(LbfgsMemory m, double[][]? products)
    {
        Pairs.Load(m, products?.Length == m.Ro.Count ? products : null);
        var (d, g) = (Own(m.D, directions), Own(m.PrevFlatGrad, gradients));
        Stand = new(m.FuncEvals, m.NIter, d, m.T, m.HDiag, g, m.PrevLoss);
    }

    /// <summary>The vector where it is worked with, and not written to while it is the stand's.</summary>
    Place<T>? Own(NDArray? vector, Place<T>?[] pool)
    {
        if (vector is null) return null;
        if (!lasts) return Pairs.Whole(vector);
        var to = Other(pool, []);
        vector.CopyTo(NDArray<T>.At(to, n));
        return to;
    }
}
