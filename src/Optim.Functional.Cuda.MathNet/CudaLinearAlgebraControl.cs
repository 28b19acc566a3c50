using MathNet.Numerics.Providers.LinearAlgebra;
using Optim.Functional.Cuda;

namespace MathNet.Numerics.Providers.CUDA.LinearAlgebra;

/// <summary>What MathNet looks for, by this name in an assembly of this name, when <c>Control.UseNativeCUDA()</c> is called: it answers
/// with <see cref="CudaLinearAlgebra"/> on the first device.</summary>
/// <remarks>Not to be referenced beside MathNet's own package of the assembly's name.</remarks>
public sealed class CudaLinearAlgebraControl : IProviderCreator<ILinearAlgebraProvider>
{
    /// <summary>The provider of the first device.</summary>
    /// <exception cref="NotSupportedException">There is no device, or no cuBLAS; with the reason.</exception>
    public ILinearAlgebraProvider CreateProvider() =>
        Gpu.TryOpen(out var gpu, out var why)
            ? new CudaLinearAlgebra(gpu)
            : throw new NotSupportedException($"Control.UseNativeCUDA: {why}.");
}
