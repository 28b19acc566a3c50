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

    /// <summary>The numbers themselves, of the gradient without its scale.</summary>
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
