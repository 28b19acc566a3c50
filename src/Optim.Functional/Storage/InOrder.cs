using System.Numerics;

namespace Optim.Functional;

/// <summary>Gradients in the order of their parameters: where they stand, or in memory that is kept from step to step.</summary>
sealed class InOrder<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Turns<T> turns = new();
    readonly List<T[]> kept = [];
    int used;

    /// <summary>A step begins: what was kept for the last one is free.</summary>
    public void Clear()
    {
        turns.Clear();
        used = 0;
    }

    /// <summary>Where a dense gradient is to be read in that order, once <see cref="Write"/> has been called.</summary>
    public Place<T> Place(NDArray<T> g, bool columnMajor)
    {
        if (g.HasOrder(columnMajor)) return g.Place;
        if (g.Length > Array.MaxLength) return g.Ordered(columnMajor);
        var length = (int)g.Length;
        if (used == kept.Count) kept.Add([]);
        if (kept[used].Length < length) kept[used] = HugePages.Advise(GC.AllocateUninitializedArray<T>(length));
        var to = new Place<T>(kept[used++]);
        turns.Add(Turn.Of(g, to));
        return to;
    }

    /// <summary>Puts them in order.</summary>
    public void Write(Execution how) => turns.Write(how);
}
