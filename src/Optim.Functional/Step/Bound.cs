namespace Optim.Functional;

/// <summary>Tensors of a turn with the step that they are to make.</summary>
abstract class Bound<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public abstract void Run(CpuEngine<T> engine);

    /// <summary>Whether it may throw when it has begun to write.</summary>
    public virtual bool MayThrow => false;

    /// <summary>All that it writes.</summary>
    public virtual IEnumerable<NDArray<T>> Written(CpuEngine<T> engine) => [];
}

/// <summary>The same with all types known: what runs is one loop.</summary>
sealed class Bound<T, L, S> : Bound<T>
    where T : unmanaged, IFloatingPointIeee754<T>
    where L : struct, IMemoryLane<L, T>
    where S : struct, IStep<L>
{
    S step;
    int first, end;
    ulong wider;
    long average;
    bool isShared, hasOthers;

    /// <param name="bound">The step.</param>
    /// <param name="from">Its first tensor.</param>
    /// <param name="to">The one after its last.</param>
    /// <param name="next">Elements of the next wider lane: tensors that fill it are not stepped here.</param>
    /// <param name="perTensor">Elements of a tensor on the average, 0 for a single one.</param>
    /// <param name="threads">Whether several threads take part.</param>
    /// <param name="others">Whether there are gradients that are turned part by part.</param>
    public void Set(in S bound, int from, int to, ulong next, long perTensor, bool threads, bool others) =>
        (step, first, end, wider, average, isShared, hasOthers) = (bound, from, to, next, perTensor, threads, others);

    public override void Run(CpuEngine<T> engine)
    {
        if (isShared || hasOthers) Share(engine);
        else Loop.Run<L, T, S>(step, engine.Batch.Span(first, end), engine.Batch.Targets(first, end).Span, wider, average);
    }

    void Share(CpuEngine<T> engine)
    {
        var (batch, how) = (engine.Batch, engine.Batch.How);
        var threads = isShared ? how.Threads : 1;
        var (items, into) = (batch.Items(first, end), batch.Targets(first, end));
        Shares<T>.Mine.Run<L, S>(step, items, into, wider, average, threads, how.ChunkLength, batch.Gradients);
    }
}
