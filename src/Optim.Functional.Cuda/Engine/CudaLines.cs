using System.Runtime.InteropServices;

namespace Optim.Functional.Cuda;

/// <summary>Means and passes over lines of matrices that lie on a device.</summary>
sealed class CudaLines<T>(CudaDevice device) where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly DeviceTable tables = new(device);
    byte[] arguments = [];

    /// <param name="kind">What is done.</param>
    /// <param name="known">The formula.</param>
    /// <param name="recording">Its constants.</param>
    /// <param name="read">What is read: the operands, then numbers of lines and places.</param>
    /// <param name="to">Where the results go.</param>
    /// <param name="shape">The matrices.</param>
    /// <param name="factor">The address of the factors that are on the device.</param>
    public void Run(
        KernelKind kind,
        KnownCode known,
        Recording recording,
        ReadOnlySpan<Place<T>> read,
        Place<T> to,
        LineShape shape,
        nint factor)
    {
        if (shape.Elements == 0) return;
        var code = known.Code;
        Span<ulong> row = stackalloc ulong[LinesText.RowLength(code.Streams)];
        row.Clear();
        for (var s = 0; s < code.Streams; s++) row[s] = (ulong)read[s].Address;
        var all = kind switch
        {
            KernelKind.Along => shape.All,
            KernelKind.Across => (long)shape.Matrices * shape.Length,
            _ => shape.Elements,
        };
        (row[^5], row[^3], row[^2], row[^1]) = ((ulong)shape.Length, (ulong)to.Address, (ulong)shape.Lines, (ulong)all);
        var bytes = PtxText.ArgumentBytes + PtxKernel.ConstantBytes(code, ElementType.Of<T>());
        if (arguments.Length < bytes) Array.Resize(ref arguments, bytes);
        var constants = MemoryMarshal.Cast<byte, T>(arguments.AsSpan(PtxText.ArgumentBytes));
        for (var k = 0; k < known.Count; k++) constants[k] = known.At(recording, k).As<T>();
        var each = kind == KernelKind.Along ? LinesText.Warps : LinesText.Threads;

        using var within = device.Enter();
        tables.Send(MemoryMarshal.AsBytes(row));
        MemoryMarshal.Write(arguments, (ulong)tables.Address);
        MemoryMarshal.Write(arguments.AsSpan(16), (ulong)factor);
        var blocks = checked((int)((all + each - 1) / each));
        device.Launch(new(kind, code, typeof(T) == typeof(double)), blocks, LinesText.Threads, arguments.AsSpan(0, bytes));
    }
}
