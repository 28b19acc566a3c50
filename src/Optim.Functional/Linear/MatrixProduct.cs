namespace Optim.Functional;

/// <summary>Products of matrices: the same bits for any number of threads and any lane, unless MathNet has a native provider.</summary>
/// <remarks>
/// Each element of the result is, in the elements' type, to which α and β are rounded first:
/// <code>
/// s = 0;
/// for (k = 0; k &lt; K; k++) s = Fma(a[i, k], b[k, j], s);
/// c[i, j] = β == 0 ? α * s : Fma(β, c[i, j], α * s);
/// </code>
/// A NaN is always the same one. So an element is wrong by at most K roundings of the sum of its terms' sizes, times α, and two more.
/// A provider is asked where each matrix is a whole array, or any memory where it takes that (<see cref="IMatrixProducts{T}"/>); it has
/// roundings of its own.
/// </remarks>
static class MatrixProduct
{
    /// <summary>C ← αAB + βC. With β = 0, C is not read.</summary>
    /// <param name="α">Factor of the product.</param>
    /// <param name="a">A, of C's rows.</param>
    /// <param name="b">B, of C's columns, and as many rows as A has columns.</param>
    /// <param name="β">Factor of what C holds.</param>
    /// <param name="c">C, in memory of its own.</param>
    /// <param name="how">Threads and lanes.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, C lies over A or B, or one of them is longer than its memory.</exception>
    public static void Run<T>(double α, MatrixPlace<T> a, MatrixPlace<T> b, double β, MatrixPlace<T> c, Execution how)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (a.Columns != b.Rows || a.Rows != c.Rows || b.Columns != c.Columns) throw Fault.ProductShapes(a, b, c);
        if (c.Span.Overlaps(a.Span) | c.Span.Overlaps(b.Span)) throw Fault.ProductOverlaps();
        if (c.Transposed) (a, b, c) = (b.Transpose, a.Transpose, c.Transpose);
        if (ProviderBlas<T>.IsChosen && ProviderProduct<T>.Run(α, a, b, β, c)) return;
        ProductJob<T>.Run(α, a, b, β, c, symmetric: false, how);
    }

    /// <summary>S ← αXXᵀ + βS with the bits of <see cref="Run"/> in about half the time: one triangle is the other's mirror.</summary>
    /// <param name="α">Factor of the product.</param>
    /// <param name="x">X; its transpose for XᵀX.</param>
    /// <param name="β">Factor of what S holds. Unless it is 0, S must be symmetric.</param>
    /// <param name="s">S, square, of X's rows, in memory of its own.</param>
    /// <param name="how">Threads and lanes.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, S lies over X, or one of them is longer than its memory.</exception>
    public static void Symmetric<T>(double α, MatrixPlace<T> x, double β, MatrixPlace<T> s, Execution how)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x.Rows != s.Rows || x.Rows != s.Columns) throw Fault.ProductShapes(x, x.Transpose, s);
        if (s.Span.Overlaps(x.Span)) throw Fault.ProductOverlaps();
        s = s with { Transposed = false };
        if (ProviderBlas<T>.IsChosen && ProviderProduct<T>.Symmetric(α, x, β, s)) return;
        ProductJob<T>.Run(α, x, x.Transpose, β, s, symmetric: true, how);
    }
}
