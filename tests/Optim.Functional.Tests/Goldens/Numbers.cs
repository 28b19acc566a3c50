using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.Goldens;

/// <summary>Between the golden files' flat row-major doubles and the library's tensors.</summary>
static class Numbers
{
    /// <summary>A tensor over fresh numbers. With <paramref name="mathNet"/>,
    /// two dimensions become a MathNet matrix, which is column-major, and one a MathNet vector.</summary>
    public static NDArray NDArray(double[] values, int[] shape, bool single, bool mathNet) => single
        ? NDArray(Array.ConvertAll(values, x => (float)x), shape, mathNet)
        : NDArray((double[])values.Clone(), shape, mathNet);

    static NDArray NDArray<T>(T[] values, int[] shape, bool mathNet)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => (shape.Length, mathNet) switch
        {
            (0, _) => Functional.NDArray.Scalar(values[0]),
            (1, true) => Functional.NDArray.From(Vector<T>.Build.Dense(values)),
            (2, true) => Functional.NDArray.From(Matrix<T>.Build.DenseOfRowMajor(shape[0], shape[1], values)),
            _ => Functional.NDArray.Of(values, shape),
        };

    /// <summary>A MathNet sparse vector or matrix; the keys are row-major places.</summary>
    public static NDArray Sparse(IReadOnlyDictionary<int, double> values, int[] shape, bool single) => single
        ? Sparse(values, shape, x => (float)x)
        : Sparse(values, shape, x => x);

    static NDArray Sparse<T>(IReadOnlyDictionary<int, double> values, int[] shape, Func<double, T> round)
        where T : struct, IEquatable<T>, IFormattable => shape.Length switch
        {
            1 => Functional.NDArray.From(Vector<T>.Build.SparseOfIndexed(shape[0], values.Select(v => (v.Key, round(v.Value))))),
            2 => Functional.NDArray.From(
                Matrix<T>.Build.SparseOfIndexed(
                    shape[0],
                    shape[1],
                    values.Select(v => (v.Key / shape[1], v.Key % shape[1], round(v.Value))))),
            _ => throw new NotSupportedException($"MathNet has no sparse tensor of {shape.Length} dimensions."),
        };

    /// <summary>torch's sparse tensor, duplicates and all.</summary>
    public static NDArray Coo(double[] values, int[][] indices, int[] shape, bool single)
    {
        var places = new int[indices.Length, indices[0].Length];
        for (var d = 0; d < indices.Length; d++)
            for (var k = 0; k < indices[d].Length; k++) places[d, k] = indices[d][k];
        return single ? Functional.NDArray.Sparse(Array.ConvertAll(values, x => (float)x), places, shape)
            : Functional.NDArray.Sparse(values, places, shape);
    }

    /// <summary>All elements row by row, as doubles.</summary>
    public static double[] Of(NDArray tensor) =>
        tensor is NDArray<float> f ? Array.ConvertAll(f.ToArray(), x => (double)x) : tensor.As<double>().ToArray();
}
