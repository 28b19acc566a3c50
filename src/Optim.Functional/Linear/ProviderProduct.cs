using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional;

/// <summary>Products of matrices by the provider that MathNet is set to.</summary>
/// <remarks>
/// It takes whole arrays, unless it is an <see cref="IMatrixProducts{T}"/>, and reads them column by column: a matrix in rows is the
/// transposed one to it, so C = AB is Cᵀ = BᵀAᵀ.
/// It may give other last bits, by its version and number of threads.
/// </remarks>
static class ProviderProduct<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>C ← αAB + βC, the shapes fitting and C not transposed.</summary>
    /// <returns>False, and nothing is done, unless each is what the provider takes and has elements.</returns>
    public static bool Run(double α, in MatrixPlace<T> a, in MatrixPlace<T> b, double β, in MatrixPlace<T> c)
    {
        if (LinearAlgebraControl.Provider is IMatrixProducts<T> parts) return OfParts(parts, α, a, b, β, c);
        if (Whole(a) is not { Length: > 0 } x || Whole(b) is not { Length: > 0 } y || Whole(c) is not { } to) return false;
        var ((ofB, rowsB, columnsB), (ofA, rowsA, columnsA)) = (Seen(b), Seen(a));
        var provider = (ILinearAlgebraProvider<T>)LinearAlgebraControl.Provider;
        var (αs, βs) = (T.CreateTruncating(α), T.CreateTruncating(β));
        provider.MatrixMultiplyWithUpdate(ofB, ofA, αs, y, rowsB, columnsB, x, rowsA, columnsA, βs, to);
        return true;
    }

    static bool OfParts(IMatrixProducts<T> provider, double α, in MatrixPlace<T> a, in MatrixPlace<T> b, double β, in MatrixPlace<T> c)
    {
        if (a.Span.Length == 0 || b.Span.Length == 0 || !provider.Takes(c.Columns, c.Rows, a.Columns)) return false;
        var (αs, βs) = (T.CreateTruncating(α), T.CreateTruncating(β));
        provider.Multiply(b.Transposed, a.Transposed, c.Columns, c.Rows, a.Columns, αs, b.Span, a.Span, βs, c.Span);
        return true;
    }

    static T[]? Whole(in MatrixPlace<T> m) => m.Data is { Array: { } array, Offset: 0 } && array.Length == m.Span.Length ? array : null;

    /// <summary>What the provider has to do to see the transposed matrix, and the shape that it sees in memory.</summary>
    static (Transpose, int Rows, int Columns) Seen(in MatrixPlace<T> m) =>
        m.Transposed ? (Transpose.Transpose, m.Rows, m.Columns) : (Transpose.DontTranspose, m.Columns, m.Rows);

    /// <summary>S ← αXXᵀ + βS; the upper triangle is copied to the lower one, which need not have the same roundings.</summary>
    public static bool Symmetric(double α, in MatrixPlace<T> x, double β, in MatrixPlace<T> s)
    {
        if (!Run(α, x, x.Transpose, β, s)) return false;
        ProductMirror.Run(s, 0, s.Rows, 0, s.Columns);
        return true;
    }
}
