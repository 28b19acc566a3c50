using System.Numerics;

namespace Optim.Functional;

/// <summary>The elements that sparse gradients name, gathered before a step and put back after it. The buffers are kept from step to step.</summary>
sealed class SparseSteps<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<(int[] Index, int Count, T[] From, NDArray<T> To)> scatters = [];
    readonly List<T[]> buffers = [];
    readonly List<int[]> orders = [];
    int ordered;

    public void Begin()
    {
        scatters.Clear();
        ordered = 0;
    }

    public void Gather(ref Streams<T> x, NDArray<T> θ, NDArray<T> newΘ, NDArray<T> g, NDArray[] from, NDArray[] to)
    {
        var (index, count) = (g.HasOrder(θ.ColumnMajor) ? g.Indices! : Ordered(g, θ.ColumnMajor), g.Indices!.Length);
        (x.G, x.End) = (g.Place, count);
        x.From = new()
        {
            θ = Gather(θ, newΘ, index, count),
            A = At(from, to, 0, index, count),
            B = At(from, to, 1, index, count),
            C = At(from, to, 2, index, count),
            D = At(from, to, 3, index, count),
        };
        if (from.Length <= 4) return;
        var more = new Places<T>
        {
            A = At(from, to, 4, index, count),
            B = At(from, to, 5, index, count),
            C = At(from, to, 6, index, count),
            D = At(from, to, 7, index, count),
        };
        x.More = [more, more];
    }

    Place<T> At(NDArray[] from, NDArray[] to, int slot, int[] index, int count) =>
        slot < from.Length ? Gather(from[slot], to[slot], index, count) : default;

    Place<T> Gather(NDArray from, NDArray to, int[] index, int count)
    {
        if (!ReferenceEquals(from, to)) from.CopyTo(to);
        var (source, few) = ((NDArray<T>)to, Buffer(count));
        var all = source.Place;
        for (var k = 0; k < count; k++) few[k] = all.From(index[k]);
        scatters.Add((index, count, few, source));
        return new(few);
    }

    /// <summary>The gradient's places in the parameter's order.</summary>
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
