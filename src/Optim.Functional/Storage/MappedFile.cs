using System.IO.MemoryMappedFiles;

namespace Optim.Functional;

/// <summary>A file in memory whose numbers are tensors without a copy: what a step writes is in the file.</summary>
/// <remarks>Its tensors keep it. It is given back when it is disposed, or when neither it nor one of its tensors is reachable.</remarks>
/// <example><code>
/// using var file = new MappedFile("weights.bin");
/// var w = new Parameter(file.NDArray&lt;float&gt;(0, 784, 10));
/// </code></example>
public sealed class MappedFile : IDisposable
{
    readonly MemoryMappedViewAccessor view;
    readonly MemoryMappedFile? file;
    readonly Pointer pointer;

    /// <summary>A whole file, which is there, to be read and written.</summary>
    /// <exception cref="IOException">The file is not there, or may not be written.</exception>
    public MappedFile(string path)
    {
        file = MemoryMappedFile.CreateFromFile(path ?? throw Fault.Null(nameof(path)), FileMode.Open);
        try
        {
            view = file.CreateViewAccessor(0, new FileInfo(path).Length);
            pointer = new(view);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A view of the caller's, which may be disposed before this is.</summary>
    /// <exception cref="ArgumentException">The view cannot be read and written.</exception>
    public MappedFile(MemoryMappedViewAccessor view)
    {
        this.view = view ?? throw Fault.Null(nameof(view));
        if (!view.CanRead || !view.CanWrite) throw Fault.ReadOnlyView();
        pointer = new(view);
    }

    /// <summary>Bytes, as many as the view has.</summary>
    public long Length => view.Capacity;

    /// <summary>A row-major tensor over the numbers from a byte of the view on. Without a shape: one number.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="offset">Bytes from the beginning of the view, a multiple of the element's size.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <exception cref="ArgumentException">The tensor reaches beyond the view, or is not aligned, or the element type is neither float nor
    /// double.</exception>
    /// <exception cref="ObjectDisposedException">This has been disposed.</exception>
    public NDArray<T> NDArray<T>(long offset, params int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        pointer.Lifetime.Check();
        var dims = Functional.NDArray.Copied(shape);
        if (dims.Any(d => d < 0)) throw Fault.NegativeShape(dims);
        var bytes = (Int128)Functional.NDArray.Elements(dims, complex: false) * Unsafe.SizeOf<T>();
        if (offset < 0 || offset + bytes > Length) throw Fault.BeyondView(dims, offset, (double)bytes, Length);
        return Functional.NDArray<T>.Outside(pointer.Address + (nint)offset, pointer, pointer.Lifetime, dims);
    }

    /// <summary>Has the system write to the file what has changed.</summary>
    /// <exception cref="ObjectDisposedException">This has been disposed.</exception>
    public void Flush()
    {
        pointer.Lifetime.Check();
        view.Flush();
    }

    /// <summary>Gives the memory back. The tensors must not be used any more: whatever reads or writes them says so. Not to be called
    /// during a step.</summary>
    public void Dispose()
    {
        pointer.Dispose();
        if (file is null) return;
        view.Dispose();
        file.Dispose();
    }

    /// <summary>The address of a view, which stays mapped until this is disposed or collected.</summary>
    sealed unsafe class Pointer : IDisposable
    {
        readonly MemoryMappedViewAccessor view;
        int released;

        public Pointer(MemoryMappedViewAccessor view)
        {
            this.view = view;
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            Address = (nint)start + (nint)view.PointerOffset;
        }

        public nint Address { get; }

        public Lifetime Lifetime { get; } = new("MappedFile");

        public void Dispose()
        {
            Lifetime.End();
            Release();
            GC.SuppressFinalize(this);
        }

        ~Pointer() => Release();

        void Release()
        {
            if (Address != 0 && Interlocked.Exchange(ref released, 1) == 0) view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }
}
