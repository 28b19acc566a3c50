using static TorchSharp.torch;

namespace Optim.Functional;

/// <summary>How the numbers of a dense tensor of libtorch stand: row by row, or of a matrix column by column.</summary>
/// <param name="Shape">Its dimensions.</param>
/// <param name="ColumnMajor">Column by column: a transposed matrix.</param>
/// <param name="IsComplex">Whether each two numbers are a complex one.</param>
/// <param name="IsDouble">float64, and not float32.</param>
sealed record Layout(int[] Shape, bool ColumnMajor, bool IsComplex, bool IsDouble)
{
    /// <summary>That of a parameter.</summary>
    /// <exception cref="ArgumentException">It is none that steps are made on; the message says why.</exception>
    public static Layout Of(string name, Tensor tensor)
    {
        if (tensor.device_type != TorchSharp.DeviceType.CPU) throw TorchFault.OtherMemory(name, $"{tensor.device}");
        if (tensor.is_sparse) throw TorchFault.SparseParameter(name, "sparse");
        var (isComplex, isDouble) = tensor.dtype switch
        {
            ScalarType.Float32 => (false, false),
            ScalarType.Float64 => (false, true),
            ScalarType.ComplexFloat32 => (true, false),
            ScalarType.ComplexFloat64 => (true, true),
            var other => throw TorchFault.ElementType(name, $"{other}"),
        };
        var shape = tensor.shape;
        if (shape.Any(d => d > int.MaxValue)) throw TorchFault.TooLong(name, shape);
        var isTransposed = !tensor.is_contiguous();
        if (isTransposed && !IsByColumns(shape, tensor.stride())) throw TorchFault.Strides(name, shape, tensor.stride());
        return new([.. shape.Select(d => (int)d)], isTransposed, isComplex, isDouble);
    }

    /// <summary>An array over memory of this layout.</summary>
    /// <param name="address">Of the first number.</param>
    /// <param name="owner">What keeps the memory.</param>
    public NDArray Over(nint address, object? owner) => IsDouble ? Over<double>(address, owner) : Over<float>(address, owner);

    NDArray<T> Over<T>(nint address, object? owner) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        Shape.Contains(0)
            ? NDArray.Of<T>([], Shape)
            : new(Place<T>.Outside(address, owner), Shape, ColumnMajor, complex: IsComplex);

    /// <summary>Whether a tensor of this shape stands so.</summary>
    /// <param name="tensor">Its handle.</param>
    public bool IsOf(nint tensor)
    {
        if (ColumnMajor) return Handles.Stride(null, tensor, 0) == 1 && Handles.Stride(null, tensor, 1) == Shape[0];
        long stride = 1;
        for (var d = Shape.Length - 1; d >= 0; d--)
        {
            if (Shape[d] != 1 && Handles.Stride(null, tensor, d) != stride) return false; // of one element any stride will do
            stride *= Shape[d];
        }
        return true;
    }

    /// <summary>Whether a tensor has this shape.</summary>
    /// <param name="tensor">Its handle.</param>
    public bool HasShape(nint tensor)
    {
        if (Handles.Dimensions(null, tensor) != Shape.Length) return false;
        for (var d = 0; d < Shape.Length; d++)
            if (Handles.Size(null, tensor, d) != Shape[d]) return false;
        return true;
    }

    static bool IsByColumns(long[] shape, long[] strides) => shape.Length == 2 && strides[0] == 1 && strides[1] == shape[0];
}
