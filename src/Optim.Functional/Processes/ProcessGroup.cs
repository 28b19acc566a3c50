namespace Optim.Functional;

/// <summary>Processes that make the same steps together, each with gradients of its own: <c>new Optimizer(parameters, rule, over:
/// world)</c>. The package Optim.Functional.Mpi has one over MPI.</summary>
public abstract class ProcessGroup
{
    internal ProcessGroup() { }

    /// <summary>The number of this process, from 0 on.</summary>
    public abstract int Rank { get; }

    /// <summary>How many processes there are.</summary>
    public abstract int Size { get; }

    /// <summary>The mean of gradients of all processes, the same bits for all: added in the order of ranks, then divided. For steps of the
    /// pure face: <c>rule.Step(θ, world.Mean(gradients), state)</c>. All processes call it.</summary>
    /// <param name="gradients">Of the same names, shapes and types in all processes; only read.</param>
    public abstract Params Mean(Params gradients);

    /// <summary>Makes the parameters of all processes those of the first, and says which part of each this process steps. All processes
    /// call it together.</summary>
    internal abstract IExchange<T> Join<T>(Optimizer optimizer) where T : unmanaged, IFloatingPointIeee754<T>;
}
