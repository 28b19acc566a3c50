namespace Optim.Functional;

/// <summary>A matrix whose rows lie one after another in memory or, transposed, whose columns do.</summary>
/// <param name="Data">Its first element.</param>
/// <param name="Rows">Its rows; those of a transposed one lie apart.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Transposed">Whether its columns lie one after another, as MathNet's do.</param>
readonly record struct MatrixPlace<T>(Place<T> Data, int Rows, int Columns, bool Transposed = false)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The transposed matrix, in the same memory.</summary>
    public MatrixPlace<T> Transpose => new(Data, Columns, Rows, !Transposed);

    /// <summary>All elements; throws where the memory is shorter.</summary>
    public Span<T> Span =>
        Data.Device is { } device ? throw Fault.OnDevice((long)Rows * Columns, device) : Data.Span(checked(Rows * Columns));

    /// <summary>Its shape in a message.</summary>
    public string ShapeText => NDArray.Text([Rows, Columns]);

    /// <summary>The element of a row and a column, which must be there: this is not checked.</summary>
    public ref T At(int row, int column) => ref Data.From(Transposed ? column * Rows + row : row * Columns + column);
}
