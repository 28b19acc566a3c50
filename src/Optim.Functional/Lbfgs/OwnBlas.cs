namespace Optim.Functional;

/// <summary>The library's own: the same bits for any number of threads and any lane.</summary>
sealed class OwnBlas<T> : IBlas<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public Execution How { get; set; } = Execution.Default;

    public double Dot(Place<T> x, Place<T> y, int n) => Reduce.Dot(x, y, n, How);

    public void Add(Place<T> x, double c, Place<T> y, Place<T> to, int n) => Flat.Add(x, c, y, to, n, How);

    public void Scale(double c, Place<T> x, Place<T> to, int n) => Flat.Copy(x, c, to, n, [], How);

    public double SumAbs(Place<T> x, int n) => Reduce.SumAbs(x, n, How);

    public double MaxAbs(Place<T> x, int n) => Reduce.MaxAbs(x, n, How);

    public IBlas<T> InDouble => this;
}
