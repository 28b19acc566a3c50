namespace Optim.Functional;

/// <summary>The pairs (s, y) that L-BFGS keeps, oldest first, in one buffer whose vectors are used again and again.</summary>
/// <remarks>
/// A step that fails half-way is undone by <see cref="Restore"/>: the vectors of the pairs at its start are not written to before
/// <see cref="Commit"/>. So there are more pairs than history_size, by as many as a step learns and one at least. An optimizer's are all
/// allocated at the first iteration, up to 128 and one; beyond that they double as they are needed. No more are allocated at a time than
/// take a quarter of the memory there is, or than an array can hold. What is not written to takes no memory of the system's.
/// For a single step, pairs are whole arrays, which no step writes to again once they are kept: those that are loaded are worked with, and
/// those that are saved handed on, without a copy. On a device each vector has memory of its own, which is taken when it is needed.
/// </remarks>
/// <param name="n">Length of a vector.</param>
/// <param name="lasts">Whether there will be other steps.</param>
/// <param name="device">Where they lie; null: here.</param>
sealed class CurvaturePairs<T>(int n, bool lasts = true, Device? device = null) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The share of memory that may be allocated at once; and what a pair costs beside its elements.</summary>
    const int Share = 4, Overhead = 1 << 10;

    /// <summary>Pairs that are allocated before it is known that there will be so many.</summary>
    const int First = 128 + 1;

    readonly List<CurvaturePair<T>> all = [], kept = [], saved = [];
    CurvaturePair<T>? fresh;

    /// <summary>Elements of a vector.</summary>
    public int Length => n;

    public int Count => kept.Count;

    /// <summary>Pairs that there is room for.</summary>
    public int Capacity => all.Count;

    public Place<T>[] S { get; private set; } = [];
    public Place<T>[] Y { get; private set; } = [];

    /// <summary>1/(y·s).</summary>
    public double[] Ro { get; private set; } = [];

    /// <summary>Whether each vector is an array of its own, as MathNet's providers want it, and not a part of a buffer.</summary>
    public bool AreArrays { get; private set; }

    /// <summary>sᵢ·yⱼ, i older than j, where <see cref="Multiply"/> was called before the last pair was kept.</summary>
    public double SY(int i, int j) => kept[j].Products[kept[i].Number];

    /// <summary>Where the next pair is to be written.</summary>
    /// <param name="most">Pairs that are kept at most.</param>
    public (Place<T> Y, Place<T> S) Fresh(int most)
    {
        if ((fresh = all.Find(static p => !p.IsKept && !p.IsSaved && !p.IsLoaded)) is null)
        {
            Allocate(most);
            fresh = all[^1];
            Grow();
        }
        return (fresh.Y, fresh.S);
    }

    void Allocate(int most)
    {
        if (!lasts || device is not null)
        {
            Add(NewArray(), NewArray(), all.Count + 1);
            return;
        }
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Share;
        var fits = memory / (2 * VectorBuffer.Stride<T>(n) * Unsafe.SizeOf<T>() + Overhead);
        var wanted = Math.Min(most + 1L - all.Count, Math.Max(First, all.Count));
        var more = (int)Math.Clamp(fits, 1, Math.Max(1, wanted));
        var vectors = AreArrays ? [.. Enumerable.Range(0, 2 * more).Select(_ => NewArray())] : VectorBuffer.Allocate<T>(2 * more, n);
        var count = all.Count + more;
        for (var k = 0; k < more; k++) Add(vectors[k], vectors[more + k], count);
    }

    Place<T> NewArray() => device?.New<T>(n, cleared: false) ?? Allocation.New<T>(n, cleared: false);

    /// <param name="s">s.</param>
    /// <param name="y">y.</param>
    /// <param name="count">Pairs that there will be.</param>
    CurvaturePair<T> Add(Place<T> s, Place<T> y, int count)
    {
        var products = n > BlockSum.Length && count <= 2 * LbfgsSweeps<T>.MostPairs ? count : 0; // the loops as they stand make none
        all.Add(new(all.Count, s, y, products));
        return all[^1];
    }

    /// <summary>Moves all pairs into arrays of their own, or from there into a buffer.</summary>
    public void Arrange(bool asArrays)
    {
        if (asArrays == AreArrays || !lasts) return;
        AreArrays = asArrays;
        var (y, s, ρ) = Copy();
        foreach (var list in (List<CurvaturePair<T>>[])[all, kept, saved]) list.Clear();
        Load(LbfgsMemory.Empty with { OldDirs = y, OldStps = s, Ro = ρ });
    }

    /// <summary>Keeps the fresh pair, and drops the oldest beyond <paramref name="most"/>.</summary>
    /// <param name="curvature">y·s.</param>
    /// <param name="most">Pairs that are kept at most.</param>
    /// <param name="products">sᵢ·y of the pairs there are, or nothing.</param>
    public void Keep(double curvature, int most, ReadOnlySpan<double> products = default)
    {
        fresh!.IsMultiplied = products.Length == Count;
        Note(fresh, products);
        while (Count >= most)
        {
            kept[0].IsKept = false;
            kept.RemoveAt(0);
        }
        fresh.Ro = 1 / curvature;
        Take(fresh);
        Line();
    }

    /// <summary>Keeps a pair's products with the oldest ones.</summary>
    void Note(CurvaturePair<T> pair, ReadOnlySpan<double> products)
    {
        if (pair.Products.Length < all.Count && products.Length > 0) pair.Products = new double[all.Capacity];
        for (var i = 0; i < products.Length; i++) pair.Products[kept[i].Number] = products[i];
    }

    void Take(CurvaturePair<T> pair)
    {
        pair.IsKept = true;
        kept.Add(pair);
    }

    public void Clear()
    {
        foreach (var pair in kept) pair.IsKept = false;
        kept.Clear();
    }

    /// <summary>The pairs as they were at the last <see cref="Commit"/>.</summary>
    public void Restore()
    {
        Clear();
        foreach (var pair in saved) Take(pair);
        Line();
    }

    public void Commit()
    {
        foreach (var pair in saved) pair.IsSaved = false;
        saved.Clear();
        foreach (var pair in kept)
        {
            pair.IsSaved = true;
            saved.Add(pair);
        }
    }

    /// <summary>These pairs, oldest first, in place of all others: copies or, for a single step, the arrays themselves.</summary>
    /// <param name="m">The pairs.</param>
    /// <param name="products">sᵢ·y of each pair with the older ones, where they are known.</param>
    public void Load(LbfgsMemory m, double[][]? products = null)
    {
        Clear();
        Commit();
        for (var i = 0; i < m.Ro.Count; i++)
        {
            if (lasts)
            {
                var (y, s) = Fresh(m.Ro.Count);
                m.OldDirs[i].CopyTo(NDArray<T>.At(y, n));
                m.OldStps[i].CopyTo(NDArray<T>.At(s, n));
            }
            else
            {
                fresh = Add(Whole(m.OldStps[i]), Whole(m.OldDirs[i]), m.Ro.Count);
                fresh.IsLoaded = true;
            }
            fresh!.Ro = m.Ro[i];
            fresh.IsMultiplied = products?[i].Length == i;
            if (fresh.IsMultiplied) Note(fresh, products![i]);
            Take(fresh);
        }
        Commit();
        if (lasts) Line();
        else Grow();
    }

    /// <summary>The array that a vector is, or a copy of a part of one; on a device the vector that it is there, or a copy.</summary>
    public Place<T> Whole(NDArray vector)
    {
        var typed = vector.As<T>();
        var isWhole = device is null
            ? typed.Where is { IsOutside: false, Offset: 0, Owner: T[] array } && array.Length == typed.Length
            : ReferenceEquals(typed.Device, device);
        if (isWhole) return typed.Where;
        var copy = NewArray();
        typed.CopyTo(NDArray<T>.At(copy, n));
        return copy;
    }

    /// <summary>The vectors of the last <see cref="Commit"/>: old_dirs, old_stps, ro. Copies, where there will be other steps.</summary>
    /// <param name="isHere">Whether they are to lie in this process's memory.</param>
    public (List<NDArray> Y, List<NDArray> S, List<double> Ro) Copy(bool isHere = false) =>
        (saved.ConvertAll(p => Copied(p.Y, isHere)), saved.ConvertAll(p => Copied(p.S, isHere)), saved.ConvertAll(p => p.Ro));

    /// <summary>A vector as a tensor: of a copy, where there will be other steps.</summary>
    public NDArray Copied(Place<T> vector, bool isHere)
    {
        var tensor = NDArray<T>.At(vector, n);
        return isHere && device is not null ? tensor.OnHost() : lasts ? tensor.Clone() : tensor;
    }

    /// <summary>sᵢ·y of each pair of the last <see cref="Commit"/> with the older ones; of a pair that they were not made of,
    /// none.</summary>
    public double[][] CopyProducts() =>
        [.. saved.Select((p, j) => p.IsMultiplied && n > BlockSum.Length
            ? [.. saved.Take(j).Select(older => p.Products[older.Number])]
            : Array.Empty<double>())];

    /// <summary>Makes the products sᵢ·yⱼ where they were not made when the pairs were kept.</summary>
    public void Multiply(IHistorySweeps<T> sweeps)
    {
        if (kept.TrueForAll(static p => p.IsMultiplied)) return;
        var products = new double[Count * (Count - 1) / 2];
        sweeps.Multiply(S, Y, Count, n, products);
        for (var j = 0; j < Count; j++)
        {
            Note(kept[j], products.AsSpan(j * (j - 1) / 2, j));
            kept[j].IsMultiplied = true;
        }
    }

    void Grow()
    {
        kept.EnsureCapacity(all.Count);
        saved.EnsureCapacity(all.Count);
        S = new Place<T>[all.Count];
        Y = new Place<T>[all.Count];
        Ro = new double[all.Count];
        Line();
    }

    /// <summary>The pairs side by side, for loops.</summary>
    void Line()
    {
        for (var i = 0; i < Count; i++) (S[i], Y[i], Ro[i]) = (kept[i].S, kept[i].Y, kept[i].Ro);
    }
}
