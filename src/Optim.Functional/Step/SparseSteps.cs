using System.Numerics;

namespace Optim.Functional;

/// <summary>The elements that sparse gradients name, gathered before a step and put back after it. The buffers are kept from step to step.</summary>
sealed class SparseSteps<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<(int[] Index, T[] From, NDArray<T> To)> scatters = [];
    readonly List<T[]> buffers = [];

    public void Begin() => scatters.Clear();

    public void Gather(ref Streams<T> x, NDArray<T> θ, NDArray<T> newΘ, NDArray<T> g, NDArray[] from, NDArray[] to)
    {
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
        x.More ??= new Places<T>[2];
        (x.More[0], x.More[1]) = (more, more);
    }

    Place<T> At(NDArray[] from, NDArray[] to, int slot, NDArray<T> g) => slot < from.Length ? Gather(from[slot], to[slot], g) : default;

    Place<T> Gather(NDArray from, NDArray to, NDArray<T> g)
    {
        if (!ReferenceEquals(from, to)) from.CopyTo(to);
        var (source, index) = ((NDArray<T>)to, g.OrderedIndices(to.ColumnMajor));
        var few = Buffer(index.Length);
        var all = source.Place;
        for (var k = 0; k < index.Length; k++) few[k] = all.From(index[k]);
        scatters.Add((index, few, source));
        return new(few);
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
        foreach (var (index, from, to) in scatters)
        {
            var all = to.Place;
            for (var k = 0; k < index.Length; k++) all.From(index[k]) = from[k];
        }
        scatters.Clear();
    }
}
