namespace Optim.Functional;

/// <summary>A parameter and its first four slots.</summary>
struct Places<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public Place<T> θ, A, B, C, D;

    /// <param name="θ">The parameter.</param>
    /// <param name="slots">Its slots.</param>
    /// <param name="first">0; or 4 for the fifth to eighth slot in place of them.</param>
    public static Places<T> Of(NDArray<T> θ, NDArray[] slots, int first = 0) => new()
    {
        θ = θ.Where,
        A = At(θ, slots, first),
        B = At(θ, slots, first + 1),
        C = At(θ, slots, first + 2),
        D = At(θ, slots, first + 3),
    };

    /// <summary>The places so many elements further.</summary>
    public Places<T> After(nint n) => new() { θ = After(θ, n), A = After(A, n), B = After(B, n), C = After(C, n), D = After(D, n) };

    static Place<T> After(Place<T> place, nint n) => place.Owner is null ? place : place.After(n);

    static Place<T> At(NDArray<T> θ, NDArray[] slots, int slot) =>
        slot >= slots.Length ? default : Standing(θ, (NDArray<T>)slots[slot]);

    /// <summary>In the parameter's order; one of another shape is a whole rule's, which finds it itself.</summary>
    static Place<T> Standing(NDArray<T> θ, NDArray<T> slot) =>
        slot.Device is not null && !slot.SameShape(θ) ? slot.Where : slot.Standing(θ.ColumnMajor);
}

/// <summary>What one tensor's step, or that of a part of it, reads; and writes, where it is in place.</summary>
struct Streams<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public Places<T> From;
    public Place<T> G;
    public nint Start, End;

    /// <summary>Number from 1 on of a gradient that stands in the other order and is turned part by part; 0 of others.</summary>
    public int Other;

    /// <summary>Which of the engine's turns: tensors of one turn stand at the same step.</summary>
    public int Turn;

    /// <summary>Whose streams these are; null for a part before another.</summary>
    public ParameterState? State;

    /// <summary>The slots that they are made of.</summary>
    public NDArray[]? Slots;

    /// <summary>Whether they can be used at the next step in place: while the slots are the state's, only the gradient is new.</summary>
    public bool IsKept;

    /// <summary>Whether they were, so that the state has its new step already.</summary>
    public bool IsAgain;

    /// <summary>Whether the parameter stands column by column.</summary>
    public bool ColumnMajor;

    /// <summary>The fifth slot and on: where they are read, and where they go.</summary>
    public Places<T>[]? More;

    /// <summary>The parameter.</summary>
    public NDArray<T>? Of;

    /// <summary>The index of an element, row by row.</summary>
    public readonly long RowByRow(nint i) => ColumnMajor && Of!.Dims.Length == 2 ? Of.PlaceOf((int)i, columnMajor: false) : i;
}
