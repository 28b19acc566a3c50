using System.Buffers;

namespace Optim.Functional.Rules;

/// <summary>An operand's numbers, opened to the processor: they themselves where they lie in this process's memory, else a copy, which is
/// written back when this is disposed.</summary>
/// <remarks>Until then no pass, sum or product may read or write them. It is disposed once.</remarks>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct Window<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Operand<T> of;
    readonly T[]? copy;

    internal Window(Operand<T> of, bool reads)
    {
        if (of.IsGradient) throw Fault.GradientWritten();
        this.of = of;
        Span = Windows.Open(of, reads, out copy);
    }

    /// <summary>The numbers.</summary>
    public Span<T> Span { get; }

    /// <summary>Where they are.</summary>
    internal Place<T> Place => copy ?? of.Place;

    /// <summary>Writes a copy back.</summary>
    public void Dispose()
    {
        if (copy is null) return;
        of.Place.Device!.Write(copy, of.Place, (nint)of.Length);
        ArrayPool<T>.Shared.Return(copy);
    }
}

/// <summary>The same, only to be read; passes may read them too.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly ref struct ReadOnlyWindow<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly T[]? copy;

    internal ReadOnlyWindow(Operand<T> of) => Span = Windows.Open(of, reads: true, out copy);

    /// <summary>The numbers, of the gradient without its scale.</summary>
    public ReadOnlySpan<T> Span { get; }

    /// <summary>Forgets a copy.</summary>
    public void Dispose()
    {
        if (copy is not null) ArrayPool<T>.Shared.Return(copy);
    }
}

static class Windows
{
    /// <summary>The numbers, or a rented copy of those of a device; as it comes where they are not to be read.</summary>
    public static Span<T> Open<T>(Operand<T> of, bool reads, out T[]? copy) where T : unmanaged, IFloatingPointIeee754<T>
    {
        copy = null;
        if (of.Place.Device is not { } device) return of.Span;
        var n = checked((int)of.Length);
        copy = ArrayPool<T>.Shared.Rent(n);
        if (reads) device.Read(of.Place, copy, n);
        return copy.AsSpan(0, n);
    }
}
