namespace Optim.Functional;

/// <summary>The lower triangle of a symmetric matrix, from the upper one.</summary>
static class ProductMirror
{
    /// <summary>Of a square, as many rows and columns as a line has elements or a few more: so each line is written once.</summary>
    const int Side = 16;

    /// <summary>Copies what a block has above the diagonal to its place below. The matrix is not transposed.</summary>
    public static void Run<T>(in MatrixPlace<T> s, int row, int rows, int column, int columns) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (bottom, end) = (row + rows, column + columns);
        for (var j = column; j < end; j += Side)
            for (var i = row; i < bottom && i < j + Side; i += Side)
                Square(ref s.Span[0], s.Columns, i, Math.Min(i + Side, bottom), j, Math.Min(j + Side, end));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Square<T>(ref T s, nint width, nint row, nint bottom, nint column, nint end)
    {
        for (var j = column; j < end; j++)
            for (var i = row; i < Math.Min(bottom, j); i++) Unsafe.Add(ref s, j * width + i) = Unsafe.Add(ref s, i * width + j);
    }
}
