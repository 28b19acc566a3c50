using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional;

/// <summary>The vector operations of closure-driven rules. A factor is rounded to the vectors' type first, as in torch.</summary>
interface IBlas<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>x·y of vectors of <paramref name="n"/> elements.</summary>
    double Dot(Place<T> x, Place<T> y, int n);

    /// <summary>to ← x + cy; may be x.</summary>
    void Add(Place<T> x, double c, Place<T> y, Place<T> to, int n);

    /// <summary>to ← cx; may be x.</summary>
    void Scale(double c, Place<T> x, Place<T> to, int n);
}

/// <summary>The library's own: the same bits for any number of threads and any lane.</summary>
sealed class OwnBlas<T> : IBlas<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public Execution How { get; set; } = Execution.Default;

    public double Dot(Place<T> x, Place<T> y, int n) => Reduce.Dot(x, y, n, How);

    public void Add(Place<T> x, double c, Place<T> y, Place<T> to, int n) => Flat.Add(x, c, y, to, n, How);

    public void Scale(double c, Place<T> x, Place<T> to, int n) => Flat.Copy(x, c, to, n, [], How);
}

/// <summary>The provider that MathNet is set to: MKL, OpenBLAS, CUDA.</summary>
/// <remarks>A native provider may give other last bits, by its version and number of threads. It takes whole arrays, so here a place is
/// one.</remarks>
sealed class ProviderBlas<T> : IBlas<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Whether it is another than MathNet's own.</summary>
    public static bool IsChosen => LinearAlgebraControl.Provider is not ManagedLinearAlgebraProvider;

    /// <summary>Whether vectors are that one's too.</summary>
    public static bool MakesVectors => IsChosen && LinearAlgebraControl.Provider is not IMatrixProducts<T> { MakesVectors: false };

    static ILinearAlgebraProvider<T> Provider => (ILinearAlgebraProvider<T>)LinearAlgebraControl.Provider;

    public double Dot(Place<T> x, Place<T> y, int n) => n == 0 ? 0 : double.CreateTruncating(Provider.DotProduct(x.Array, y.Array));

    public void Add(Place<T> x, double c, Place<T> y, Place<T> to, int n)
    {
        if (n > 0) Provider.AddVectorToScaledVector(x.Array, T.CreateTruncating(c), y.Array, to.Array);
    }

    public void Scale(double c, Place<T> x, Place<T> to, int n)
    {
        if (n > 0) Provider.ScaleArray(T.CreateTruncating(c), x.Array, to.Array);
    }
}
