using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Optim.Functional.PyTorch;

/// <summary>The numbers of a tensor of the library's. One that stands column by column is copied when it is first read.</summary>
sealed class ArrayNumbers<T>(NDArray<T> tensor) : TensorData where T : unmanaged, IFloatingPointIeee754<T>
{
    Place<T>? rows;

    public override void Read(long at, Span<byte> into)
    {
        if (!BitConverter.IsLittleEndian) throw Fault.BigEndian();
        if (into.Length == 0) return;
        var from = rows ??= tensor.RowByRow();
        ref var first = ref Unsafe.AddByteOffset(ref Unsafe.As<T, byte>(ref from.First), (nint)at);
        MemoryMarshal.CreateReadOnlySpan(ref first, into.Length).CopyTo(into);
        GC.KeepAlive(from.Owner);
    }
}
