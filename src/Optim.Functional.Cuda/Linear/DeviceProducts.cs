using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Cuda;

/// <summary>Products of matrices in whole arrays, column by column: on the device where they are large enough and fit, else by MathNet's
/// managed provider.</summary>
sealed unsafe class DeviceProducts<C>(Cublas cublas, ILinearAlgebraProvider<C> managed, CudaLinearAlgebra settings)
    where C : unmanaged, IEquatable<C>, IFormattable
{
    readonly Lock entry = new();
    CudaMemory? room;
    long reserved;

    public void MatrixMultiply(C[] x, int rowsX, int columnsX, C[] y, int rowsY, int columnsY, C[] result)
    {
        var fits = columnsX == rowsY && Fits(x, rowsX, columnsX) && Fits(y, rowsY, columnsY) && Fits(result, rowsX, columnsY);
        if (fits && IsLarge(rowsX, columnsY, columnsX))
            Run(0, 0, rowsX, columnsY, columnsX, MathNet.Numerics.LinearAlgebra.Vector<C>.One, x, rowsX, y, rowsY, default, result);
        else managed.MatrixMultiply(x, rowsX, columnsX, y, rowsY, columnsY, result);
    }

    public void MatrixMultiplyWithUpdate(
        Transpose ofA, Transpose ofB, C α, C[] a, int rowsA, int columnsA, C[] b, int rowsB, int columnsB, C β, C[] c)
    {
        var (m, k) = ofA == Transpose.DontTranspose ? (rowsA, columnsA) : (columnsA, rowsA);
        var (k2, n) = ofB == Transpose.DontTranspose ? (rowsB, columnsB) : (columnsB, rowsB);
        if (k == k2 && Fits(a, rowsA, columnsA) && Fits(b, rowsB, columnsB) && Fits(c, m, n) && IsLarge(m, n, k))
            Run(Number(ofA), Number(ofB), m, n, k, α, a, rowsA, b, rowsB, β, c);
        else managed.MatrixMultiplyWithUpdate(ofA, ofB, α, a, rowsA, columnsA, b, rowsB, columnsB, β, c);
    }

    static int Number(Transpose how) => how switch { Transpose.DontTranspose => 0, Transpose.Transpose => 1, _ => 2 };

    static bool Fits(C[] matrix, int rows, int columns) =>
        matrix is not null && rows > 0 && columns > 0 && matrix.Length == (long)rows * columns;

    bool IsLarge(int m, int n, int k) => (Int128)m * n * k >= settings.LeastProduct;

    /// <summary>Copies there, multiplies, copies back.</summary>
    void Run(int ofA, int ofB, int m, int n, int k, C α, C[] a, int rowsA, C[] b, int rowsB, C β, C[] c)
    {
        lock (entry)
        {
            var device = cublas.Device;
            using var within = device.Enter();
            var (first, second) = (Aligned(a.Length), Aligned(b.Length));
            Reserve(device, first + second + Aligned(c.Length));
            var (atA, atB, atC) = (room!.Address, room.Address + (nint)first, room.Address + (nint)(first + second));
            fixed (C* fromA = a, fromB = b, there = c)
            {
                Copy(atA, fromA, a.Length);
                Copy(atB, fromB, b.Length);
                if (!β.Equals(default)) Copy(atC, there, c.Length);
                cublas.Multiply(ofA, ofB, m, n, k, α, atA, rowsA, atB, rowsB, β, atC);
                device.Context.Check(device.Driver.ToHost(there, atC, (long)c.Length * sizeof(C), device.Stream), "cuMemcpyDtoHAsync");
                device.Context.Check(device.Driver.Synchronize(device.Stream), "cuStreamSynchronize");
            }

            void Copy(nint to, C* from, int count) =>
                device.Context.Check(device.Driver.ToDevice(to, from, (long)count * sizeof(C), device.Stream), "cuMemcpyHtoDAsync");
        }
    }

    static long Aligned(int count) => ((long)count * sizeof(C) + 255) / 256 * 256;

    void Reserve(CudaDevice device, long bytes)
    {
        if (room is { IsClosed: false } && reserved >= bytes) return;
        room?.Dispose();
        (room, reserved) = (null, 0);
        room = device.New(bytes);
        reserved = bytes;
    }
}
