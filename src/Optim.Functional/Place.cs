using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>Where a tensor's numbers begin: an element of an array, which may be longer than the tensor.</summary>
readonly record struct Place<T>(T[] Array, int Offset = 0) where T : unmanaged, IFloatingPointIeee754<T>
{
    public ref T First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Array), (nint)(uint)Offset);
    }

    public Span<T> Span(int length) => Array.AsSpan(Offset, length);

    /// <summary>The place so many elements further.</summary>
    public Place<T> Later(int elements) => this with { Offset = Offset + elements };

    /// <summary>The first of <paramref name="length"/> elements from <paramref name="start"/> on, which must be there.</summary>
    public ref T At(int start, int length) => ref Array.AsSpan(Offset + start, length)[0];

    /// <summary>Throws where <see cref="At"/> would.</summary>
    public void Check(int start, int length) => _ = At(start, length);

    /// <summary>The element <paramref name="i"/>, which must be there: this is not checked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T From(int i) => ref Unsafe.Add(ref First, (nint)(uint)i);

    public static implicit operator Place<T>(T[] array) => new(array);
}
