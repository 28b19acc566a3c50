namespace Optim.Functional;

// Its numbers on a device.
public sealed partial class NDArray<T>
{
    /// <summary>A tensor over memory of a device that is another's.</summary>
    internal static NDArray<T> Over(Device device, nint address, object? owner, int[] shape)
    {
        if (address == 0) throw Fault.NullAddress(shape);
        if (address % Unsafe.SizeOf<T>() != 0) throw Fault.Unaligned(address, typeof(T), Unsafe.SizeOf<T>());
        return new(Place<T>.Outside(address, owner, device), shape, columnMajor: false, lifetime: device.Lifetime, device: device);
    }

    /// <summary>A vector over numbers wherever they lie.</summary>
    internal static NDArray<T> At(Place<T> place, int length) => At(place, [length], complex: false);

    /// <summary>A tensor shaped as another one over numbers that stand row by row.</summary>
    internal static NDArray<T> At(Place<T> place, NDArray like) => At(place, like.Dims, like.IsComplex);

    static NDArray<T> At(Place<T> place, int[] shape, bool complex) =>
        new(place, shape, columnMajor: false, null, complex, place.Device?.Lifetime, place.Device);

    /// <summary>Where the numbers stand in that order, on whatever device: their own place, or that of a copy.</summary>
    internal Place<T> Standing(bool columnMajor)
    {
        if (Device is null) return Ordered(columnMajor);
        if (HasOrder(columnMajor)) return Where;
        var turned = New(Device, Dims, columnMajor, IsComplex, cleared: false);
        Write(turned);
        return turned.Where;
    }

    internal override NDArray OnHost()
    {
        if (Device is null) return Clone();
        var copy = New(null, Dims, ColumnMajor, IsComplex, cleared: false);
        Device.Read(Where, copy.place, (nint)Length);
        return copy;
    }

    internal override NDArray On(Device device)
    {
        var copy = New(device, Dims, ColumnMajor, IsComplex, cleared: false);
        CopyTo(copy);
        return copy;
    }

    /// <summary>Copies from a device to a place here.</summary>
    void Read(Place<T> to, bool columnMajor)
    {
        if (HasOrder(columnMajor)) Device!.Read(Where, to, (nint)Length);
        else ((NDArray<T>)OnHost()).CopyTo(to, columnMajor);
    }

    /// <summary>Copies to a tensor on a device.</summary>
    void Write(NDArray<T> to)
    {
        if (ReferenceEquals(Device, to.Device) && HasOrder(to.ColumnMajor)) to.Device!.Copy(Where, to.Where, (nint)Length);
        else if (ReferenceEquals(Device, to.Device) && !IsComplex) Turn(to);
        else if (Device is not null) ((NDArray<T>)OnHost()).Write(to);
        else to.Device!.Write(IsSparse ? Copied(to.ColumnMajor) : Ordered(to.ColumnMajor), to.Where, (nint)Length);
    }

    /// <summary>Copies a matrix to one in the other order on the same device.</summary>
    void Turn(NDArray<T> to)
    {
        var (lines, length) = ColumnMajor ? (Dims[1], Dims[0]) : (Dims[0], Dims[1]);
        Device!.Copy(Where, new(length, 1), to.Where, new(1, lines), lines, length);
    }
}
