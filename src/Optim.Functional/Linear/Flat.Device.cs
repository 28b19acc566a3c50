namespace Optim.Functional;

// On a device: each tensor by a pass of its own, one whose numbers stand column by column by a copy that turns it.
static partial class Flat
{
    static void Read<T>(NDArray<T> from, double scale, Place<T> to, DeviceBlas<T> there) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var columns = !from.HasOrder(columnMajor: false);
        if (columns) from.CopyTo(NDArray<T>.At(to, from.Dims));
        there.Scale(scale, columns ? to : from.Where, to, (int)from.Length);
    }

    static double Read<T>(NDArray[] like, Func<int, NDArray<T>?> gradient, double scale, Place<T> flat, DeviceBlas<T> there)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var at = 0;
        for (var i = 0; i < like.Length; i++)
        {
            var (n, to) = ((int)like[i].Length, flat.After(at));
            if (gradient(i) is { } g) Read(g, scale, to, there);
            else
            {
                there.Device.Fill(to, T.Zero, n);
                there.Scale(scale, to, to, n);
            }
            at += n;
        }
        return there.MaxAbs(flat, at);
    }

    static void Write<T>(in PlacedPoint<T> point, int at, NDArray<T> before, NDArray<T> tensor, DeviceBlas<T> there)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var n = (int)tensor.Length;
        var from = point.From is { } start ? NDArray<T>.At(start.After(at), tensor.Dims) : before;
        var isTurned = !tensor.HasOrder(columnMajor: false);
        if (point.Direction is null || isTurned) from.CopyTo(tensor);
        if (point.Direction?.After(at) is not { } along) return;
        if (isTurned)
        {
            var turned = (NDArray<T>)tensor.Uninitialised();
            NDArray<T>.At(along, tensor.Dims).CopyTo(turned);
            there.Add(tensor.Where, point.Length, turned.Where, tensor.Where, n);
            GC.KeepAlive(turned);
        }
        else there.Add(from.Where, point.Length, along, tensor.Where, n);
    }
}
