using System.Runtime.InteropServices;

namespace Optim.Functional;

using MathNet.Numerics;
using Complex = System.Numerics.Complex;

// Tensors over what the caller has.
public abstract partial class NDArray
{
    /// <summary>A row-major tensor over <paramref name="values"/>, which is shared. Without a shape: one dimension.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the array's length, or the element type is neither float nor
    /// double.</exception>
    public static NDArray<T> Of<T>(T[] values, params int[] shape) where T : unmanaged, IFloatingPointIeee754<T> =>
        NDArray<T>.Over(values, Shaped(values, shape));

    /// <summary>A row-major tensor over a part of an array, which is shared. Without a shape: one dimension.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the memory's length, the memory is no array's, or the element type is
    /// neither float nor double.</exception>
    public static NDArray<T> Of<T>(Memory<T> values, params int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!MemoryMarshal.TryGetArray<T>(values, out var part)) throw Fault.NoArrayMemory(values.Length);
        return NDArray<T>.Over(new(part.Array!, part.Offset), part.Count, Shaped(part.Count, shape));
    }

    /// <summary>A row-major tensor over memory that is not the runtime's, or is pinned; it is shared. Without a shape: one
    /// number.</summary>
    /// <param name="address">Of the first element; a multiple of the element's size.</param>
    /// <param name="owner">What keeps the memory: it stays reachable as long as the tensor and what has been made of it are. Null: the
    /// caller keeps it as long.</param>
    /// <param name="shape">Its product is the number of elements that are there, which cannot be checked.</param>
    /// <exception cref="ArgumentException">The address is null or not aligned, or the element type is neither float nor double.</exception>
    public static NDArray<T> Of<T>(nint address, object? owner, params int[] shape) where T : unmanaged, IFloatingPointIeee754<T> =>
        NDArray<T>.Outside(address, owner, null, Copied(shape));

    /// <summary>A sparse tensor in torch's COO form, for a gradient: of an embedding, the rows that were looked up. Duplicates add
    /// up.</summary>
    /// <param name="values">For each index in turn one number, or a block of numbers where there are fewer sparse dimensions than the
    /// shape has; copied.</param>
    /// <param name="indices">[sparse dimensions, how many]: column k says where value k stands, in the first dimensions.</param>
    /// <param name="shape">The tensor's shape, of at least as many dimensions as are sparse.</param>
    /// <exception cref="ArgumentException">There are not as many values as the indices ask for, or an index lies outside the
    /// shape.</exception>
    public static NDArray<T> Sparse<T>(T[] values, int[,] indices, params int[] shape) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (values is null) throw Fault.Null(nameof(values));
        if (indices is null) throw Fault.Null(nameof(indices));
        return NDArray<T>.Coalesced(values, indices, Copied(shape ?? throw Fault.Null(nameof(shape))));
    }

    /// <summary>A row-major tensor of complex numbers over <paramref name="values"/>, which is shared. Without a shape: one
    /// dimension.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the array's length.</exception>
    public static NDArray<double> Of(Complex[] values, params int[] shape) => NDArray<double>.OverComplex(values, Shaped(values, shape));

    /// <summary>A row-major tensor of complex numbers over <paramref name="values"/>, which is shared. Without a shape: one
    /// dimension.</summary>
    /// <exception cref="ArgumentException">The shape's product is not the array's length.</exception>
    public static NDArray<float> Of(Complex32[] values, params int[] shape) => NDArray<float>.OverComplex(values, Shaped(values, shape));

    static int[] Shaped(Array values, int[]? shape) => Shaped(values?.Length ?? throw Fault.Null(nameof(values)), shape);

    static int[] Shaped(int length, int[]? shape) => shape is null or [] ? [length] : Copied(shape);

    /// <summary>A shape that its caller cannot change any more.</summary>
    internal static int[] Copied(int[]? shape) => shape is null ? [] : [.. shape];

    /// <summary>A tensor of no dimensions over one number.</summary>
    public static NDArray<T> Scalar<T>(T value) where T : unmanaged, IFloatingPointIeee754<T> => NDArray<T>.Over([value], []);
}
