namespace Optim.Functional;

/// <summary>Makes a momentum orthogonal: each matrix of it by itself, or each block of its rows.</summary>
/// <param name="Set">The coefficients; null: <paramref name="Own"/>, with torch's rule for the norm.</param>
/// <param name="Own">The rule's own, of all iterations.</param>
/// <param name="Steps">Iterations.</param>
/// <param name="Eps">ε of the division by the norm.</param>
/// <param name="Matrices">Which matrices a parameter is.</param>
/// <param name="Blocks">Rows of each block; null: a matrix is one.</param>
/// <param name="AdjustLrFn">How a step's length follows from the shape.</param>
readonly record struct Orthogonalization(
    NewtonSchulz? Set, Quintic Own, int Steps, double Eps, string? Matrices = null, BlockSizes? Blocks = null, string? AdjustLrFn = null)
{
    /// <summary>What <see cref="AdjustLrFn"/> may be, in words.</summary>
    public const string Adjustments =
        "null, 'original', 'match_rms_adamw', 'spectral_unclamped', 'spectral', 'keller_jordan' or 'none'";

    public static bool Adjusts(string? by) =>
        by is null or "original" or "match_rms_adamw" or "spectral_unclamped" or "spectral" or "keller_jordan" or "none";

    public string? Refuses(IReadOnlyList<int> shape) => MatrixShape.Refuses(Matrices, shape)
        ?? (Blocks is { } blocks && MatrixShape.Of(Matrices, shape).Rows is var rows && blocks.Sum != rows
            ? $"split_sizes are {blocks}, together {blocks.Sum}, and its matrices have {rows} rows"
            : null);

    double Divisor(double norm) => Set?.Divisor(norm, Eps) ?? Math.Max(norm, Eps);

    public MatrixShape Of(IReadOnlyList<int> shape) => MatrixShape.Of(Matrices, shape);

    /// <summary>Working memory beside the momentum's own.</summary>
    public long WorkOf(IReadOnlyList<int> shape)
    {
        var of = Of(shape);
        var least = (long)Math.Min(Blocks?.Largest ?? of.Rows, of.Columns);
        return of.Length + 2 * least * least;
    }

    /// <summary>How long a step is for a matrix of so many rows and columns.</summary>
    public double Factor(double rows, double columns, IReadOnlyList<int> shape) => AdjustLrFn switch
    {
        "match_rms_adamw" => 0.2 * Math.Sqrt(Math.Max(rows, columns)),
        "spectral_unclamped" => Math.Sqrt(rows / columns),
        "spectral" => Math.Sqrt(Math.Max(rows, columns)),
        "keller_jordan" => Math.Sqrt(Math.Max(1, (double)shape[^2] / shape[^1])),
        "none" => 1,
        _ => Math.Sqrt(Math.Max(1, rows / columns)),
    };

    /// <summary>The factor of all rows: 1 where each block is scaled by its own.</summary>
    public double Factor(IReadOnlyList<int> shape) => Blocks is null && Of(shape) is var of ? Factor(of.Rows, of.Columns, shape) : 1;

    /// <summary>u made orthogonal, of blocks each with its factor.</summary>
    /// <param name="x">The parameter.</param>
    /// <param name="u">What is made orthogonal; overwritten.</param>
    /// <param name="relative">Scale blocks by their own factor over that of the whole matrix, and not by their own.</param>
    /// <returns>The result, and as much memory that is free again. Of a matrix that stands column by column and has blocks, the result is
    /// row by row: see <see cref="Back"/>.</returns>
    public (Operand<T> Made, Operand<T> Free) Run<T>(in Whole<T> x, Operand<T> u, bool relative = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (of, count) = (Of(x.Shape), Blocks?.Count ?? 1);
        var most = Math.Min(Blocks?.Largest ?? of.Rows, of.Columns);
        var (next, A, P) = (x.Work(x.Length), x.Work((long)most * most), x.Work((long)most * most));
        if (Blocks is not null && x.ColumnMajor)
        {
            x.Turn(u, of.Columns, of.Rows, next);
            (u, next) = (next, u);
        }
        var whole = relative ? Factor(of.Rows, of.Columns, x.Shape) : 1;
        long at = 0;
        for (var i = 0; i < of.Count * count; i++)
        {
            var rows = Blocks?[i % count] ?? of.Rows;
            var n = (long)rows * of.Columns;
            One(x, u.Slice(at, n), next.Slice(at, n), A, P, rows, of.Columns);
            if (Blocks is not null) Scale(x, (Steps % 2 == 0 ? u : next).Slice(at, n), Factor(rows, of.Columns, x.Shape) / whole);
            at += n;
        }
        return Steps % 2 == 0 ? (u, next) : (next, u);
    }

    static void Scale<T>(in Whole<T> x, Operand<T> block, double by) where T : unmanaged, IFloatingPointIeee754<T> =>
        x.Each(new Pass.Times(by), block, block, to: block);

    /// <summary>Does something with each block of two results of <see cref="Run"/>.</summary>
    public void EachBlock<T, W>(in Whole<T> x, (Operand<T> One, Operand<T> Other) of, W work)
        where T : unmanaged, IFloatingPointIeee754<T>
        where W : struct, IBlockWork<T>
    {
        var (shape, count) = (Of(x.Shape), Blocks?.Count ?? 1);
        long at = 0;
        for (var i = 0; i < shape.Count * count; i++)
        {
            var n = (long)(Blocks?[i % count] ?? shape.Rows) * shape.Columns;
            work.Run(x, of.One.Slice(at, n), of.Other.Slice(at, n));
            at += n;
        }
    }

    /// <summary>A result in the order in which the parameter stands.</summary>
    public Operand<T> Back<T>(in Whole<T> x, Operand<T> made, Operand<T> free) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Blocks is null || !x.ColumnMajor) return made;
        x.Turn(made, x.Shape[0], x.Shape[1], free);
        return free;
    }

    /// <summary>Newton-Schulz on a matrix or its transpose, whichever has fewer rows: the product with itself is then the smaller
    /// one. The result is in one of the two, by turns.</summary>
    void One<T>(in Whole<T> x, Operand<T> u, Operand<T> next, Operand<T> A, Operand<T> P, int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        x.Each(new Pass.Divide(Divisor(Math.Sqrt(x.SumOfSquares(u)))), u, u, to: u);
        var (lines, length) = x.ColumnMajor && Blocks is null ? (columns, rows) : (rows, columns);
        var m = Math.Min(lines, length);
        (A, P) = (A.Slice(0, (long)m * m), P.Slice(0, (long)m * m));
        for (var k = 0; k < Steps; k++)
        {
            var (by, X, to, a, p) = (Set?.At(k) ?? Own, Wide(u), Wide(next), A.AsMatrix(m, m), P.AsMatrix(m, m));
            x.MultiplySymmetric(1, X, 0, a);
            x.Each(new Pass.Copy(), A, A, to: P);
            x.MultiplySymmetric(by.C, a, by.B, p);
            x.Each(new Pass.Copy(), u, u, to: next);
            x.Multiply(1, p, X, by.A, to);
            (u, next) = (next, u);
        }

        MatrixOperand<T> Wide(Operand<T> of) => lines <= length ? of.AsMatrix(lines, length) : of.AsMatrix(lines, length).Transpose;
    }
}

/// <summary>What is done with a block.</summary>
interface IBlockWork<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    void Run(in Whole<T> x, Operand<T> one, Operand<T> other);
}
