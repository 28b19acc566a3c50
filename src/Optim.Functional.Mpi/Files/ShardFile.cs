using System.Runtime.InteropServices;

namespace Optim.Functional;

/// <summary>A process's numbers in a file, one part of a tensor after another, as they lie in memory.</summary>
sealed class ShardFile : IDisposable
{
    readonly FileStream file;
    readonly string name;
    uint check;

    public ShardFile(string folder, string name)
    {
        this.name = name;
        file = new(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
    }

    public List<Piece> Pieces { get; } = [];

    /// <summary>Adds so many numbers of a tensor, from one on.</summary>
    public void Add(string parameter, string slot, NDArray whole, NDArray part, nint start)
    {
        Pieces.Add(new(
            parameter, slot, whole.Dims, whole.ElementType == typeof(float) ? "float32" : "float64", whole.IsComplex, whole.ColumnMajor,
            start, part.Length, name, file.Position));
        if (part is NDArray<float> single) Write(single);
        else Write((NDArray<double>)part);
    }

    void Write<T>(NDArray<T> part) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Most = 1 << 18;
        for (nint at = 0, n; at < (nint)part.Length; at += n)
        {
            n = nint.Min(Most, (nint)part.Length - at);
            var bytes = MemoryMarshal.AsBytes(part.Place.After(at).Span((int)n));
            check = Checked(check, bytes);
            file.Write(bytes);
        }
    }

    /// <summary>CRC-32C, of whole numbers of four bytes.</summary>
    public static uint Checked(uint check, ReadOnlySpan<byte> bytes)
    {
        foreach (var word in MemoryMarshal.Cast<byte, uint>(bytes)) check = BitOperations.Crc32C(check, word);
        return check;
    }

    /// <summary>Writes it to the disk.</summary>
    /// <returns>Its name, bytes and check sum.</returns>
    public ShardMark End()
    {
        file.Flush(flushToDisk: true);
        return new(name, file.Length, check);
    }

    public void Dispose() => file.Dispose();
}

/// <summary>What a file must have.</summary>
/// <param name="File">Its name.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Check">CRC-32C.</param>
readonly record struct ShardMark(string File, long Bytes, uint Check);
