namespace Optim.Functional.Rules;

/// <summary>Numbers in a row that a whole rule's passes read and write: θ, the gradient, a slot, or working memory.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct Operand<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal Operand(Place<T> place, long length, bool isGradient = false) => (Place, Length, IsGradient) = (place, length, isGradient);

    internal Place<T> Place { get; }

    /// <summary>Whether the scale of the gradients is still to be applied.</summary>
    internal bool IsGradient { get; }

    /// <summary>How many.</summary>
    public long Length { get; }

    /// <summary>A part of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not within them.</exception>
    public Operand<T> Slice(long start, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - length);
        return new(length == 0 ? Place : Place.After((nint)start), length, IsGradient);
    }

    /// <summary>As a matrix, row by row.</summary>
    /// <exception cref="ArgumentException">It has not as many elements.</exception>
    public MatrixOperand<T> AsMatrix(int rows, int columns) =>
        (long)rows * columns == Length && !IsGradient ? new(new(Place, rows, columns))
        : throw Fault.NoMatrix(rows, columns, Length, IsGradient);

    /// <summary>From one of them on.</summary>
    internal Operand<T> From(long start) => Slice(start, Length - start);

    /// <summary>Copies them to others, of the same length.</summary>
    internal void CopyTo(Operand<T> to)
    {
        if (Place.Device is { } device) device.Copy(Place, to.Place, (nint)Length);
        else Span.CopyTo(to.Span);
    }

    /// <summary>Makes all of them one number.</summary>
    internal void Fill(T number)
    {
        if (Place.Device is { } device) device.Fill(Place, number, (nint)Length);
        else Span.Fill(number);
    }

    /// <summary>Opens them to the processor, to be read and written until what is returned is disposed: on a device a copy there and back,
    /// here they themselves. For what a rule does now and then, or with few numbers.</summary>
    /// <exception cref="InvalidOperationException">They are the gradient.</exception>
    /// <example><code>
    /// using var factor = x.Slot(1).Open();
    /// Decompose(factor.Span);
    /// </code></example>
    public Window<T> Open() => new(this, reads: true);

    /// <summary>The same where all of them are written and none is read before: on a device one copy less.</summary>
    /// <exception cref="InvalidOperationException">They are the gradient.</exception>
    public Window<T> OpenWrite() => new(this, reads: false);

    /// <summary>The same where they are only read.</summary>
    public ReadOnlyWindow<T> OpenRead() => new(this);

    /// <summary>The numbers themselves, of the gradient without its scale. <see cref="Open"/> has them wherever they lie.</summary>
    /// <exception cref="InvalidOperationException">They lie on a device.</exception>
    public Span<T> Span => Place.Device is { } device ? throw Fault.OnDevice(Length, device) : Place.Span(checked((int)Length));
}

/// <summary>Numbers seen as a matrix, for products.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct MatrixOperand<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal MatrixOperand(MatrixPlace<T> place) => Place = place;

    internal MatrixPlace<T> Place { get; }

    /// <summary>Its rows.</summary>
    public int Rows => Place.Rows;

    /// <summary>Its columns.</summary>
    public int Columns => Place.Columns;

    /// <summary>The transposed matrix, over the same numbers.</summary>
    public MatrixOperand<T> Transpose => new(Place.Transpose);
}
