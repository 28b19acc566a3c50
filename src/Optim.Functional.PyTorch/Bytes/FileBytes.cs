using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Optim.Functional.PyTorch;

/// <summary>The bytes of a file, to be read at any place.</summary>
abstract class FileBytes(string name, long length) : IDisposable
{
    /// <summary>As messages call it.</summary>
    public string Name => name;

    public long Length => length;

    /// <summary>What keeps a mapping; null where there is none.</summary>
    public virtual object? Owner => null;

    /// <summary>Where a byte is in memory, for as long as <see cref="Owner"/> is; 0 where it is in none.</summary>
    public virtual nint Address(long at) => 0;

    /// <summary>Fills a span with the bytes from a place on, which must be there.</summary>
    public void Read(long at, Span<byte> into)
    {
        if (at < 0 || at > Length - into.Length) throw Fault.Short(name, at, into.Length, Length);
        Fill(at, into);
    }

    public byte[] Read(long at, int count)
    {
        if (at < 0 || count < 0 || at > Length - count) throw Fault.Short(name, at, count, Length);
        var bytes = new byte[count];
        Fill(at, bytes);
        return bytes;
    }

    protected abstract void Fill(long at, Span<byte> into);

    public virtual void Dispose() { }
}

/// <summary>A file that is read where it is asked for.</summary>
sealed class HandleBytes(string name, SafeFileHandle handle) : FileBytes(name, RandomAccess.GetLength(handle))
{
    protected override void Fill(long at, Span<byte> into)
    {
        while (into.Length > 0)
        {
            var read = RandomAccess.Read(handle, into, at);
            if (read == 0) throw Fault.Short(Name, at, into.Length, RandomAccess.GetLength(handle));
            into = into[read..];
            at += read;
        }
    }

    public override void Dispose() => handle.Dispose();
}

/// <summary>A file in memory. Who writes to that memory changes a page of his own, and not the file.</summary>
sealed unsafe class MappedBytes : FileBytes
{
    readonly Mapping mapping;

    public MappedBytes(string name, SafeFileHandle handle) : base(name, RandomAccess.GetLength(handle)) => mapping = new(handle, Length);

    public override object Owner => mapping;

    public override nint Address(long at) => mapping.Start + (nint)at;

    protected override void Fill(long at, Span<byte> into) =>
        new ReadOnlySpan<byte>((byte*)mapping.Start + at, into.Length).CopyTo(into);

    /// <summary>Given back when nothing uses it any more: tensors over it keep it.</summary>
    sealed class Mapping
    {
        readonly MemoryMappedFile file;
        readonly MemoryMappedViewAccessor view;

        public Mapping(SafeFileHandle handle, long length)
        {
            file = MemoryMappedFile.CreateFromFile(
                handle, null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: false);
            view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.CopyOnWrite);
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            Start = (nint)start + (nint)view.PointerOffset;
        }

        public nint Start { get; }

        ~Mapping() => view.SafeMemoryMappedViewHandle.ReleasePointer();
    }
}

/// <summary>Bytes that are in memory already.</summary>
sealed class MemoryBytes(string name, ReadOnlyMemory<byte> bytes) : FileBytes(name, bytes.Length)
{
    protected override void Fill(long at, Span<byte> into) => bytes.Span.Slice((int)at, into.Length).CopyTo(into);
}
