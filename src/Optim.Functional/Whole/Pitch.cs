namespace Optim.Functional.Rules;

/// <summary>How far neighbours of a matrix stand apart in memory.</summary>
/// <param name="Row">Elements from a row to the next.</param>
/// <param name="Column">From a column to the next.</param>
readonly record struct Pitch(int Row, int Column)
{
    /// <summary>to[i, j] ← from[i, j], which stand so far apart.</summary>
    public static void Copy<T>(ReadOnlySpan<T> from, Pitch there, Span<T> to, Pitch here, int rows, int columns)
    {
        for (var i = 0; i < rows; i++)
            if (there.Column == 1 && here.Column == 1) from.Slice(i * there.Row, columns).CopyTo(to[(i * here.Row)..]);
            else
                for (var j = 0; j < columns; j++) to[i * here.Row + j * here.Column] = from[i * there.Row + j * there.Column];
    }
}
