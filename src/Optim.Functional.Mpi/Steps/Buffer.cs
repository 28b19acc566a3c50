using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>Memory that stays where it is, for MPI to read and write.</summary>
sealed unsafe class Buffer<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly void* start;

    public Buffer(nint length)
    {
        start = NativeMemory.AllocZeroed((nuint)nint.Max(1, length), (nuint)sizeof(T));
        GC.AddMemoryPressure(Bytes = nint.Max(1, length) * sizeof(T));
        (Length, Place) = (length, Place<T>.Outside((nint)start, this));
    }

    ~Buffer()
    {
        NativeMemory.Free(start);
        GC.RemoveMemoryPressure(Bytes);
    }

    public nint Length { get; }
    public Place<T> Place { get; }
    nint Bytes { get; }

    /// <summary>The address of an element.</summary>
    public nint At(nint element = 0) => (nint)((T*)start + element);

    /// <summary>A tensor like a parameter, from an element on.</summary>
    public NDArray<T> Like(NDArray θ, nint from) => new(Place.After(from), θ.Dims, θ.ColumnMajor, complex: θ.IsComplex);

    /// <summary>So many elements from one on.</summary>
    public NDArray<T> Part(nint from, nint length) => Parts.Of(Place.After(from), length);
}

/// <summary>Parts of tensors.</summary>
static class Parts
{
    public static NDArray<T> Of<T>(Place<T> place, nint length, Lifetime? lifetime = null) where T : unmanaged, IFloatingPointIeee754<T> =>
        new(place, [checked((int)length)], columnMajor: false, lifetime: lifetime);

    /// <summary>A part of a dense tensor, as its numbers lie.</summary>
    public static NDArray<T> Of<T>(NDArray<T> whole, nint start, nint length) where T : unmanaged, IFloatingPointIeee754<T> =>
        start == 0 && length == whole.Length ? whole : Of(whole.Place.After(start), length, whole.Lifetime);
}
