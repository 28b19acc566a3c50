using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;
using Complex = System.Numerics.Complex;

namespace Optim.Functional.Cuda;

/// <summary>MathNet's linear algebra with large products of matrices on a CUDA device, by cuBLAS.</summary>
/// <remarks>
/// Products of float, double, Complex32 and Complex go there from <see cref="LeastProduct"/> on: factors are copied there and the result
/// back, so a product must be large to be worth it. All else is MathNet's managed provider's: smaller products, vectors, decompositions,
/// and what does not fit, with its exceptions. Results may have other last bits. It is one for the whole process, and the rules of this
/// library whose products go by MathNet's provider (Muon, SOAP, Shampoo) go by it too; products of parameters that lie on the device are
/// made there by cuBLAS, of any size and without a copy.
/// </remarks>
/// <example><code>
/// LinearAlgebraControl.Provider = new CudaLinearAlgebra(gpu);
/// </code></example>
public sealed partial class CudaLinearAlgebra : ILinearAlgebraProvider
{
    static readonly ManagedLinearAlgebraProvider managed = ManagedLinearAlgebraProvider.Instance;

    readonly ILinearAlgebraProvider<float> singles = managed;
    readonly ILinearAlgebraProvider<double> doubles = managed;
    readonly ILinearAlgebraProvider<Complex32> complex32s = managed;
    readonly ILinearAlgebraProvider<Complex> complexes = managed;
    readonly DeviceProducts<float> singlesThere;
    readonly DeviceProducts<double> doublesThere;
    readonly DeviceProducts<Complex32> complex32sThere;
    readonly DeviceProducts<Complex> complexesThere;
    readonly Cublas cublas;

    /// <summary>A provider over a device and the machine's cuBLAS.</summary>
    /// <exception cref="DllNotFoundException">There is no cuBLAS (libcublas.so.13, 12 or 11; cublas64_13.dll and so on), or it lacks a
    /// function.</exception>
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public CudaLinearAlgebra(Gpu gpu)
        : this(gpu, Cublas.Load(out var why) ?? throw Fault.NoCublas(why)) { }

    internal CudaLinearAlgebra(Gpu gpu, Cublas library)
    {
        cublas = library;
        library.Start((gpu ?? throw Fault.Null(nameof(gpu))).OnDevice);
        singlesThere = new(library, managed, this);
        doublesThere = new(library, managed, this);
        complex32sThere = new(library, managed, this);
        complexesThere = new(library, managed, this);
    }

    /// <summary>From how many multiplications on (rows, times columns, times what is added up) a product is made on the device. The
    /// default, 512³, is not measured.</summary>
    public long LeastProduct { get; set; } = 512L * 512 * 512;

    internal Cublas Library => cublas;

    /// <summary>The library, and the device.</summary>
    public override string ToString() => $"{cublas.Name} on {cublas.Device.Name}, products from {LeastProduct:N0} multiplications on";

    bool ILinearAlgebraProvider.IsAvailable() => true;

    void ILinearAlgebraProvider.InitializeVerify() { }

    void ILinearAlgebraProvider.FreeResources() { }
}
