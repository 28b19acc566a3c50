namespace Optim.Functional;

/// <summary>A pair (s, y) of <see cref="CurvaturePairs{T}"/>.</summary>
/// <param name="number">Its number among all there is memory for.</param>
/// <param name="s">Difference of parameters.</param>
/// <param name="y">Difference of gradients.</param>
/// <param name="products">Room for so many products.</param>
sealed class CurvaturePair<T>(int number, Place<T> s, Place<T> y, int products) where T : unmanaged, IFloatingPointIeee754<T>
{
    public readonly int Number = number;
    public readonly Place<T> S = s, Y = y;
    public double Ro;
    public bool IsKept, IsSaved, IsMultiplied, IsLoaded;
    /// <summary>sᵢ·y of the older pairs, by their numbers.</summary>
    public double[] Products = new double[products];
}
