using System.Buffers.Binary;
using System.Globalization;
using Optim.Functional.PyTorch;

namespace Optim.Functional.Cli;

/// <summary>How two tensors of the same type and shape differ.</summary>
/// <param name="Elements">How many numbers have other bits.</param>
/// <param name="Ulps">Steps between neighbouring numbers of the type from one to the other, at most; null of integers.</param>
/// <param name="Largest">The largest difference.</param>
/// <param name="NaN">How many are NaN on one side only.</param>
internal sealed record TensorDifference(long Elements, ulong? Ulps, double Largest, long NaN)
{
    public static TensorDifference Of(SavedTensor a, SavedTensor b)
    {
        var (elements, ulps, largest, nan) = (0L, 0UL, 0d, 0L);
        var parts = Decoding.Parts(a.Dtype);
        var size = DtypeInfo.Of(a.Dtype).Size / parts;
        foreach (var (x, y) in ZipWriter.Parts(a.Data, a.Bytes).Zip(ZipWriter.Parts(b.Data, b.Bytes)))
        {
            if (x.Span.SequenceEqual(y.Span)) continue;
            var (p, q) = (new double[x.Length / size], new double[x.Length / size]);
            Decoding.ToDouble(a.Dtype, x.Span, p);
            Decoding.ToDouble(a.Dtype, y.Span, q);
            for (var i = 0; i < p.Length; i++)
            {
                var from = x.Span.Slice(i * size, size);
                var to = y.Span.Slice(i * size, size);
                if (from.SequenceEqual(to)) continue;
                elements++;
                if (double.IsNaN(p[i]) != double.IsNaN(q[i])) nan++;
                if (double.IsNaN(p[i]) || double.IsNaN(q[i])) continue;
                ulps = Math.Max(ulps, Steps(Ordered(from), Ordered(to)));
                largest = Math.Max(largest, Math.Abs(p[i] - q[i]));
            }
        }
        return new(elements, IsFloating(a.Dtype) ? ulps : null, largest, nan);
    }

    static bool IsFloating(Dtype dtype) => dtype
        is Dtype.Float32 or Dtype.Float64 or Dtype.Float16 or Dtype.BFloat16 or Dtype.Complex64 or Dtype.Complex128
        or Dtype.Float8E4M3FN or Dtype.Float8E5M2 or Dtype.Float8E4M3FNUZ or Dtype.Float8E5M2FNUZ;

    /// <summary>A number's bits as an integer that grows as the number does; both zeros are 0.</summary>
    static long Ordered(ReadOnlySpan<byte> bytes)
    {
        var bits = bytes.Length switch
        {
            1 => (sbyte)bytes[0],
            2 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            4 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        };
        var lowest = bytes.Length == 8 ? long.MinValue : -1L << 8 * bytes.Length - 1;
        return bits < 0 ? lowest - bits : bits;
    }

    static ulong Steps(long a, long b) => a > b ? (ulong)a - (ulong)b : (ulong)b - (ulong)a;

    public override string ToString()
    {
        var ulps = Ulps is { } n ? string.Create(CultureInfo.InvariantCulture, $"{n} ulp{(n == 1 ? "" : "s")} and ") : "";
        var odd = NaN > 0 ? string.Create(CultureInfo.InvariantCulture, $", {NaN} NaN on one side") : "";
        return Elements == 0 ? "equal bits"
            : string.Create(CultureInfo.InvariantCulture, $"{Elements} differ, by {ulps}{Largest:G3} at most{odd}");
    }
}
