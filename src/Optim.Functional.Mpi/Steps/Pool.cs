namespace Optim.Functional;

/// <summary>Memory that buckets take by turns.</summary>
sealed class Pool<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<Buffer<T>> free = [];

    /// <summary>Room for so many elements, which are as they come.</summary>
    public Buffer<T> Rent(nint length)
    {
        var k = free.FindIndex(buffer => buffer.Length >= length && buffer.Length / 2 <= length);
        if (k < 0) return new(length);
        var found = free[k];
        free.RemoveAt(k);
        return found;
    }

    public void Return(Buffer<T>? buffer)
    {
        if (buffer is not null) free.Add(buffer);
    }
}
