using System.Runtime.InteropServices;

namespace Optim.Functional.Cuda;

/// <summary>Products of matrices that lie on a device, with the processor's bits.</summary>
static class CudaProducts
{
    const int BeforeFactors = 92;

    /// <summary>C ← αAB + βC.</summary>
    public static void Multiply<T>(CudaDevice device, double α, in MatrixPlace<T> a, in MatrixPlace<T> b, double β, in MatrixPlace<T> c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(a, b, c);
        if (c.Rows == 0 || c.Columns == 0) return;
        var across = (c.Columns + ProductText.Side - 1) / ProductText.Side;
        var size = Unsafe.SizeOf<T>();
        var factors = (BeforeFactors + size - 1) / size * size;
        Span<byte> arguments = stackalloc byte[factors + 2 * size];
        arguments.Clear();
        var addresses = MemoryMarshal.Cast<byte, long>(arguments);
        (addresses[0], addresses[1], addresses[2]) = (a.Data.Address, b.Data.Address, c.Data.Address);
        (addresses[3], addresses[4]) = Strides(a);
        (addresses[5], addresses[6]) = Strides(b);
        (addresses[7], addresses[8]) = Strides(c);
        var numbers = MemoryMarshal.Cast<byte, int>(arguments[72..]);
        (numbers[0], numbers[1], numbers[2], numbers[3]) = (c.Rows, c.Columns, a.Columns, across);
        var (αs, βs) = (T.CreateTruncating(α), T.CreateTruncating(β));
        numbers[4] = T.IsZero(βs) ? 0 : 1;
        MemoryMarshal.Write(arguments[factors..], αs);
        MemoryMarshal.Write(arguments[(factors + size)..], βs);
        var blocks = checked((c.Rows + ProductText.Side - 1) / ProductText.Side * across);
        using var within = device.Enter();
        device.Launch(new(KernelKind.Product, null, size == sizeof(double)), blocks, ProductText.Threads, arguments);
        GC.KeepAlive(a.Data.Owner);
        GC.KeepAlive(b.Data.Owner);
        GC.KeepAlive(c.Data.Owner);
    }

    public static void Check<T>(in MatrixPlace<T> a, in MatrixPlace<T> b, in MatrixPlace<T> c) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (a.Columns != b.Rows || a.Rows != c.Rows || b.Columns != c.Columns)
            throw Fault.ProductShapes(a.ShapeText, b.ShapeText, c.ShapeText);
    }

    /// <summary>Elements from a row to the next, and from a column.</summary>
    static (long Row, long Column) Strides<T>(in MatrixPlace<T> m) where T : unmanaged, IFloatingPointIeee754<T> =>
        m.Transposed ? (1, m.Rows) : (m.Columns, 1);
}
