using System.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional;

/// <summary>The vector operations of closure-driven rules. A factor is rounded to the vectors' type first, as in torch.</summary>
interface IBlas<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>x·y.</summary>
    double Dot(T[] x, T[] y);

    /// <summary>to ← x + cy; may be x.</summary>
    void Add(T[] x, double c, T[] y, T[] to);

    /// <summary>to ← cx; may be x.</summary>
    void Scale(double c, T[] x, T[] to);
}

/// <summary>The library's own: the same bits for any number of threads and any lane.</summary>
sealed class OwnBlas<T> : IBlas<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public Execution How { get; set; } = Execution.Default;

    public double Dot(T[] x, T[] y) => Reduce.Dot<T>(x, y, How);

    public void Add(T[] x, double c, T[] y, T[] to) => Sweep<T>.Run(new Sum(x, c, y, to), x.Length, [], How);

    public void Scale(double c, T[] x, T[] to) => Sweep<T>.Run(new Multiple(c, x, to), x.Length, [], How);

    readonly struct Sum(T[] x, double c, T[] y, T[] to) : ISweep<T>
    {
        public void Block<L, D, W>(int start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> =>
            Combination<L, T>.Set(to, 1, x, [c], [y], start, length);
    }

    readonly struct Multiple(double c, T[] x, T[] to) : ISweep<T>
    {
        public void Block<L, D, W>(int start, int length, Span<double> sums) where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T> =>
            Combination<L, T>.Set(to, c, x, [], [], start, length);
    }
}

/// <summary>The provider that MathNet is set to: MKL, OpenBLAS, CUDA.</summary>
/// <remarks>A native provider may give other last bits, by its version and number of threads.</remarks>
sealed class ProviderBlas<T> : IBlas<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Whether it is another than MathNet's own.</summary>
    public static bool IsChosen => LinearAlgebraControl.Provider is not ManagedLinearAlgebraProvider;

    static ILinearAlgebraProvider<T> Provider => (ILinearAlgebraProvider<T>)LinearAlgebraControl.Provider;

    public double Dot(T[] x, T[] y) => x.Length == 0 ? 0 : double.CreateTruncating(Provider.DotProduct(x, y));

    public void Add(T[] x, double c, T[] y, T[] to)
    {
        if (x.Length > 0) Provider.AddVectorToScaledVector(x, T.CreateTruncating(c), y, to);
    }

    public void Scale(double c, T[] x, T[] to)
    {
        if (x.Length > 0) Provider.ScaleArray(T.CreateTruncating(c), x, to);
    }
}
