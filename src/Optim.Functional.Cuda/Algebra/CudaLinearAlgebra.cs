using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Cuda;

/// <summary>MathNet's linear algebra on a device: large products by cuBLAS, large LU, Cholesky, QR, singular values and symmetric
/// eigenvalues by cuSOLVER, of float, double, Complex32 and Complex.</summary>
/// <remarks>
/// MathNet's arrays are this process's memory, so each call copies what it reads to the device and what it makes back; only calls of at
/// least <see cref="MinMultiplications"/> go there. All else is made by another provider: vectors, smaller matrices, eigenvalues of general
/// matrices, singular values of matrices with more columns than rows; decompositions too where there is no cuSOLVER. Exceptions are
/// MathNet's. Results may have other last bits, by the library's version and the device.
/// </remarks>
/// <example><code>
/// if (Gpu.TryOpen(out var gpu, out var why)) LinearAlgebraControl.Provider = new CudaLinearAlgebra(gpu);
/// </code></example>
public sealed class CudaLinearAlgebra
    : ILinearAlgebraProvider,
        IForwardingProvider<float>,
        IForwardingProvider<double>,
        IForwardingProvider<Complex32>,
        IForwardingProvider<Complex>,
        IMatrixProducts<float>,
        IMatrixProducts<double>,
        IDisposable
{
    /// <summary>Those of a product of 512 × 512 matrices: chosen by what copying them takes, and not measured.</summary>
    public const double DefaultMinMultiplications = 512.0 * 512 * 512;

    readonly CudaLibraries libraries;
    readonly ILinearAlgebraProvider over;
    readonly CudaAlgebra<float, float> singles;
    readonly CudaAlgebra<double, double> doubles;
    readonly CudaAlgebra<Complex32, float> complex32s;
    readonly CudaAlgebra<Complex, double> complexes;
    readonly string noSolver;

    /// <summary>The provider of a device.</summary>
    /// <param name="gpu">The device. It must live as long as the provider is in use.</param>
    /// <param name="over">What makes all that is not made on the device, such as an OpenBLAS; null: MathNet's managed provider.</param>
    /// <exception cref="NotSupportedException">There is no cuBLAS, or it lacks functions.</exception>
    public CudaLinearAlgebra(Gpu gpu, ILinearAlgebraProvider? over = null)
        : this(
            (gpu ?? throw Fault.Null(nameof(gpu))).OfCore,
            Toolkit.LoadCublas(out var why) ?? throw Fault.NoCublas(why),
            Toolkit.LoadCusolver(out var noSolver),
            noSolver,
            over)
    { }

    internal CudaLinearAlgebra(CudaDevice device, Cublas blas, Cusolver? solver, string noSolver, ILinearAlgebraProvider? over)
    {
        libraries = new(device, blas, solver) { Least = DefaultMinMultiplications };
        this.over = over ?? ManagedLinearAlgebraProvider.Instance;
        this.noSolver = noSolver;
        singles = new(libraries, this.over);
        doubles = new(libraries, this.over);
        complex32s = new(libraries, this.over);
        complexes = new(libraries, this.over);
    }

    /// <summary>The provider of a device, or the reason why there is none.</summary>
    /// <param name="gpu">The device.</param>
    /// <param name="provider">The provider; null where there is none.</param>
    /// <param name="why">Why there is none: no cuBLAS, or one that lacks functions; else empty.</param>
    public static bool TryCreate(Gpu gpu, [NotNullWhen(true)] out CudaLinearAlgebra? provider, out string why)
    {
        var device = (gpu ?? throw Fault.Null(nameof(gpu))).OfCore;
        provider = Toolkit.LoadCublas(out why) is { } blas
            ? new(device, blas, Toolkit.LoadCusolver(out var noSolver), noSolver, null)
            : null;
        return provider is not null;
    }

    /// <summary>From so many multiplications on a call goes to the device: mnk of a product, n³ of a square matrix to decompose. Default
    /// <see cref="DefaultMinMultiplications"/>; 0: whatever is not empty.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 0 or NaN.</exception>
    public double MinMultiplications
    {
        get => libraries.Least;
        set => libraries.Least = value >= 0 ? value : throw Fault.Least(value);
    }

    /// <summary>Which device and libraries compute, and what.</summary>
    public string Describe()
    {
        var decompositions = libraries.Solver is null ? "" : ", LU, Cholesky, QR, SVD, symmetric eigenvalues";
        var version = libraries.Version;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
             device: {libraries.Device.Name}
             cuBLAS: {version / 10_000}.{version / 100 % 100}.{version % 100}
             cuSOLVER: {(libraries.Solver is null ? noSolver : "found")}
             on the device, from {MinMultiplications:G} multiplications on: products{decompositions}
             all else: {over}
             """);
    }

    /// <summary>The device's name.</summary>
    public override string ToString() => $"cuBLAS ({libraries.Device.Name})";

    /// <summary>Gives back the libraries' handles; a later call makes new ones.</summary>
    public void Dispose() => libraries.Dispose();

    ILinearAlgebraProvider<float> IForwardingProvider<float>.To => singles;

    ILinearAlgebraProvider<double> IForwardingProvider<double>.To => doubles;

    ILinearAlgebraProvider<Complex32> IForwardingProvider<Complex32>.To => complex32s;

    ILinearAlgebraProvider<Complex> IForwardingProvider<Complex>.To => complexes;

    bool IMatrixProducts<float>.MakesVectors => over is not ManagedLinearAlgebraProvider;

    bool IMatrixProducts<double>.MakesVectors => over is not ManagedLinearAlgebraProvider;

    bool IMatrixProducts<float>.Takes(int m, int n, int k) => libraries.Takes((double)m * n * k) || Beneath<float>(m, n, k);

    bool IMatrixProducts<double>.Takes(int m, int n, int k) => libraries.Takes((double)m * n * k) || Beneath<double>(m, n, k);

    bool Beneath<T>(int m, int n, int k) where T : unmanaged => over is IMatrixProducts<T> parts && parts.Takes(m, n, k);

    void IMatrixProducts<float>.Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, float alpha, ReadOnlySpan<float> a, ReadOnlySpan<float> b, float beta,
        Span<float> c) =>
        Multiply(singles, transposeA, transposeB, m, n, k, alpha, a, b, beta, c);

    void IMatrixProducts<double>.Multiply(
        bool transposeA, bool transposeB, int m, int n, int k, double alpha, ReadOnlySpan<double> a, ReadOnlySpan<double> b, double beta,
        Span<double> c) =>
        Multiply(doubles, transposeA, transposeB, m, n, k, alpha, a, b, beta, c);

    void Multiply<T>(
        CudaAlgebra<T, T> algebra, bool transposeA, bool transposeB, int m, int n, int k, T α, ReadOnlySpan<T> a, ReadOnlySpan<T> b, T β,
        Span<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (m < 1 || n < 1 || k < 1 || a.Length != (long)m * k || b.Length != (long)k * n || c.Length != (long)m * n)
            throw Fault.ProductLengths(m, n, k, a.Length, b.Length, c.Length);
        if (!libraries.Takes((double)m * n * k) && over is IMatrixProducts<T> parts)
        {
            parts.Multiply(transposeA, transposeB, m, n, k, α, a, b, β, c);
            return;
        }
        var (ofA, ofB) = (transposeA ? Read.Transposed : Read.AsItIs, transposeB ? Read.Transposed : Read.AsItIs);
        algebra.Multiply(ofA, ofB, α, a, transposeA ? k : m, b, transposeB ? n : k, β, c, m, n, k);
    }

    bool ILinearAlgebraProvider.IsAvailable() => true;

    void ILinearAlgebraProvider.InitializeVerify() { }

    void ILinearAlgebraProvider.FreeResources() => Dispose();
}
