using System.Numerics;

namespace Optim.Functional;

/// <summary>Gradient clipping by the norm of all gradients together.</summary>
/// <remarks>Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", arXiv:1211.5063, Algorithm 1; the 1e-6 is torch's.</remarks>
static class Clip
{
    const double Least = 1e-6;

    /// <summary>‖g‖ of all, in one pass over them: the same bits for any threads and lanes.</summary>
    public static double Norm<T>(List<NDArray<T>> gradients, Execution how) where T : unmanaged, IFloatingPointIeee754<T> =>
        Math.Sqrt(Reduce.SumOfSquares<T, Tensors<T>>(new(gradients), how));

    /// <summary>The factor that takes a norm down to the largest allowed; 1 where it is less, NaN where it is NaN.</summary>
    public static double Factor(double norm, double most) => Math.Min(1, most / (norm + Least));

    readonly struct Tensors<T>(List<NDArray<T>> tensors) : IVectors<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public int Count => tensors.Count;
        public (Place<T> From, nint Length) this[int i] => (tensors[i].Place, (nint)tensors[i].Stored);
    }
}
