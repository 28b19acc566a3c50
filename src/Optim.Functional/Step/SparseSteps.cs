namespace Optim.Functional;

/// <summary>The elements that sparse gradients name, gathered before a step and put back after it. The buffers are kept from step to step.</summary>
sealed class SparseSteps<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<(int[] Index, int Count, T[] From, NDArray<T> To)> scatters = [];
    readonly List<T[]> buffers = [];
    readonly List<int[]> orders = [];
    int ordered;
    int[]? turned; // places of the gradient that is gathered for, in the other order

    public void Begin()
    {
        scatters.Clear();
        ordered = 0;
    }

    public void Gather(ref Streams<T> x, NDArray<T> θ, NDArray<T> newΘ, NDArray<T> g, NDArray[] from, NDArray[] to)
    {
        turned = null;
        (x.G, x.End) = (g.Place, (nint)g.Stored);
        x.From = new()
        {
            θ = Gather(θ, newΘ, g),
            A = At(from, to, 0, g),
            B = At(from, to, 1, g),
            C = At(from, to, 2, g),
            D = At(from, to, 3, g),
        };
        if (from.Length <= 4) return;
        var more = new Places<T> { A = At(from, to, 4, g), B = At(from, to, 5, g), C = At(from, to, 6, g), D = At(from, to, 7, g) };
        x.More = [more, more];
    }

    Place<T> At(NDArray[] from, NDArray[] to, int slot, NDArray<T> g) => slot < from.Length ? Gather(from[slot], to[slot], g) : default;

    /// <summary>The elements of one array that the gradient names; the array may stand in another order than the gradient.</summary>
    Place<T> Gather(NDArray from, NDArray to, NDArray<T> g)
    {
        if (!ReferenceEquals(from, to)) from.CopyTo(to);
        var (source, count) = ((NDArray<T>)to, g.Indices!.Length);
        var (index, few, all) = (g.HasOrder(to.ColumnMajor) ? g.Indices! : turned ??= Ordered(g, to.ColumnMajor), Buffer(count), source.Place);
        for (var k = 0; k < count; k++) few[k] = all.From(index[k]);
        scatters.Add((index, count, few, source));
        return new(few);
    }

    /// <summary>The gradient's places in the other order than its own.</summary>
    int[] Ordered(NDArray<T> g, bool columnMajor)
    {
        var from = g.Indices!;
        if (ordered == orders.Count) orders.Add([]);
        if (orders[ordered].Length < from.Length) orders[ordered] = new int[Math.Max(from.Length, 2 * orders[ordered].Length)];
        var places = orders[ordered++];
        for (var k = 0; k < from.Length; k++) places[k] = g.PlaceOf(from[k], columnMajor);
        return places;
    }

    T[] Buffer(int length)
    {
        var number = scatters.Count;
        if (number == buffers.Count) buffers.Add([]);
        if (buffers[number].Length < length) buffers[number] = new T[Math.Max(length, 2 * buffers[number].Length)];
        return buffers[number];
    }

    public void Scatter()
    {
        foreach (var (index, count, from, to) in scatters)
        {
            var all = to.Place;
            for (var k = 0; k < count; k++) all.From(index[k]) = from[k];
        }
        scatters.Clear();
    }
}
