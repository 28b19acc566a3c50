namespace Optim.Functional;

/// <summary>What an L-BFGS iteration does with its pairs.</summary>
interface ILbfgsHistory<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Keeps y = g - g' and s = td if they have enough curvature, history_size pairs at most; returns γ, which is y·s/y·y of the
    /// newest pair kept.</summary>
    double Learn(Place<T> g, Place<T> oldG, double t, Place<T> d, CurvaturePairs<T> pairs, LBFGS rule, double γ);

    /// <summary>d ← -Hg; returns g·d and max |d|. Where there are pairs, the newest has been offered together with this g.</summary>
    (double Slope, double Largest) Direct(Place<T> g, CurvaturePairs<T> pairs, double γ, Place<T> d);
}
