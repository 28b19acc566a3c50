namespace Optim.Functional;

/// <summary>The matrices that a parameter is seen as.</summary>
/// <param name="Count">How many, one after another.</param>
/// <param name="Rows">Rows of each.</param>
/// <param name="Columns">Columns of each.</param>
readonly record struct MatrixShape(int Count, int Rows, int Columns)
{
    /// <summary>Elements of all of them.</summary>
    public long Length => (long)Count * Rows * Columns;

    /// <summary>What the option may be: null for matrices only.</summary>
    public static bool Knows(string? matrices) => matrices is null or "batch" or "flatten" or "convolutions";

    /// <summary>Why there is none, or null.</summary>
    public static string? Refuses(string? matrices, IReadOnlyList<int> shape) =>
        shape.Count == 2 || (shape.Count > 2 && matrices is not null) ? null
        : shape.Count < 2 ? "Muon is of matrices, which have two dimensions"
        : "Muon is of matrices, which have two dimensions; matrices: 'convolutions' makes them of a convolution's weights and of a stack "
            + "of matrices, 'flatten' and 'batch' one way of all";

    /// <summary>Whether it is one matrix of more than two dimensions, its rows the first.</summary>
    public static bool IsFlat(string? matrices, IReadOnlyList<int> shape) =>
        matrices == "flatten" || (matrices == "convolutions" && shape.Count > 3);

    public static MatrixShape Of(string? matrices, IReadOnlyList<int> shape)
    {
        var isFlat = IsFlat(matrices, shape);
        var (first, rest) = (1, 1);
        for (var d = 0; d < shape.Count; d++)
            if (isFlat ? d == 0 : d < shape.Count - 2) first *= shape[d];
            else rest *= shape[d];
        return isFlat ? new(1, first, rest) : new(first, shape[^2], shape[^1]);
    }
}
