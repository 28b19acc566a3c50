using static TorchSharp.torch;

namespace Optim.Functional;

/// <summary>Sparse COO gradients, such as an embedding's (<c>sparse: true</c>): copied, since libtorch has them in parts of its
/// own.</summary>
static class SparseGradient
{
    /// <summary>The gradient of a parameter whose gradient is sparse. Rows that stand twice add up.</summary>
    public static NDArray Of(Tensor parameter)
    {
        using var scope = NewDisposeScope();
        var gradient = parameter.grad!.detach();
        var values = gradient.SparseValues.contiguous();
        var (indices, found) = (gradient.SparseIndices.contiguous(), (int)gradient.SparseIndices.shape[1]);
        var columns = new int[indices.shape[0], found];
        var all = indices.data<long>();
        for (var d = 0; d < columns.GetLength(0); d++)
            for (var k = 0; k < found; k++) columns[d, k] = (int)all[(long)d * found + k];
        int[] shape = [.. gradient.shape.Select(d => (int)d)];
        return parameter.dtype switch
        {
            ScalarType.Float32 => NDArray.Sparse(values.data<float>().ToArray(), columns, shape),
            _ => NDArray.Sparse(values.data<double>().ToArray(), columns, shape),
        };
    }
}
