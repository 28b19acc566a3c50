using System.Text.Json.Serialization;
using Optim.Functional.PyTorch;

namespace Optim.Functional.Cli;

/// <summary>A tensor of a file in a line.</summary>
/// <param name="Key">Its keys, joined with dots.</param>
/// <param name="Dtype">torch's name of its element type.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Bytes">Bytes of its numbers.</param>
/// <param name="Norm">The root of the sum of the squares of its finite numbers.</param>
/// <param name="NaN">How many are NaN; of complex ones, parts.</param>
/// <param name="Infinite">How many are infinite; of complex ones, parts.</param>
internal sealed record TensorSummary(
    string Key,
    string Dtype,
    IReadOnlyList<long> Shape,
    long Bytes,
    double Norm,
    [property: JsonPropertyName("nan")] long NaN,
    long Infinite)
{
    public static TensorSummary Of(string key, SavedTensor tensor)
    {
        var (nan, infinite, norm) = (0L, 0L, new RootSum());
        foreach (var part in tensor.Doubles())
            foreach (var x in part.Span)
                if (double.IsFinite(x)) norm.Add(x);
                else if (double.IsNaN(x)) nan++;
                else infinite++;
        return new(key, tensor.TypeName, tensor.Shape, tensor.Bytes, norm.Value, nan, infinite);
    }

    /// <summary>The root of a sum of squares, which is of size where they would not be: Blue 1978, as LAPACK's classic nrm2.</summary>
    struct RootSum()
    {
        double scale = 0, sum = 1;

        public readonly double Value => scale * Math.Sqrt(sum);

        public void Add(double x)
        {
            var size = Math.Abs(x);
            if (size == 0) return;
            if (scale < size)
            {
                sum = 1 + sum * (scale / size) * (scale / size);
                scale = size;
            }
            else sum += size / scale * (size / scale);
        }
    }
}
