using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>The numbers of a tensor as they come out of a text. Memory is taken as they come, whatever number was said: an eighth of it at
/// first, and so on, so that what is copied is no more than a seventh of them.</summary>
sealed class ArrivingNumbers<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    const int Growth = 8;
    const int AtOnce = 1 << 16;

    readonly long wanted;
    readonly bool isComplex;
    long capacity;
    long bytes;
    Place<T> place;

    /// <summary>Room for them.</summary>
    /// <param name="wanted">How many there are to be; of complex numbers, their parts.</param>
    /// <param name="isComplex">Whether each two are a complex number.</param>
    public ArrivingNumbers(long wanted, bool isComplex)
    {
        (this.wanted, this.isComplex, capacity) = (wanted, isComplex, wanted);
        while (capacity > AtOnce) capacity = Even(capacity / Growth);
        place = Allocation.New<T>(capacity, isComplex, cleared: false);
    }

    static long Even(long n) => n + n % 2;

    static int Size => Unsafe.SizeOf<T>();

    /// <summary>Whether there are as many as wanted.</summary>
    public bool IsFull => bytes == (Int128)wanted * Size;

    /// <summary>How many there are: some bytes of another one count too.</summary>
    public double Count => (double)bytes / Size;

    /// <summary>The next number, unless there are enough.</summary>
    /// <returns>Whether it was taken.</returns>
    public bool TryAdd(T number)
    {
        if (bytes / Size == wanted) return false;
        Grow(bytes / Size + 1);
        place.From((nint)(bytes / Size)) = number;
        bytes += Size;
        return true;
    }

    /// <summary>The next ones, by their bits in base64.</summary>
    /// <returns>Done; or, where the letters are no base64, InvalidData; or, where they are too many, DestinationTooSmall.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> letters)
    {
        var most = (long)Int128.Min((Int128)wanted * Size - bytes, Base64.GetMaxDecodedFromUtf8Length(letters.Length));
        var (start, within) = ((nint)(bytes / Size), (int)(bytes % Size));
        var numbers = (int)((within + most + Size - 1) / Size);
        Grow(start + numbers);
        var room = MemoryMarshal.AsBytes(place.After(start).Span(numbers)).Slice(within, (int)most);
        var status = Base64.DecodeFromUtf8(letters, room, out _, out var written);
        bytes += written;
        return status;
    }

    void Grow(long needed)
    {
        if (needed <= capacity) return;
        var larger = wanted;
        while (larger / Growth >= needed && larger > AtOnce) larger = Even(larger / Growth);
        var next = Allocation.New<T>(larger, isComplex, cleared: false);
        place.CopyTo(next, (nint)capacity);
        (place, capacity) = (next, larger);
    }

    /// <summary>The tensor of them, which must be full.</summary>
    public NDArray<T> ToTensor(int[] shape) => new(place, shape, columnMajor: false, complex: isComplex);

    /// <summary>Takes what was decoded as written with the lowest byte first.</summary>
    public void FromLittleEndian()
    {
        if (BitConverter.IsLittleEndian) return;
        for (nint i = 0; i < (nint)wanted; i++) MemoryMarshal.AsBytes(new Span<T>(ref place.From(i))).Reverse();
    }
}
