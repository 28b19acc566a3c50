namespace Optim.Functional;

/// <summary>What an optimizer's steps need of the other processes that make them. Each of its calls is one of all processes.</summary>
interface IExchange<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>How many processes there are.</summary>
    int Size { get; }

    /// <summary>Whether gradients that are added up until a step (<see cref="Accumulate"/>) are those of all processes at each call; else
    /// each process adds up its own, and those sums are added at the step.</summary>
    bool EachCall { get; }

    /// <summary>Whether processes step parts of the parameters: then gradients and states are of parts.</summary>
    bool HasParts { get; }

    /// <summary>Adds sums over the parts of the model.</summary>
    ICombine Combine { get; }

    /// <summary>The place in a parameter at which this process's part begins.</summary>
    nint StartOf(int number);

    /// <summary>A call begins.</summary>
    /// <param name="reduces">Whether gradients are exchanged at it: not at one whose gradients wait for others in each process.</param>
    void Begin(bool reduces);

    /// <summary>Replaces each gradient by the sum of all processes', added to <see cref="Given{T}.Before"/> where gradients of all are
    /// added up at each call; of the part that this process steps. One that no process has is null.</summary>
    /// <param name="gradients">Those of all parameters, null where there is none.</param>
    /// <param name="scale">The factor on them; 1 where it is in the sum.</param>
    /// <param name="skip">Whether a process leaves the step out.</param>
    void Reduce(Span<Given<T>> gradients, ref double scale, ref bool skip);

    /// <summary>Goes on if no process has a fault; else throws on all: the fault, or one that says whose it is.</summary>
    void Agree(Exception? fault);

    /// <summary>Brings the parts that have been stepped to all processes.</summary>
    void Spread();
}
