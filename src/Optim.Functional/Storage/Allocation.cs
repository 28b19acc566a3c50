using System.Runtime.InteropServices;

namespace Optim.Functional;

using MathNet.Numerics;
using Complex = System.Numerics.Complex;

/// <summary>New memory for tensors: an array as long as one can be that long, else memory of the system's.</summary>
static class Allocation
{
    /// <summary>Numbers of 0, or as they come.</summary>
    /// <param name="length">How many elements.</param>
    /// <param name="complex">Whether each two are a complex number: then the array is one of those, so that MathNet can share it.</param>
    /// <param name="cleared">Whether they must be 0.</param>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    public static Place<T> New<T>(long length, bool complex, bool cleared) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (length / (complex ? 2 : 1) > Array.MaxLength) return Outside<T>(length);
        var n = (int)(length / (complex ? 2 : 1));
        if (!complex) return new(New<T>(n, cleared));
        return typeof(T) == typeof(float) ? Place<T>.In(New<Complex32>(n, cleared), 0) : Place<T>.In(New<Complex>(n, cleared), 0);
    }

    /// <summary>Room for so many numbers, which are as they come: what is kept, where it is long enough, else a new array in its
    /// place.</summary>
    public static E[] Room<E>(ref E[]? kept, int n) where E : unmanaged
    {
        if (kept is null || kept.Length < n) kept = New<E>(n, cleared: false);
        return kept;
    }

    /// <summary>A vector on a device, which is as it comes, or here, of 0.</summary>
    public static Place<T> Vector<T>(Device? device, int n) where T : unmanaged, IFloatingPointIeee754<T> =>
        device?.New<T>(n, cleared: false) ?? New<T>(n, cleared: true);

    /// <summary>An array, behind huge pages where it is long.</summary>
    public static E[] New<E>(int n, bool cleared) where E : unmanaged =>
        HugePages.Advise(cleared ? new E[n] : GC.AllocateUninitializedArray<E>(n));

    static Place<T> Outside<T>(long length) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var block = new Block((nuint)length * (nuint)Unsafe.SizeOf<T>());
        return Place<T>.Outside(block.Address, block);
    }

    /// <summary>Memory of the system's, of 0: pages that nobody writes to take none.</summary>
    sealed unsafe class Block(nuint bytes)
    {
        readonly void* start = NativeMemory.AllocZeroed(bytes);

        public nint Address => (nint)start;

        ~Block() => NativeMemory.Free(start);
    }
}
