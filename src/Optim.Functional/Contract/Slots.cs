namespace Optim.Functional.Rules;

/// <summary>The state of one element (or one register of elements) while a formula looks at it.</summary>
/// <typeparam name="L">Where it runs.</typeparam>
public struct Slots<L>
    where L : struct
{
    /// <summary>First slot.</summary>
    public L S1;
    /// <summary>Second slot.</summary>
    public L S2;
    /// <summary>Third slot.</summary>
    public L S3;
    /// <summary>Fourth slot.</summary>
    public L S4;
    /// <summary>Fifth slot.</summary>
    public L S5;
    /// <summary>Sixth slot.</summary>
    public L S6;
    /// <summary>Seventh slot.</summary>
    public L S7;
    /// <summary>Eighth slot.</summary>
    public L S8;

    /// <summary>The slot of a number from 0 on, which the compiler is to know: so it stays in a register.</summary>
    public L this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly get =>
            slot == 0 ? S1
            : slot == 1 ? S2
            : slot == 2 ? S3
            : slot == 3 ? S4
            : slot == 4 ? S5
            : slot == 5 ? S6
            : slot == 6 ? S7
            : S8;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set
        {
            if (slot == 0) S1 = value;
            else if (slot == 1) S2 = value;
            else if (slot == 2) S3 = value;
            else if (slot == 3) S4 = value;
            else if (slot == 4) S5 = value;
            else if (slot == 5) S6 = value;
            else if (slot == 6) S7 = value;
            else S8 = value;
        }
    }
}
