using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace Optim.Functional.Tensors;

/// <summary>System.Numerics.Tensors over the numbers of an <see cref="NDArray{T}"/>, and the other way round.</summary>
/// <remarks>
/// As... shares the numbers: writing to the one changes the other. Copy... copies them.
/// Numbers that came from a MathNet matrix stand column by column, and have the strides that say so.
/// Complex numbers have one more dimension, of their two parts.
/// A tensor of no dimensions has one here, of one element.
/// </remarks>
public static class TensorInterop
{
    /// <summary>The numbers, shared, of a tensor over any memory; where that is outside the runtime's,
    /// it is there as long as the tensor is reachable.</summary>
    /// <param name="tensor">Dense.</param>
    /// <exception cref="InvalidOperationException">The tensor is sparse, or has more than 2,147,483,647 elements.</exception>
    /// <exception cref="ObjectDisposedException">What the tensor is a part of has been disposed.</exception>
    public static TensorSpan<T> AsTensorSpan<T>(this NDArray<T> tensor) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var layout = Layout.Of(tensor ?? throw Fault.Null(nameof(tensor)));
        return tensor.Length == 0 ? Empty<T>(layout) : new TensorSpan<T>(tensor.Span, layout.Lengths, layout.Strides);
    }

    /// <summary>The same, only to be read.</summary>
    /// <param name="tensor">Dense.</param>
    /// <exception cref="InvalidOperationException">The tensor is sparse, or has more than 2,147,483,647 elements.</exception>
    /// <exception cref="ObjectDisposedException">What the tensor is a part of has been disposed.</exception>
    public static ReadOnlyTensorSpan<T> AsReadOnlyTensorSpan<T>(this NDArray<T> tensor) where T : unmanaged, IFloatingPointIeee754<T> =>
        tensor.AsTensorSpan();

    /// <summary>The numbers, shared, of a tensor over an array, or a part of one.</summary>
    /// <param name="tensor">Dense, over an array of T.</param>
    /// <exception cref="InvalidOperationException">The tensor is sparse, or over other memory.</exception>
    /// <exception cref="ObjectDisposedException">What the tensor is a part of has been disposed.</exception>
    public static Tensor<T> AsTensor<T>(this NDArray<T> tensor) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var layout = Layout.Of(tensor ?? throw Fault.Null(nameof(tensor)));
        if (tensor.Length == 0) return Empty<T>(layout);
        return tensor.TryGetArray(out var part)
            ? Tensor.Create(part.Array!, part.Offset, layout.Lengths, layout.Strides)
            : throw Fault.NoArray(tensor);
    }

    /// <summary>A tensor over the same numbers, which are pinned as long as it is reachable.</summary>
    /// <param name="tensor">Row by row and without gaps, of float or double.</param>
    /// <exception cref="ArgumentException">It stands otherwise, or its elements are neither float nor double.</exception>
    public static NDArray<T> AsNDArray<T>(this Tensor<T> tensor) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var lengths = (tensor ?? throw Fault.Null(nameof(tensor))).Lengths;
        if (!Layout.IsRowMajor(lengths, tensor.Strides)) throw Fault.Order(lengths, tensor.Strides);
        var shape = Shape(lengths);
        if (tensor.FlattenedLength == 0) return NDArray.Of<T>([], shape);
        var pinned = new Pinned<T>(tensor);
        return NDArray.Of<T>(pinned.Address, pinned, shape);
    }

    /// <summary>A row-major tensor with a copy of these numbers, however they stand.</summary>
    /// <exception cref="ArgumentException">The elements are neither float nor double.</exception>
    public static NDArray<T> CopyToNDArray<T>(this in ReadOnlyTensorSpan<T> span) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = new T[span.FlattenedLength];
        span.FlattenTo(numbers);
        return NDArray.Of(numbers, Shape(span.Lengths));
    }

    /// <summary>A row-major tensor with a copy of these numbers, however they stand.</summary>
    /// <exception cref="ArgumentException">The elements are neither float nor double.</exception>
    public static NDArray<T> CopyToNDArray<T>(this in TensorSpan<T> span) where T : unmanaged, IFloatingPointIeee754<T> =>
        span.AsReadOnlyTensorSpan().CopyToNDArray();

    /// <summary>A row-major tensor with a copy of these numbers, however they stand.</summary>
    /// <exception cref="ArgumentException">The elements are neither float nor double.</exception>
    public static NDArray<T> CopyToNDArray<T>(this Tensor<T> tensor) where T : unmanaged, IFloatingPointIeee754<T> =>
        (tensor ?? throw Fault.Null(nameof(tensor))).AsReadOnlyTensorSpan().CopyToNDArray();

    /// <summary>Of no elements, which no memory has room for by the rules of a span's strides.</summary>
    static Tensor<T> Empty<T>(Layout layout) => Tensor.CreateFromShape<T>(layout.Lengths);

    static int[] Shape(ReadOnlySpan<nint> lengths)
    {
        var shape = new int[lengths.Length];
        for (var d = 0; d < shape.Length; d++) shape[d] = lengths[d] <= int.MaxValue ? (int)lengths[d] : throw Fault.TooLong(lengths);
        return shape;
    }

    /// <summary>Keeps a tensor's numbers where they are, until nobody has it any more.</summary>
    sealed unsafe class Pinned<T>(Tensor<T> tensor)
    {
        MemoryHandle handle = tensor.GetPinnedHandle();

        public nint Address => (nint)handle.Pointer;

        ~Pinned() => handle.Dispose();
    }
}
