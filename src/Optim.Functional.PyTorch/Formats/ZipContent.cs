using System.IO.Compression;

namespace Optim.Functional.PyTorch;

/// <summary>The bytes of a file in a zip.</summary>
static class ZipContent
{
    /// <summary>As they stand; or, where they are compressed, in memory. What is read has its checksum verified first.</summary>
    public static TensorData Data(FileBytes file, ZipEntry entry, bool verify)
    {
        if (entry.IsDeflated) return new ArrayData(Inflate(file, entry, verify));
        return new FilePart(file, entry.Start, verify ? Sum(file, entry) : null);
    }

    /// <summary>The checksum of a file that stands as it is.</summary>
    public static Checksum Sum(FileBytes file, ZipEntry entry) => new(file, entry.Start, entry.Length, $"'{entry.Name}'", entry.Crc);

    /// <summary>The same to be read in turn.</summary>
    public static (FileBytes File, long Start) Bytes(FileBytes file, ZipEntry entry, bool verify)
    {
        if (entry.IsDeflated) return (new MemoryBytes(file.Name, Inflate(file, entry, verify)), 0);
        if (verify) Sum(file, entry).Verify();
        return (file, entry.Start);
    }

    static byte[] Inflate(FileBytes file, ZipEntry entry, bool verify)
    {
        if (entry.Length > Array.MaxLength) throw Fault.Zip(file.Name, $"'{entry.Name}' is compressed and of more than 2 GiB");
        var bytes = new byte[entry.Length];
        using var deflated = new DeflateStream(new PartStream(file, entry.Start, entry.Stored), CompressionMode.Decompress);
        var isWhole = false;
        try { isWhole = deflated.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length && deflated.ReadByte() < 0; }
        catch (InvalidDataException) { throw Fault.Zip(file.Name, $"'{entry.Name}' cannot be decompressed"); }
        if (!isWhole) throw Fault.Zip(file.Name, $"'{entry.Name}' has not the {bytes.Length} bytes that it says");
        if (verify && System.IO.Hashing.Crc32.HashToUInt32(bytes) is var got && got != entry.Crc)
            throw Fault.Crc(file.Name, $"'{entry.Name}'", got, entry.Crc);
        return bytes;
    }

    /// <summary>A part of a file as a stream.</summary>
    sealed class PartStream(FileBytes file, long at, long left) : Stream
    {
        public override int Read(Span<byte> into)
        {
            var count = (int)Math.Min(into.Length, left);
            file.Read(at, into[..count]);
            at += count;
            left -= count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
