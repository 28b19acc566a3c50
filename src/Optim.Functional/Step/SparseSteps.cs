using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>The elements that sparse gradients name, gathered before a step and put back after it. The buffers are kept from step to
/// step.</summary>
sealed class SparseSteps<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<(int[] Index, int Count, int Run, T[] From, NDArray<T> To)> scatters = [];
    readonly Buffers<T> gathered = new();
    readonly Buffers<int> orders = new();
    int[]? turned; // places of the gradient that is gathered for, in the other order

    public void Begin()
    {
        scatters.Clear();
        gathered.Begin();
        orders.Begin();
    }

    public void Gather(ref Streams<T> x, NDArray<T> θ, NDArray<T> newΘ, NDArray<T> g, NDArray[] from, NDArray[] to)
    {
        turned = null;
        (x.G, x.End) = (g.Place, (nint)g.Stored);
        x.From = At(from, to, 0, g) with { θ = Gather(θ, newΘ, g) };
        if (from.Length <= 4) return;
        var more = At(from, to, 4, g);
        x.More = [more, more];
    }

    Places<T> At(NDArray[] from, NDArray[] to, int first, NDArray<T> g) => new()
    {
        A = Slot(from, to, first, g),
        B = Slot(from, to, first + 1, g),
        C = Slot(from, to, first + 2, g),
        D = Slot(from, to, first + 3, g),
    };

    Place<T> Slot(NDArray[] from, NDArray[] to, int slot, NDArray<T> g) => slot < from.Length ? Gather(from[slot], to[slot], g) : default;

    /// <summary>The elements of one array that the gradient names; the array may stand in another order than the gradient.</summary>
    Place<T> Gather(NDArray from, NDArray to, NDArray<T> g)
    {
        if (!ReferenceEquals(from, to)) from.CopyTo(to);
        var (all, few) = ((NDArray<T>)to, gathered.Next(g.Indices!.Length));
        var isOrdered = g.HasOrder(to.ColumnMajor);
        var (place, index, run) = (all.Place, isOrdered ? g.Indices : turned ??= Ordered(g, to.ColumnMajor), isOrdered ? g.Run : 1);
        if (run == 1) for (var k = 0; k < g.Indices.Length; k++) few[k] = place.From(index[k]);
        else for (var k = 0; k < g.Indices.Length; k += run) Elements(place, index[k], run).CopyTo(few.AsSpan(k));
        scatters.Add((index, g.Indices.Length, run, few, all));
        return new(few);
    }

    /// <summary>The gradient's places in the other order than its own.</summary>
    int[] Ordered(NDArray<T> g, bool columnMajor)
    {
        var places = orders.Next(g.Indices!.Length);
        for (var k = 0; k < g.Indices.Length; k++) places[k] = g.PlaceOf(g.Indices[k], columnMajor);
        return places;
    }

    static Span<T> Elements(Place<T> place, int from, int count) => MemoryMarshal.CreateSpan(ref place.From(from), count);

    public void Scatter()
    {
        foreach (var (index, count, run, from, to) in scatters)
        {
            var place = to.Place;
            if (run == 1) for (var k = 0; k < count; k++) place.From(index[k]) = from[k];
            else for (var k = 0; k < count; k += run) from.AsSpan(k, run).CopyTo(Elements(place, index[k], run));
        }
        scatters.Clear();
    }
}
