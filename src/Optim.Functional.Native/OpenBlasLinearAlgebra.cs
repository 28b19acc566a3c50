using System.Globalization;
using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional;

/// <summary>MathNet's linear algebra by the system's OpenBLAS, or another library with the routines of BLAS, its C interface and LAPACK:
/// MKL, BLIS, Accelerate.</summary>
/// <remarks>
/// Of float, double, Complex32 and Complex it makes: dot products, sums and scalings of vectors, products of matrices, norms, LU, Cholesky,
/// QR, singular values, eigenvalues, and what is solved by them. MathNet's own provider makes all else, and what has no elements.
/// Exceptions are MathNet's own: of arguments that do not fit, those of the managed provider; <see cref="SingularUMatrixException"/> where
/// an inverse or a solution of a singular matrix is wanted; <see cref="NonConvergenceException"/> for singular values and eigenvalues of a
/// matrix with a NaN or an infinity. Results may have other last bits, by the library, its version and its threads; unlike with the
/// managed one, a product's result may be one of its factors.
/// </remarks>
public sealed class OpenBlasLinearAlgebra
    : ILinearAlgebraProvider,
        IForwardingProvider<float>,
        IForwardingProvider<double>,
        IForwardingProvider<Complex32>,
        IForwardingProvider<Complex>,
        IMatrixProducts<float>,
        IMatrixProducts<double>
{
    readonly BlasLibrary library;
    readonly Algebra<float, float> singles;
    readonly Algebra<double, double> doubles;
    readonly Algebra<Complex32, float> complex32s;
    readonly Algebra<Complex, double> complexes;

    internal OpenBlasLinearAlgebra(BlasLibrary library)
    {
        this.library = library;
        var managed = ManagedLinearAlgebraProvider.Instance;
        singles = new(library, managed);
        doubles = new(library, managed);
        complex32s = new(library, managed);
        complexes = new(library, managed);
    }

    /// <summary>The library's name or path, as it was found.</summary>
    public string Library => library.Name;

    /// <summary>What the library says of itself.</summary>
    public string Version => library.Version;

    /// <summary>Bits of the integers that its routines take: 32 or 64.</summary>
    public int IndexBits => library.IndexBits;

    /// <summary>The library that decompositions are in, or null where there is none: then MathNet makes them.</summary>
    public string? LapackLibrary => library.LapackName;

    /// <summary>Threads that the library uses; null where it does not say.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 1.</exception>
    /// <exception cref="NotSupportedException">Set, where the library has no way to.</exception>
    public int? Threads
    {
        get => library.Threads;
        set => library.Threads = value;
    }

    /// <summary>Which library this is, and what it does.</summary>
    public string Describe()
    {
        const string Products = "dot, axpy, scale, products, Frobenius norm";
        const string Decompositions = "other norms, LU, Cholesky, QR, SVD, eigenvalues and their solves";
        var lapack = LapackLibrary is { } name
            ? $"{Products}; {Decompositions}{(name == Library ? "" : $" (by {name})")}"
            : $"{Products}. MathNet's own: {Decompositions}, since there is no LAPACK: {library.NoLapack}";
        var threads = Threads is { } n ? n.ToString(CultureInfo.InvariantCulture) : "not said";
        return $"""
            library: {Library}
            version: {Version}
            indices: {IndexBits.ToString(CultureInfo.InvariantCulture)} bits
            threads: {threads}
            native, for float, double, Complex32, Complex: {lapack}
            """;
    }

    /// <summary>The library's name.</summary>
    public override string ToString() => $"{Version} ({Library})";

    ILinearAlgebraProvider<float> IForwardingProvider<float>.To => singles;

    ILinearAlgebraProvider<double> IForwardingProvider<double>.To => doubles;

    ILinearAlgebraProvider<Complex32> IForwardingProvider<Complex32>.To => complex32s;

    ILinearAlgebraProvider<Complex> IForwardingProvider<Complex>.To => complexes;

    void IMatrixProducts<float>.Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, float alpha, ReadOnlySpan<float> a, ReadOnlySpan<float> b, float beta,
        Span<float> c) =>
        singles.Multiply(transposeA, transposeB, m, n, k, alpha, a, b, beta, c);

    void IMatrixProducts<double>.Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, double alpha, ReadOnlySpan<double> a, ReadOnlySpan<double> b, double beta,
        Span<double> c) =>
        doubles.Multiply(transposeA, transposeB, m, n, k, alpha, a, b, beta, c);

    bool ILinearAlgebraProvider.IsAvailable() => true;

    void ILinearAlgebraProvider.InitializeVerify() { }

    void ILinearAlgebraProvider.FreeResources() { }
}
