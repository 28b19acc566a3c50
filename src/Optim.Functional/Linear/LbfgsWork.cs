using System.Numerics;

namespace Optim.Functional;

/// <summary>A loss with its gradient, asked for at a point; all parameters in one vector.</summary>
interface IObjective<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The loss at θ, which is only read, or at the start; its gradient, times the scale, is written. With it comes the largest size of an element of that.</summary>
    (double Loss, double Largest) Evaluate(T[]? θ, double scale, T[] gradient);

    /// <summary>Writes the start as one vector. Asked for before any other point is.</summary>
    void Start(T[] θ);
}

/// <summary>A point: <paramref name="From"/>, or where the step starts, and from there a length along a direction, if there is one.</summary>
readonly record struct LbfgsPoint<T>(T[]? From, double Length = 0, T[]? D = null);

/// <summary>What outlives an iteration, the pairs apart: <see cref="LbfgsMemory"/> says what each is.</summary>
record struct LbfgsStand<T>(int FuncEvals, int NIter, T[]? D, double Length, double HDiag, T[]? PrevFlatGrad, double PrevLoss);

/// <summary>The memory that L-BFGS works in, used again from step to step. A step that throws leaves <see cref="Stand"/> and the pairs of the last commit as they were.</summary>
/// <param name="n">Elements of all parameters.</param>
/// <param name="lasts">Whether there will be other steps.</param>
sealed class LbfgsWork<T>(int n, bool lasts = true) where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly OwnBlas<T> own = new();
    readonly ProviderBlas<T> provider = new();
    readonly LbfgsSweeps<T> sweeps = new();
    readonly TwoLoops<T> loops = new();
    readonly T[]?[] gradients = new T[5][], directions = new T[2][], points = new T[2][];
    T[]? start;

    public LbfgsStand<T> Stand { get; private set; } = new(0, 0, null, 0, 1, null, 0);

    public CurvaturePairs<T> Pairs { get; } = new(n, lasts);

    /// <summary>How this step works: sweeps for vectors longer than a block, the loops as they are for those in cache and for MathNet's native providers.</summary>
    public (IBlas<T>, ILbfgsHistory<T>) Ways(Execution how)
    {
        var native = ProviderBlas<T>.IsChosen;
        (own.How, sweeps.How) = (how, how);
        loops.Blas = native ? provider : own;
        Pairs.Arrange(asArrays: native);
        return (loops.Blas, n > BlockSum.Length && !native ? sweeps : loops);
    }

    /// <summary>Where the step starts, once it has been asked for.</summary>
    public T[] Start => start ??= HugePages.Advise(new T[n]);

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

    public void Commit(in LbfgsStand<T> stand)
    {
        Stand = stand;
        Pairs.Commit();
    }

    /// <summary>Takes over a memory; its arrays are copied.</summary>
    public void Load(LbfgsMemory m)
    {
        Pairs.Load(m);
        Stand = new(m.FuncEvals, m.NIter, Copy(m.D, Direction()), m.T, m.HDiag, Copy(m.PrevFlatGrad, Gradient()), m.PrevLoss);
    }

    /// <summary>The memory of the last commit, in arrays of its own.</summary>
    public LbfgsMemory Save()
    {
        var (ys, ss, ρ) = Pairs.Copy();
        return new(Stand.FuncEvals, Stand.NIter, Wrap(Stand.D), Stand.Length, ys, ss, ρ, Stand.HDiag, Wrap(Stand.PrevFlatGrad), Stand.PrevLoss);
    }

    static T[]? Copy(NDArray? from, T[] to)
    {
        if (from is null) return null;
        from.As<T>().Span.CopyTo(to);
        return to;
    }

    static NDArray? Wrap(T[]? data) => data is null ? null : NDArray.Of((T[])data.Clone());
}
