namespace Optim.Functional;

// On a device: each tensor by a pass of its own, one whose numbers stand column by column by a copy that turns it.
static partial class Flat
{
    static void Read<T>(NDArray<T> from, double scale, Place<T> to, DeviceBlas<T> there) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var columns = !from.HasOrder(columnMajor: false);
        if (columns) from.CopyTo(NDArray<T>.At(to, from));
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
        var (n, to) = ((int)tensor.Length, tensor.Where);
        if (!tensor.HasOrder(columnMajor: false))
        {
            if (point.From is { } start) NDArray<T>.At(start.After(at), tensor).CopyTo(tensor);
            else if (before != tensor) before.CopyTo(tensor);
            if (point.Direction is not { } direction) return;
            var turned = (NDArray<T>)tensor.Uninitialised();
            NDArray<T>.At(direction.After(at), tensor).CopyTo(turned);
            there.Add(to, point.Length, turned.Where, to, n);
            GC.KeepAlive(turned);
            return;
        }
        var from = point.From?.After(at) ?? before.Where;
        if (point.Direction is { } along) there.Add(from, point.Length, along.After(at), to, n);
        else if (from != to) there.Device.Copy(from, to, n);
    }
}
