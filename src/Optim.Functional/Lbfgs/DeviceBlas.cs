namespace Optim.Functional;

/// <summary>On a device: passes and sums of its engine, with the bits of <see cref="OwnBlas{T}"/>. Only sums come to the
/// processor.</summary>
sealed class DeviceBlas<T>(Device device) : IBlas<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public Device Device => device;

    public IDeviceEngine<T> Engine { get; } = device.NewEngine<T>();

    public double Dot(Place<T> x, Place<T> y, int n)
    {
        Engine.BeginSums();
        Engine.AskProduct(x, y, n);
        return Read();
    }

    public void Add(Place<T> x, double c, Place<T> y, Place<T> to, int n) => Run(new Pass.Move(c, 1), x, y, to, n);

    public void Scale(double c, Place<T> x, Place<T> to, int n) => Run(new Pass.Times(c), x, x, to, n);

    void Run<F>(in F pass, Place<T> x, Place<T> y, Place<T> to, int n) where F : struct, IPass =>
        Engine.Pass(pass, new() { From = new() { θ = x }, G = y, End = n }, new() { θ = to }, 1);

    public double SumAbs(Place<T> x, int n)
    {
        Engine.BeginSums();
        Engine.AskSum(default(Term.Size), new() { From = new() { θ = x }, G = x, End = n });
        return Read();
    }

    public double MaxAbs(Place<T> x, int n)
    {
        Engine.BeginSums();
        Engine.AskLargest(x, n);
        return Read();
    }

    public IBlas<T> InDouble => this;

    double Read()
    {
        var result = 0.0;
        Engine.ReadSums(new(ref result));
        return result;
    }
}
