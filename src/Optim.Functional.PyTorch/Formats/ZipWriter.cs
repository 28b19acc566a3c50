using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Optim.Functional.PyTorch;

/// <summary>Writes a zip of files as they are, whose numbers begin at a multiple of 64 bytes, as torch's do: so they can be
/// mapped.</summary>
sealed class ZipWriter(Stream to)
{
    const int Alignment = 64, AtOnce = 1 << 20;
    const ushort Zip64Version = 45, FirstOfJanuary1980 = 1 << 5 | 1;

    /// <summary>Names are UTF-8, and the checksum stands behind the numbers: so these are gone through once. torch has the same.</summary>
    const ushort Flags = 1 << 11 | 1 << 3;

    /// <summary>torch's mark of the bytes that it fills up with.</summary>
    const ushort Padding = 0x4246;

    static ReadOnlySpan<byte> NoCommentDiskOrAttributes => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    readonly List<(byte[] Name, uint Crc, long Length, long Header)> written = [];
    long position;

    public void Add(string name, byte[] bytes) => Add(name, new ArrayData(bytes), bytes.Length);

    public void Add(string name, TensorData data, long length)
    {
        var (encoded, header) = (Encoding.UTF8.GetBytes(name), position);
        var wide = length >= uint.MaxValue;
        var extra = wide ? 20 : 0;
        var padding = (int)(Alignment - (header + 30 + encoded.Length + extra + 4) % Alignment) % Alignment;
        U32(0x04034b50);
        Head(0, wide ? uint.MaxValue : (uint)length, encoded.Length, extra + 4 + padding);
        Write(encoded);
        if (wide)
        {
            U16(1);
            U16(16);
            U64((ulong)length);
            U64((ulong)length);
        }
        U16(Padding);
        U16((ushort)padding);
        Write(new byte[padding]);
        var crc = Numbers(data, length);
        U32(0x08074b50);
        U32(crc);
        for (var i = 0; i < 2; i++)
            if (wide) U64((ulong)length);
            else U32((uint)length);
        written.Add((encoded, crc, length, header));
    }

    uint Numbers(TensorData data, long length)
    {
        var sum = new Crc32();
        foreach (var part in Parts(data, length))
        {
            sum.Append(part.Span);
            Write(part.Span);
        }
        return sum.GetCurrentHashAsUInt32();
    }

    /// <summary>Writes the directory. Nothing is added after it.</summary>
    public void End()
    {
        var start = position;
        foreach (var (name, crc, length, header) in written)
        {
            var (wideLength, wideHeader) = (length >= uint.MaxValue, header >= uint.MaxValue);
            var wide = (wideLength ? 16 : 0) + (wideHeader ? 8 : 0);
            U32(0x02014b50);
            U16(Zip64Version);
            Head(crc, wideLength ? uint.MaxValue : (uint)length, name.Length, wide == 0 ? 0 : 4 + wide);
            Write(NoCommentDiskOrAttributes);
            U32(wideHeader ? uint.MaxValue : (uint)header);
            Write(name);
            if (wide == 0) continue;
            U16(1);
            U16((ushort)wide);
            if (wideLength)
            {
                U64((ulong)length);
                U64((ulong)length);
            }
            if (wideHeader) U64((ulong)header);
        }
        EndOf(start, position - start);
    }

    void EndOf(long start, long length)
    {
        var end64 = position;
        U32(0x06064b50);
        U64(44);
        U16(Zip64Version);
        U16(Zip64Version);
        U64(0); // disks
        U64((ulong)written.Count);
        U64((ulong)written.Count);
        U64((ulong)length);
        U64((ulong)start);
        U32(0x07064b50);
        U32(0);
        U64((ulong)end64);
        U32(1);
        U32(0x06054b50);
        U32(0); // disks
        U16((ushort)Math.Min(written.Count, ushort.MaxValue));
        U16((ushort)Math.Min(written.Count, ushort.MaxValue));
        U32((uint)Math.Min(length, uint.MaxValue));
        U32((uint)Math.Min(start, uint.MaxValue));
        U16(0);
    }

    /// <summary>What a local header and an entry of the directory have alike.</summary>
    void Head(uint crc, uint length, int name, int extra)
    {
        U16(Zip64Version);
        U16(Flags);
        U16(0); // as it is
        U16(0);
        U16(FirstOfJanuary1980);
        U32(crc);
        U32(length);
        U32(length);
        U16((ushort)name);
        U16((ushort)extra);
    }

    /// <summary>All bytes in turn, in one buffer.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Parts(TensorData data, long length)
    {
        var buffer = new byte[(int)Math.Min(length, AtOnce)];
        for (long at = 0; at < length; at += buffer.Length)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - at));
            data.Read(at, part.Span);
            yield return part;
        }
    }

    void Write(ReadOnlySpan<byte> bytes)
    {
        to.Write(bytes);
        position += bytes.Length;
    }

    void U16(ushort number)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, number);
        Write(bytes);
    }

    void U32(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        Write(bytes);
    }

    void U64(ulong number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        Write(bytes);
    }
}
