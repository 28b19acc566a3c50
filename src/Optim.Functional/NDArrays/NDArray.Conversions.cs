namespace Optim.Functional;

using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Complex = System.Numerics.Complex;

// Arrays and MathNet's vectors and matrices where a tensor is wanted.
public abstract partial class NDArray
{
    /// <summary>A view of a boxed tensor, array, or MathNet vector or matrix, of float, double or complex numbers.</summary>
    /// <exception cref="ArgumentException">It is none of these.</exception>
    public static NDArray From(object value) => value switch
    {
        NDArray t => t,
        double[] a => a,
        float[] a => a,
        Vector<double> v => v,
        Vector<float> v => v,
        Matrix<double> m => m,
        Matrix<float> m => m,
        Complex[] a => a,
        Complex32[] a => a,
        Vector<Complex> v => v,
        Vector<Complex32> v => v,
        Matrix<Complex> m => m,
        Matrix<Complex32> m => m,
        double x => Scalar(x),
        float x => Scalar(x),
        null => throw Fault.Null(nameof(value)),
        _ => throw Fault.NoTensor(value),
    };

    /// <summary>Shares the array; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(double[] values) => values is null ? null! : Of(values);

    /// <summary>Shares the array; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(float[] values) => values is null ? null! : Of(values);

    /// <summary>Shares dense storage; keeps sparse storage sparse; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(Vector<double> vector) => vector is null ? null! : NDArray<double>.Of(vector);

    /// <summary>Shares dense storage; keeps sparse storage sparse; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(Vector<float> vector) => vector is null ? null! : NDArray<float>.Of(vector);

    /// <summary>Shares dense storage, which is column-major; keeps sparse storage sparse; null stays null, for the receiver to
    /// name.</summary>
    public static implicit operator NDArray(Matrix<double> matrix) => matrix is null ? null! : NDArray<double>.Of(matrix);

    /// <summary>Shares dense storage, which is column-major; keeps sparse storage sparse; null stays null, for the receiver to
    /// name.</summary>
    public static implicit operator NDArray(Matrix<float> matrix) => matrix is null ? null! : NDArray<float>.Of(matrix);

    /// <summary>Shares the array; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(Complex[] values) => values is null ? null! : Of(values);

    /// <summary>Shares the array; null stays null, for the receiver to name.</summary>
    public static implicit operator NDArray(Complex32[] values) => values is null ? null! : Of(values);

    /// <summary>Shares dense storage; null stays null, for the receiver to name.</summary>
    /// <exception cref="ArgumentException">It is sparse.</exception>
    public static implicit operator NDArray(Vector<Complex> vector) => vector is null ? null! : NDArray<double>.OfComplex(vector);

    /// <summary>Shares dense storage; null stays null, for the receiver to name.</summary>
    /// <exception cref="ArgumentException">It is sparse.</exception>
    public static implicit operator NDArray(Vector<Complex32> vector) => vector is null ? null! : NDArray<float>.OfComplex(vector);

    /// <summary>Shares dense storage, which is column-major; null stays null, for the receiver to name.</summary>
    /// <exception cref="ArgumentException">It is sparse.</exception>
    public static implicit operator NDArray(Matrix<Complex> matrix) => matrix is null ? null! : NDArray<double>.OfComplex(matrix);

    /// <summary>Shares dense storage, which is column-major; null stays null, for the receiver to name.</summary>
    /// <exception cref="ArgumentException">It is sparse.</exception>
    public static implicit operator NDArray(Matrix<Complex32> matrix) => matrix is null ? null! : NDArray<float>.OfComplex(matrix);
}
