using System.Numerics;

namespace Optim.Functional;

/// <summary>A matrix whose rows lie one after another in memory; or, transposed, whose columns do.</summary>
/// <param name="Data">Its first element.</param>
/// <param name="Rows">Its rows, as it is seen: a transposed one's lie apart.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Transposed">Whether its columns lie one after another, as MathNet's do.</param>
readonly record struct MatrixPlace<T>(Place<T> Data, int Rows, int Columns, bool Transposed = false) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The transposed matrix, in the same memory.</summary>
    public MatrixPlace<T> Transpose => new(Data, Columns, Rows, !Transposed);

    /// <summary>From a row to the next one.</summary>
    public int Down => Transposed ? 1 : Columns;

    /// <summary>From a column to the next one.</summary>
    public int Right => Transposed ? Rows : 1;

    /// <summary>All elements; throws where the memory is shorter.</summary>
    public Span<T> Span => Data.Span(checked(Rows * Columns));

    public string ShapeText => NDArray.Text([Rows, Columns]);

    /// <summary>The element of a row and a column, which must be there: this is not checked.</summary>
    public ref T At(int row, int column) => ref Data.From(row * Down + column * Right);
}
