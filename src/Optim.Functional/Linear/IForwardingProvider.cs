using MathNet.Numerics.LinearAlgebra.Factorization;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional;

/// <summary>A provider of MathNet's for one type of number that hands each call on to another, but those that it has a method
/// for.</summary>
/// <remarks>
/// A provider is one for float, double, Complex32 and Complex. A class that is this for all four, and an
/// <see cref="ILinearAlgebraProvider"/>, says where each goes, and writes the methods it makes itself:
/// <code>
/// sealed class Counting : ILinearAlgebraProvider, IForwardingProvider&lt;float&gt;, IForwardingProvider&lt;double&gt;, ...
/// {
///     ILinearAlgebraProvider&lt;double&gt; IForwardingProvider&lt;double&gt;.To => ManagedLinearAlgebraProvider.Instance;
///     double ILinearAlgebraProvider&lt;double&gt;.DotProduct(double[] x, double[] y) => ...
/// </code>
/// </remarks>
/// <typeparam name="T">The numbers.</typeparam>
public interface IForwardingProvider<T> : ILinearAlgebraProvider<T> where T : struct
{
    /// <summary>What makes all that is not made here.</summary>
    ILinearAlgebraProvider<T> To { get; }

    void ILinearAlgebraProvider<T>.AddVectorToScaledVector(T[] y, T alpha, T[] x, T[] result) =>
        To.AddVectorToScaledVector(y, alpha, x, result);

    void ILinearAlgebraProvider<T>.ScaleArray(T alpha, T[] x, T[] result) =>
        To.ScaleArray(alpha, x, result);

    void ILinearAlgebraProvider<T>.ConjugateArray(T[] x, T[] result) =>
        To.ConjugateArray(x, result);

    T ILinearAlgebraProvider<T>.DotProduct(T[] x, T[] y) =>
        To.DotProduct(x, y);

    void ILinearAlgebraProvider<T>.AddArrays(T[] x, T[] y, T[] result) =>
        To.AddArrays(x, y, result);

    void ILinearAlgebraProvider<T>.SubtractArrays(T[] x, T[] y, T[] result) =>
        To.SubtractArrays(x, y, result);

    void ILinearAlgebraProvider<T>.PointWiseMultiplyArrays(T[] x, T[] y, T[] result) =>
        To.PointWiseMultiplyArrays(x, y, result);

    void ILinearAlgebraProvider<T>.PointWiseDivideArrays(T[] x, T[] y, T[] result) =>
        To.PointWiseDivideArrays(x, y, result);

    void ILinearAlgebraProvider<T>.PointWisePowerArrays(T[] x, T[] y, T[] result) =>
        To.PointWisePowerArrays(x, y, result);

    double ILinearAlgebraProvider<T>.MatrixNorm(Norm norm, int rows, int columns, T[] matrix) =>
        To.MatrixNorm(norm, rows, columns, matrix);

    void ILinearAlgebraProvider<T>.MatrixMultiply(T[] x, int rowsX, int columnsX, T[] y, int rowsY, int columnsY, T[] result) =>
        To.MatrixMultiply(x, rowsX, columnsX, y, rowsY, columnsY, result);

    void ILinearAlgebraProvider<T>.MatrixMultiplyWithUpdate(
        Transpose transposeA, Transpose transposeB, T alpha, T[] a, int rowsA, int columnsA, T[] b, int rowsB, int columnsB, T beta,
        T[] c) =>
        To.MatrixMultiplyWithUpdate(transposeA, transposeB, alpha, a, rowsA, columnsA, b, rowsB, columnsB, beta, c);

    void ILinearAlgebraProvider<T>.LUFactor(T[] data, int order, int[] ipiv) =>
        To.LUFactor(data, order, ipiv);

    void ILinearAlgebraProvider<T>.LUInverse(T[] a, int order) =>
        To.LUInverse(a, order);

    void ILinearAlgebraProvider<T>.LUInverseFactored(T[] a, int order, int[] ipiv) =>
        To.LUInverseFactored(a, order, ipiv);

    void ILinearAlgebraProvider<T>.LUSolve(int columnsOfB, T[] a, int order, T[] b) =>
        To.LUSolve(columnsOfB, a, order, b);

    void ILinearAlgebraProvider<T>.LUSolveFactored(int columnsOfB, T[] a, int order, int[] ipiv, T[] b) =>
        To.LUSolveFactored(columnsOfB, a, order, ipiv, b);

    void ILinearAlgebraProvider<T>.CholeskyFactor(T[] a, int order) =>
        To.CholeskyFactor(a, order);

    void ILinearAlgebraProvider<T>.CholeskySolve(T[] a, int orderA, T[] b, int columnsB) =>
        To.CholeskySolve(a, orderA, b, columnsB);

    void ILinearAlgebraProvider<T>.CholeskySolveFactored(T[] a, int orderA, T[] b, int columnsB) =>
        To.CholeskySolveFactored(a, orderA, b, columnsB);

    void ILinearAlgebraProvider<T>.QRFactor(T[] a, int rowsA, int columnsA, T[] q, T[] tau) =>
        To.QRFactor(a, rowsA, columnsA, q, tau);

    void ILinearAlgebraProvider<T>.ThinQRFactor(T[] a, int rowsA, int columnsA, T[] r, T[] tau) =>
        To.ThinQRFactor(a, rowsA, columnsA, r, tau);

    void ILinearAlgebraProvider<T>.QRSolve(T[] a, int rows, int columns, T[] b, int columnsB, T[] x, QRMethod method) =>
        To.QRSolve(a, rows, columns, b, columnsB, x, method);

    void ILinearAlgebraProvider<T>.QRSolveFactored(
        T[] q, T[] r, int rowsA, int columnsA, T[] tau, T[] b, int columnsB, T[] x, QRMethod method) =>
        To.QRSolveFactored(q, r, rowsA, columnsA, tau, b, columnsB, x, method);

    void ILinearAlgebraProvider<T>.SingularValueDecomposition(
        bool computeVectors, T[] a, int rowsA, int columnsA, T[] s, T[] u, T[] vt) =>
        To.SingularValueDecomposition(computeVectors, a, rowsA, columnsA, s, u, vt);

    void ILinearAlgebraProvider<T>.SvdSolve(T[] a, int rowsA, int columnsA, T[] b, int columnsB, T[] x) =>
        To.SvdSolve(a, rowsA, columnsA, b, columnsB, x);

    void ILinearAlgebraProvider<T>.SvdSolveFactored(int rowsA, int columnsA, T[] s, T[] u, T[] vt, T[] b, int columnsB, T[] x) =>
        To.SvdSolveFactored(rowsA, columnsA, s, u, vt, b, columnsB, x);

    void ILinearAlgebraProvider<T>.EigenDecomp(bool isSymmetric, int order, T[] matrix, T[] matrixEv, Complex[] vectorEv, T[] matrixD) =>
        To.EigenDecomp(isSymmetric, order, matrix, matrixEv, vectorEv, matrixD);
}
