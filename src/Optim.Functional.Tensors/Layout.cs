using System.Numerics;

namespace Optim.Functional.Tensors;

/// <summary>How a tensor's numbers stand, in the words of System.Numerics.Tensors: lengths and strides of its dimensions.</summary>
readonly struct Layout
{
    Layout(nint[] lengths, nint[] strides) => (Lengths, Strides) = (lengths, strides);

    public nint[] Lengths { get; }

    /// <summary>None where the numbers stand row by row.</summary>
    public nint[] Strides { get; }

    /// <summary>The layout of a dense tensor; complex numbers have one more dimension, of their two parts.</summary>
    public static Layout Of<T>(NDArray<T> tensor) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (tensor.IsSparse) throw Fault.Sparse(tensor);
        nint[] lengths = [.. tensor.Shape.Select(d => (nint)d), .. Parts(tensor)];
        // A tensor of no dimensions is to System.Numerics.Tensors one of none at all.
        if (lengths.Length == 0) lengths = [1];
        // Without strides they stand row by row: so do those of a matrix of one column or row.
        var isByColumns = tensor.ColumnMajor && lengths[0] > 1 && lengths[1] > 1;
        return new(lengths, isByColumns ? ByColumns(lengths) : []);
    }

    static nint[] ByColumns(nint[] lengths)
    {
        var strides = RowMajor(lengths);
        (strides[0], strides[1]) = (strides[1], strides[1] * lengths[0]);
        return strides;
    }

    static nint[] Parts(NDArray tensor) => tensor.IsComplex ? [2] : [];

    /// <summary>Whether strides are those of numbers that stand row by row; of dimensions of one element any will do.</summary>
    public static bool IsRowMajor(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides)
    {
        var wanted = RowMajor(lengths);
        for (var d = 0; d < lengths.Length; d++)
            if (lengths[d] > 1 && strides[d] != wanted[d]) return false;
        return true;
    }

    static nint[] RowMajor(ReadOnlySpan<nint> lengths)
    {
        var strides = new nint[lengths.Length];
        nint stride = 1;
        for (var d = lengths.Length - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= lengths[d];
        }
        return strides;
    }
}
