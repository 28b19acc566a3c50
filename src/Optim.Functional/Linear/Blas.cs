using System.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional;

/// <summary>Vector work of closure-driven rules, through the provider that MathNet is set to (managed, MKL, OpenBLAS, CUDA).</summary>
/// <remarks>The managed provider adds up in one order. A native one may give other last bits, by its version and number of threads.</remarks>
static class Blas<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    static ILinearAlgebraProvider<T> Provider => (ILinearAlgebraProvider<T>)LinearAlgebraControl.Provider;

    /// <summary>x·y.</summary>
    public static double Dot(T[] x, T[] y) => x.Length == 0 ? 0 : double.CreateTruncating(Provider.DotProduct(x, y));

    /// <summary>y + αx, new.</summary>
    public static T[] Axpy(double α, T[] x, T[] y) => Into(new T[y.Length], α, x, y);

    /// <summary>y ← y + αx.</summary>
    public static void AxpyTo(double α, T[] x, T[] y) => Into(y, α, x, y);

    /// <summary>αx, new.</summary>
    public static T[] Scale(double α, T[] x)
    {
        var result = new T[x.Length];
        if (x.Length > 0) Provider.ScaleArray(T.CreateTruncating(α), x, result);
        return result;
    }

    /// <summary>max |x|; NaN if any element is.</summary>
    public static double MaxAbs(T[] x)
    {
        var largest = T.Zero;
        foreach (var e in x) largest = T.Max(largest, T.Abs(e));
        return double.CreateTruncating(largest);
    }

    /// <summary>Σ |x|.</summary>
    public static double SumAbs(T[] x)
    {
        var sum = T.Zero;
        foreach (var e in x) sum += T.Abs(e);
        return double.CreateTruncating(sum);
    }

    static T[] Into(T[] result, double α, T[] x, T[] y)
    {
        if (x.Length > 0) Provider.AddVectorToScaledVector(y, T.CreateTruncating(α), x, result);
        return result;
    }
}
