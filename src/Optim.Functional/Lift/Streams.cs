using System.Numerics;

namespace Optim.Functional;

/// <summary>A parameter and its slots.</summary>
struct Places<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public Place<T> θ, A, B, C, D;

    public static Places<T> Of(NDArray<T> θ, NDArray[] slots)
    {
        Place<T> At(int slot) => slot < slots.Length ? ((NDArray<T>)slots[slot]).Ordered(θ.ColumnMajor) : default;
        return new() { θ = θ.Place, A = At(0), B = At(1), C = At(2), D = At(3) };
    }

    /// <summary>The places so many elements further.</summary>
    public Places<T> After(nint n) => new() { θ = θ.After(n), A = A.After(n), B = B.After(n), C = C.After(n), D = D.After(n) };
}

/// <summary>What one tensor's step, or that of a part of it, reads; and writes, where it is in place.</summary>
struct Streams<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public Places<T> From;
    public Place<T> G;
    public nint Start, End;

    /// <summary>Number from 1 on, in the stepper's list, of a gradient that stands in the other order and is turned part by part; 0 of
    /// others.</summary>
    public int Other;

    /// <summary>Which of the driver's turns: tensors of one turn stand at the same step.</summary>
    public int Turn;

    /// <summary>Whose streams these were at the last step in place: while that is so, only the gradient is new.</summary>
    public ParameterState? State;
    public NDArray[]? Slots;
    public bool ColumnMajor;

    /// <summary>The part before another, which has the same gradient and turn as at the last step.</summary>
    public void Again(in Streams<T> rest) => (G, Turn) = (rest.G, rest.Turn);
}
