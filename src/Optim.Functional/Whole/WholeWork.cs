namespace Optim.Functional;

/// <summary>What whole rules work in, kept from step to step.</summary>
sealed class WholeWork<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<T[]> arrays = [];
    T[] memory = [];
    Place<T> there;
    long taken, most, reservedThere;

    public WholeWork() => Lines = new(Passes);

    public Passes<T> Passes { get; } = new();

    public Lines<T> Lines { get; }

    /// <summary>Makes room; the only thing here that can fail for want of memory.</summary>
    /// <param name="elements">How many.</param>
    /// <param name="device">Where; null: here.</param>
    public void Reserve(long elements, Device? device = null)
    {
        if (device is not null)
        {
            if (reservedThere < elements) there = device.New<T>(elements, cleared: false);
            reservedThere = Math.Max(reservedThere, elements);
            return;
        }
        if (elements > Array.MaxLength) throw Fault.TooMuchWork(elements, Array.MaxLength);
        if (memory.Length < elements) memory = HugePages.Advise(GC.AllocateUninitializedArray<T>((int)elements, pinned: true));
    }

    /// <summary>A tensor's step begins: nothing is taken of what its rule has asked for.</summary>
    public void Begin(long reserved) => (taken, most) = (0, reserved);

    public Operand<T> Take(long length)
    {
        if (Passes.Device is null && ProviderBlas<T>.IsChosen) return new(Whole((int)length), length);
        if (taken + length > most) throw Fault.WorkTaken(taken + length, most);
        var start = taken;
        taken += length;
        return new(Passes.Device is null ? new(memory, (nint)start) : there.After((nint)start), length);
    }

    /// <summary>MathNet's providers take whole arrays only.</summary>
    T[] Whole(int length)
    {
        var found = arrays.FindIndex((int)taken, a => a.Length == length);
        if (found < 0)
        {
            arrays.Add(new T[length]);
            found = arrays.Count - 1;
        }
        (arrays[(int)taken], arrays[found]) = (arrays[found], arrays[(int)taken]);
        return arrays[(int)taken++];
    }
}
