using System.Diagnostics;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;
using MathNet.Numerics.Providers.LinearAlgebra;
using Optim.Functional.Cuda;
using Complex = System.Numerics.Complex;

namespace Optim.Functional.GpuCheck;

/// <summary>MathNet's matrices on the device: what products and decompositions are by definition, and from what size on it is
/// faster.</summary>
sealed class Algebra(CudaLinearAlgebra provider)
{
    /// <summary>Roundings for each row or column that went into a number, as in the tests of providers.</summary>
    const double Roundings = 100;

    public IEnumerable<(string Name, Func<string?> Run)> All() =>
    [
        .. Of<float>("float", 1.2e-7),
        .. Of<double>("double", 2.3e-16),
        .. Of<Complex32>("Complex32", 1.2e-7),
        .. Of<Complex>("Complex", 2.3e-16),
    ];

    IEnumerable<(string Name, Func<string?> Run)> Of<T>(string type, double rounding) where T : struct, IEquatable<T>, IFormattable
    {
        var alike = typeof(T) == typeof(float) || typeof(T) == typeof(double) ? Symmetricity.Symmetric : Symmetricity.Hermitian;
        foreach (var (rows, columns) in ((int, int)[])[(1, 1), (33, 33), (65, 40)])
        {
            // Of the symmetric and positive matrices AᴴA, and of A.
            Matrix<T> A() => Matrix<T>.Build.Random(rows, columns, 7);
            Matrix<T> S() => A().ConjugateTransposeThisAndMultiply(A());
            Matrix<T> B(int n) => Matrix<T>.Build.Random(n, 3, 8);
            var one = Matrix<T>.Build.DenseIdentity(columns);
            var most = Roundings * (rows + columns) * rounding;
            (string, Func<string?>) Is(string what, Func<(Matrix<T> Wanted, Matrix<T> Got)> make) =>
                ($"{what}, {rows} x {columns}, {type}", () => Differs(most, make));

            yield return Is("product", () => (Here(() => A().ConjugateTranspose() * A()), S()));
            yield return Is("LU", () => (B(columns), (S() + one) * (S() + one).LU().Solve(B(columns))));
            yield return Is("inverse", () => (one, (S() + one) * (S() + one).Inverse()));
            yield return Is("Cholesky", () => (B(columns), (S() + one) * (S() + one).Cholesky().Solve(B(columns))));
            yield return Is("QR", () => (A(), A().QR(QRMethod.Full) is var qr ? qr.Q * qr.R : null!));
            yield return Is("thin QR", () => (A(), A().QR(QRMethod.Thin) is var qr ? qr.Q * qr.R : null!));
            yield return Is("least squares", () => (A().ConjugateTranspose() * B(rows), S() * LeastSquares(A(), B(rows))));
            yield return Is("SVD", () => (A(), A().Svd() is var svd ? svd.U * svd.W * svd.VT : null!));
            yield return Is("eigenvalues", () => (S(), Composed(S().Evd(alike))));
        }
    }

    static Matrix<T> Composed<T>(Evd<T> e) where T : struct, IEquatable<T>, IFormattable =>
        e.EigenVectors * e.D * e.EigenVectors.ConjugateTranspose();

    /// <summary>MathNet's factorizations solve by Q as a matrix, and not by its reflections.</summary>
    Matrix<T> LeastSquares<T>(Matrix<T> a, Matrix<T> b) where T : struct, IEquatable<T>, IFormattable
    {
        var x = new T[a.ColumnCount * b.ColumnCount];
        ((ILinearAlgebraProvider<T>)(ILinearAlgebraProvider)provider).QRSolve(
            a.ToColumnMajorArray(), a.RowCount, a.ColumnCount, b.ToColumnMajorArray(), b.ColumnCount, x);
        return Matrix<T>.Build.DenseOfColumnMajor(a.ColumnCount, b.ColumnCount, x);
    }

    string? Differs<T>(double most, Func<(Matrix<T> Wanted, Matrix<T> Got)> make) where T : struct, IEquatable<T>, IFormattable
    {
        var (wanted, got) = There(make);
        var (error, size) = ((wanted - got).InfinityNorm(), Math.Max(1, wanted.InfinityNorm()));
        return error <= most * size ? null : FormattableString.Invariant($"is wrong by {error:G3}, wanted at most {most * size:G3}");
    }

    static R Here<R>(Func<R> what)
    {
        LinearAlgebraControl.UseManaged();
        return what();
    }

    R There<R>(Func<R> what)
    {
        provider.MinMultiplications = 0;
        LinearAlgebraControl.Provider = provider;
        try { return what(); }
        finally { LinearAlgebraControl.UseManaged(); }
    }

    /// <summary>Times of products of n x n doubles, copies there and back included, and of MathNet's managed provider here.</summary>
    public IEnumerable<(int Side, double ThereMs, double HereMs)> Products()
    {
        foreach (var n in (int[])[128, 256, 512, 1024, 2048])
        {
            Matrix<double> a = Matrix<double>.Build.Random(n, n, 1), c = Matrix<double>.Build.Dense(n, n);
            yield return (n, There(() => Ms(() => a.Multiply(a, c))), Here(() => Ms(() => a.Multiply(a, c))));
        }
    }

    static double Ms(Action call)
    {
        call();
        var clock = Stopwatch.StartNew();
        var calls = 0;
        do
        {
            call();
            calls++;
        }
        while (clock.ElapsedMilliseconds < 200);
        return clock.Elapsed.TotalMilliseconds / calls;
    }
}
