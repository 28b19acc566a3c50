namespace Optim.Functional.PyTorch;

/// <summary>The numbers of a tensor as bytes: row by row, lowest byte first.</summary>
abstract class TensorData
{
    /// <summary>Fills a span with the bytes from one on.</summary>
    public abstract void Read(long at, Span<byte> into);

    /// <summary>Where the first byte is in memory, for as long as <see cref="Owner"/> is; 0 where it is in none.</summary>
    public virtual nint Address => 0;

    public virtual object? Owner => null;
}

/// <summary>A part of a file, whose checksum is verified before the first byte is given.</summary>
sealed class FilePart(FileBytes file, long start, Checksum? sum) : TensorData
{
    public override nint Address
    {
        get
        {
            sum?.Verify();
            return file.Address(start);
        }
    }

    public override object? Owner => file.Owner;

    public override void Read(long at, Span<byte> into)
    {
        sum?.Verify();
        file.Read(start + at, into);
    }
}

/// <summary>Bytes in an array.</summary>
sealed class ArrayData(byte[] bytes) : TensorData
{
    public override void Read(long at, Span<byte> into) => bytes.AsSpan((int)at, into.Length).CopyTo(into);
}
