using System.Runtime.InteropServices;

namespace Optim.Functional.Cuda;

/// <summary>Copies of matrices on a device to where they stand otherwise.</summary>
static class CudaCopies
{
    const int ArgumentBytes = 56;

    /// <summary>Elements of a launch, at most.</summary>
    const int Most = int.MaxValue;

    /// <summary>As <see cref="Pitch.Copy"/>; what is written must not lie over what is read.</summary>
    public static void Copy<T>(CudaDevice device, Place<T> from, Pitch there, Place<T> to, Pitch here, int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (rows == 0 || columns == 0) return;
        var atATime = Math.Max(1, Most / columns);
        using var within = device.Enter();
        for (var row = 0; row < rows; row += atATime)
        {
            var (source, target) = (from.After((nint)row * there.Row), to.After((nint)row * here.Row));
            Launch(device, source, there, target, here, columns, Math.Min(atATime, rows - row) * columns);
        }
        GC.KeepAlive(from.Owner);
        GC.KeepAlive(to.Owner);
    }

    static void Launch<T>(CudaDevice device, Place<T> from, Pitch there, Place<T> to, Pitch here, int columns, int count)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<byte> arguments = stackalloc byte[ArgumentBytes];
        var addresses = MemoryMarshal.Cast<byte, long>(arguments);
        (addresses[0], addresses[1]) = (from.Address, to.Address);
        (addresses[2], addresses[3]) = (there.Row, there.Column);
        (addresses[4], addresses[5]) = (here.Row, here.Column);
        var numbers = MemoryMarshal.Cast<byte, int>(arguments[48..]);
        (numbers[0], numbers[1]) = (columns, count);
        var blocks = (count - 1) / CopyText.Threads + 1;
        device.Launch(new(KernelKind.Copy, null, typeof(T) == typeof(double)), blocks, CopyText.Threads, arguments);
    }
}
