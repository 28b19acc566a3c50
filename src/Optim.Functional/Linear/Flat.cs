using System.Numerics;

namespace Optim.Functional;

/// <summary>All parameters as one vector, each row by row (torch's order), and back.</summary>
static class Flat
{
    public static int Length(Tensor[] like) => like.Sum(t => t.Length);

    /// <summary>Writes a tensor, times a scale, into its place; zeros where there is none.</summary>
    public static void Read<T>(Tensor<T>? from, double scale, Span<T> place) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (from is null) place.Clear();
        else if (from.Dims.Length == 2 && from.ColumnMajor) Transpose(from.Span, from.Dims[1], from.Dims[0], place);
        else from.Span.CopyTo(place);
        if (scale == 1) return;
        var c = T.CreateTruncating(scale);
        for (var i = 0; i < place.Length; i++) place[i] = c * place[i];
    }

    /// <summary>Sets the tensors from the vector of all.</summary>
    public static void Write<T>(T[] flat, Tensor[] to) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0, at = 0; i < to.Length; at += to[i++].Length)
        {
            var part = flat.AsSpan(at, to[i].Length);
            var tensor = (Tensor<T>)to[i];
            if (tensor.Dims.Length == 2 && tensor.ColumnMajor) Transpose(part, tensor.Dims[0], tensor.Dims[1], tensor.Span);
            else part.CopyTo(tensor.Span);
        }
    }

    /// <summary>New tensors, each shaped and ordered as its example.</summary>
    public static Tensor[] Split<T>(T[] flat, Tensor[] like) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var parts = Array.ConvertAll(like, t => t.Uninitialised());
        Write(flat, parts);
        return parts;
    }

    /// <summary>Rows of <paramref name="inner"/> become columns, of 16 rows at a time so that both sides stay in cache.</summary>
    static void Transpose<T>(ReadOnlySpan<T> from, int outer, int inner, Span<T> to)
    {
        for (var tile = 0; tile < outer; tile += 16)
            for (var j = 0; j < inner; j++)
                for (var i = tile; i < Math.Min(outer, tile + 16); i++) to[j * outer + i] = from[i * inner + j];
    }

    /// <summary>A vector of tensors that stand in another order, put into the order of <paramref name="like"/>.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="like">The tensors.</param>
    /// <param name="places">The place of each in the vector.</param>
    public static Tensor Reorder(Tensor vector, Tensor[] like, int[] places)
    {
        var (result, starts, at) = (vector.NewLike(0), new int[like.Length], 0);
        foreach (var i in places.Select((place, i) => (place, i)).OrderBy(x => x.place).Select(x => x.i)) (starts[i], at) = (at, at + like[i].Length);
        at = 0;
        for (var i = 0; i < like.Length; at += like[i++].Length) Array.Copy(vector.Storage, starts[i], result.Storage, at, like[i].Length);
        return result;
    }
}
