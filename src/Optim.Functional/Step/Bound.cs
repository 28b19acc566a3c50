using System.Numerics;

namespace Optim.Functional;

/// <summary>Tensors of a turn with the step that they are to make.</summary>
abstract class Bound<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public abstract void Run(Engine<T> engine);

    /// <summary>Whether it may throw when it has begun to write.</summary>
    public virtual bool MayThrow => false;

    /// <summary>All that it writes.</summary>
    public virtual IEnumerable<NDArray<T>> Written(Engine<T> engine) => [];
}

/// <summary>The same with all types known: what runs is one loop.</summary>
sealed class Bound<T, L, S> : Bound<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where L : struct, IMemoryLane<L, T>
    where S : struct, IStep<L>
{
    S step;
    int first, end;
    uint wider;
    long average;
    bool isShared;

    /// <param name="bound">The step.</param>
    /// <param name="from">Its first tensor.</param>
    /// <param name="to">The one after its last.</param>
    /// <param name="next">Elements of the next wider lane: tensors that fill it are not stepped here.</param>
    /// <param name="perTensor">Elements of a tensor on the average, 0 for a single one.</param>
    /// <param name="threads">Whether several threads take part.</param>
    public void Set(in S bound, int from, int to, uint next, long perTensor, bool threads) =>
        (step, first, end, wider, average, isShared) = (bound, from, to, next, perTensor, threads);

    public override void Run(Engine<T> engine)
    {
        var (items, into) = (engine.Items(first, end), engine.Targets(first, end));
        if (isShared) Shares<T>.Mine.Run<L, S>(step, items, into, wider, average, engine.How);
        else Loop.Run<L, T, S>(step, items.Span, into.Span, wider, average);
    }
}
