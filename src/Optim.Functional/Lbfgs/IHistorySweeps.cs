namespace Optim.Functional;

/// <summary>The sweeps over long vectors and the history that <see cref="LbfgsSweeps{T}"/> makes of an iteration.</summary>
interface IHistorySweeps<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Makes further sums.</summary>
    IBlas<T> Blas { get; }

    /// <summary>sᵢ·yⱼ of <paramref name="m"/> pairs, i older than j: those with the second pair first, then with the third.</summary>
    void Multiply(Place<T>[] s, Place<T>[] y, int m, int n, Span<double> products);

    /// <summary>y ← g - g', s ← td; then the products with y, and with g, of all vectors, which may be y and s too.</summary>
    void Learn(
        Place<T> g, Place<T> oldG, double t, Place<T> d, Place<T> y, Place<T> s, Place<T>[] vectors, int count, int n, Span<double> sums);

    /// <summary>q ← -g - Σ αᵢyᵢ; then all yᵢ·q.</summary>
    void Residual(Place<T> g, double[] minusα, Place<T>[] ys, int m, Place<T> q, int n, Span<double> products);

    /// <summary>d ← γd + Σ δᵢsᵢ; then g·d and max |d|.</summary>
    (double Slope, double Largest) Direction(Place<T> g, double γ, double[] δ, Place<T>[] ss, int m, Place<T> d, int n);
}
