using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>Where a tensor's numbers begin: so many bytes from the beginning of an array of whatever elements, or from an anchor, for
/// memory that is no array's.</summary>
/// <remarks>
/// All arrays of one dimension have their first element at the same distance, so one way of reading serves them all: T[], those of complex
/// numbers, of bytes.
/// An anchor is an array that never moves and holds whoever owns the memory: so a place keeps its memory alive, whichever it is.
/// </remarks>
readonly record struct Place<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The element <paramref name="start"/> of an array.</summary>
    public Place(T[] array, nint start = 0) : this((Array)array, start * Unsafe.SizeOf<T>(), default) { }

    /// <summary>The beginning of an array; null of none.</summary>
    public static Place<T>? Of(T[]? array) => array is null ? default(Place<T>?) : new Place<T>(array);

    Place(Array owner, nint bytes, ValueTuple _) => (Owner, Offset) = (owner, bytes);

    /// <summary>The array or the anchor; null of no place.</summary>
    public Array? Owner { get; }

    /// <summary>Bytes from the owner's first element.</summary>
    public nint Offset { get; }

    /// <summary>So many bytes into an array of one dimension whose elements hold no references.</summary>
    public static Place<T> In(Array array, nint bytes) => new(array, bytes, default);

    /// <summary>Memory that no array holds, and that is there as long as <paramref name="owner"/> is.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="owner">What keeps it.</param>
    /// <param name="device">The device that it is on; null: this process's.</param>
    public static unsafe Place<T> Outside(nint address, object? owner, Device? device = null)
    {
        var anchor = GC.AllocateArray<object?>(device is null ? 1 : 2, pinned: true);
        anchor[0] = owner;
        if (device is not null) anchor[1] = device;
        return new(anchor, address - (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Unsafe.As<byte[]>(anchor))), default);
    }

    /// <summary>Another address of memory that no array holds, with the same owner.</summary>
    public Place<T> MovedTo(nint address) => new(Owner!, Offset + (address - Address), default);

    /// <summary>Whether the memory is no array's.</summary>
    public bool IsOutside => Owner is object?[];

    /// <summary>The device that the memory is on; null: it is this process's.</summary>
    public Device? Device => Owner is object?[] { Length: 2 } anchor ? (Device)anchor[1]! : null;

    /// <summary>Where it is now. Only memory that no array holds, and a pinned array, are sure to stay there.</summary>
    public unsafe nint Address => (nint)Unsafe.AsPointer(ref First);

    /// <summary>The array of <typeparamref name="T"/> behind it.</summary>
    public T[] Array => (T[])Owner!;

    public ref T First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref MemoryMarshal.GetArrayDataReference(Unsafe.As<byte[]>(Owner)!), Offset));
    }

    /// <summary>The place so many elements further.</summary>
    public Place<T> After(nint elements) => new(Owner!, Offset + elements * Unsafe.SizeOf<T>(), default);

    public Span<T> Span(int length) => length == 0 ? default : MemoryMarshal.CreateSpan(ref At(0, length), length);

    /// <summary>The first of <paramref name="length"/> elements from <paramref name="start"/> on, which must be there: of an array of
    /// <typeparamref name="T"/> this is checked.</summary>
    public ref T At(nint start, nint length)
    {
        if (Owner is T[] array)
        {
            var from = Offset / Unsafe.SizeOf<T>() + start;
            if (from < 0 || length < 1 || array.Length - from < length) throw new ArgumentOutOfRangeException(nameof(length));
        }
        return ref From(start);
    }

    /// <summary>Throws where <see cref="At"/> would.</summary>
    public void Check(nint start, nint length) => _ = ref At(start, length);

    /// <summary>The element <paramref name="i"/>, which must be there: this is not checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T From(nint i) => ref Unsafe.Add(ref First, i);

    /// <summary>Copies so many elements to another place, which they do not reach into.</summary>
    public void CopyTo(Place<T> to, nint length)
    {
        for (nint at = 0, n; at < length; at += n)
        {
            n = nint.Min(length - at, Most);
            After(at).Span((int)n).CopyTo(to.After(at).Span((int)n));
        }
        GC.KeepAlive(Owner);
        GC.KeepAlive(to.Owner);
    }

    /// <summary>Makes so many elements <paramref name="value"/>.</summary>
    public void Fill(T value, nint length)
    {
        for (nint at = 0, n; at < length; at += n) After(at).Span((int)(n = nint.Min(length - at, Most))).Fill(value);
        GC.KeepAlive(Owner);
    }

    /// <summary>Elements of a span, at most.</summary>
    const int Most = 1 << 30;

    public static implicit operator Place<T>(T[] array) => new(array);
}
