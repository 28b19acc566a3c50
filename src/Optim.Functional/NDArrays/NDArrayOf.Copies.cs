namespace Optim.Functional;

// Its numbers in other memory, another order, another type.
public sealed partial class NDArray<T>
{
    /// <summary>The numbers in the order asked for: in their own place where they have that order already.</summary>
    internal Place<T> Ordered(bool columnMajor) => HasOrder(columnMajor) ? Place : Copied(columnMajor);

    /// <summary>Whether the numbers stand in that order.</summary>
    internal bool HasOrder(bool columnMajor) => ColumnMajor == columnMajor || Dims.Length != 2;

    /// <summary>All numbers, row by row: in their own place where they stand so.</summary>
    internal Place<T> RowByRow() => IsSparse ? Copied(columnMajor: false) : Ordered(columnMajor: false);

    /// <summary>A copy in new memory and in the order asked for.</summary>
    Place<T> Copied(bool columnMajor)
    {
        var copy = Allocation.New<T>(Length, IsComplex, cleared: false);
        CopyTo(copy, columnMajor);
        return copy;
    }

    void CopyTo(Place<T> to, bool columnMajor)
    {
        if (Device is not null) Read(to, columnMajor);
        else if (IsSparse) Scattered().CopyTo(to, columnMajor);
        else if (HasOrder(columnMajor)) Place.CopyTo(to, (nint)Length);
        else Transposition.Of(this, to).Write(Execution.Default);
    }

    /// <summary>Where an element of this matrix stands in the order asked for.</summary>
    internal int PlaceOf(int index, bool columnMajor)
    {
        if (HasOrder(columnMajor)) return index;
        var (outer, inner) = ColumnMajor ? (Dims[1], Dims[0]) : (Dims[0], Dims[1]);
        return index % inner * outer + index / inner;
    }

    internal override NDArray NewLike(double fill) =>
        Filled(buffer?.Another(this) ?? New(Device, Dims, ColumnMajor, IsComplex, cleared: true), fill);

    internal override NDArray NewOf(int[] shape, double fill) =>
        Filled(New(Device, shape, columnMajor: false, complex: false, cleared: true), fill);

    static NDArray<T> Filled(NDArray<T> zeros, double fill)
    {
        if (fill != 0) zeros.Fill(fill);
        return zeros;
    }

    internal override void Fill(double value)
    {
        if (Device is null) Place.Fill(T.CreateTruncating(value), (nint)Length);
        else Device.Fill(Where, T.CreateTruncating(value), (nint)Length);
    }

    internal override NDArray Uninitialised() => New(Device, Dims, ColumnMajor, IsComplex, cleared: false);

    internal override NDArray Clone()
    {
        if (IsSparse) return new NDArray<T>(new(Span.ToArray()), Dims, ColumnMajor, Indices!) { Run = Run };
        var copy = New(Device, Dims, ColumnMajor, IsComplex, cleared: false);
        if (Device is null) Place.CopyTo(copy.place, (nint)Stored);
        else Device.Copy(Where, copy.place, (nint)Length);
        return copy;
    }

    internal override void CopyTo(NDArray other)
    {
        var to = other.As<T>();
        if (to.Device is null) CopyTo(to.Place, to.ColumnMajor);
        else Write(to);
    }

    internal override NDArray Cut(bool columnMajor, nint start, long length) =>
        new NDArray<T>(Ordered(columnMajor).After(start), [checked((int)length)], columnMajor: false, lifetime: Lifetime);

    internal override NDArray Adopt(NDArray other, int[]? shape)
    {
        var own = shape is null ? (NDArray<T>)NewLike(0) : New(Device, shape, ColumnMajor, complex: false, cleared: false);
        own.Set(other);
        return own;
    }

    internal override void Set(NDArray other)
    {
        if (other is NDArray<T> same) same.CopyTo(this);
        else if (other.Device is not null) Set(other.OnHost());
        else if (other is NDArray<float> f) f.Converted<T>().CopyTo(this);
        else if (other is NDArray<double> d) d.Converted<T>().CopyTo(this);
    }

    NDArray<U> Converted<U>() where U : unmanaged, IFloatingPointIeee754<U>
    {
        var result = NDArray<U>.New(null, Dims, ColumnMajor, IsComplex, cleared: false);
        var from = IsSparse ? Scattered().place : Place;
        for (nint i = 0; i < Length; i++) result.place.From(i) = U.CreateTruncating(from.From(i));
        GC.KeepAlive(from.Owner);
        return result;
    }
}
