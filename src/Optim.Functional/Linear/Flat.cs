using System.Numerics;

namespace Optim.Functional;

/// <summary>All parameters as one vector, each row by row (torch's order), and back.</summary>
static class Flat
{
    /// <summary>The tensors one after another; zeros where there is none.</summary>
    public static T[] Join<T>(Tensor[] like, Func<int, Tensor?> part) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var flat = new T[like.Sum(t => t.Length)];
        for (int i = 0, at = 0; i < like.Length; at += like[i++].Length)
            (part(i) as Tensor<T>)?.Ordered(columnMajor: false).Span(like[i].Length).CopyTo(flat.AsSpan(at));
        return flat;
    }

    /// <summary>New tensors, each shaped and ordered as its example.</summary>
    public static Tensor[] Split<T>(T[] flat, Tensor[] like) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (parts, at) = (new Tensor[like.Length], 0);
        for (var i = 0; i < like.Length; at += like[i++].Length)
        {
            parts[i] = like[i].Uninitialised();
            Tensor<T>.Dense(flat.AsSpan(at, like[i].Length).ToArray(), like[i].Dims, columnMajor: false).CopyTo(parts[i]);
        }
        return parts;
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
