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
            (part(i) as Tensor<T>)?.Ordered(columnMajor: false).CopyTo(flat, at);
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
}
