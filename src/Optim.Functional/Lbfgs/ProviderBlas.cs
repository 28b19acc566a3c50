using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional;

/// <summary>The provider that MathNet is set to: MKL, OpenBLAS, CUDA.</summary>
/// <remarks>A native provider may give other last bits, by its version and number of threads. It takes whole arrays, so here a place is
/// one.</remarks>
/// <param name="own">What makes the sums that a provider has not.</param>
sealed class ProviderBlas<T>(OwnBlas<T> own) : IBlas<T> where T : unmanaged, IFloatingPointIeee754<T>
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

    public double SumAbs(Place<T> x, int n) => own.SumAbs(x, n);

    public double MaxAbs(Place<T> x, int n) => own.MaxAbs(x, n);

    public IBlas<T> InDouble => own;
}
