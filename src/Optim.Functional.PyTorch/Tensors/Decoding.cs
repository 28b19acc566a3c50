using System.Buffers.Binary;

namespace Optim.Functional.PyTorch;

/// <summary>Elements of any type as double, which holds each of them exactly but integers beyond 2^53.</summary>
static class Decoding
{
    static readonly double[] E4M3FN = Table(exponent: 4, bias: 7, Specials.NaNOnly);
    static readonly double[] E5M2 = Table(exponent: 5, bias: 15, Specials.Ieee);
    static readonly double[] E4M3FNUZ = Table(exponent: 4, bias: 8, Specials.NaNAtNegativeZero);
    static readonly double[] E5M2FNUZ = Table(exponent: 5, bias: 16, Specials.NaNAtNegativeZero);

    enum Specials
    {
        Ieee,
        NaNOnly,
        NaNAtNegativeZero,
    }

    /// <summary>Numbers that an element is of: two of a complex one.</summary>
    public static int Parts(Dtype dtype) => dtype is Dtype.Complex64 or Dtype.Complex128 ? 2 : 1;

    /// <summary>Decodes whole elements, lowest byte first.</summary>
    /// <param name="dtype">Their type.</param>
    /// <param name="bytes">Of whole elements.</param>
    /// <param name="into">A number for each element; of complex ones two.</param>
    public static void ToDouble(Dtype dtype, ReadOnlySpan<byte> bytes, Span<double> into)
    {
        var size = DtypeInfo.Of(dtype).Size / Parts(dtype);
        for (var i = 0; i < into.Length; i++) into[i] = One(dtype, bytes.Slice(i * size, size));
    }

    static double One(Dtype dtype, ReadOnlySpan<byte> b) => dtype switch
    {
        Dtype.Float32 or Dtype.Complex64 => BinaryPrimitives.ReadSingleLittleEndian(b),
        Dtype.Float64 or Dtype.Complex128 => BinaryPrimitives.ReadDoubleLittleEndian(b),
        Dtype.Float16 => (double)BinaryPrimitives.ReadHalfLittleEndian(b),
        Dtype.BFloat16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(b) << 16),
        Dtype.Float8E4M3FN => E4M3FN[b[0]],
        Dtype.Float8E5M2 => E5M2[b[0]],
        Dtype.Float8E4M3FNUZ => E4M3FNUZ[b[0]],
        Dtype.Float8E5M2FNUZ => E5M2FNUZ[b[0]],
        Dtype.Int8 => (sbyte)b[0],
        Dtype.Int16 => BinaryPrimitives.ReadInt16LittleEndian(b),
        Dtype.Int32 => BinaryPrimitives.ReadInt32LittleEndian(b),
        Dtype.Int64 => BinaryPrimitives.ReadInt64LittleEndian(b),
        Dtype.UInt8 => b[0],
        Dtype.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(b),
        Dtype.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(b),
        Dtype.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(b),
        Dtype.Bool => b[0] == 0 ? 0 : 1,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype)),
    };

    /// <summary>All 256 numbers of 8 bits. Micikevicius et al. 2022 (arXiv:2209.05433), table 1; FNUZ: Noune et al. 2022
    /// (arXiv:2206.02915).</summary>
    static double[] Table(int exponent, int bias, Specials specials)
    {
        var mantissa = 7 - exponent;
        var (most, steps) = ((1 << exponent) - 1, 1 << mantissa);
        var table = new double[256];
        for (var bits = 0; bits < 256; bits++)
        {
            var (e, m) = (bits >> mantissa & most, bits & steps - 1);
            var size = e == 0
                ? Math.ScaleB(m, 1 - bias - mantissa)
                : Math.ScaleB(steps + m, e - bias - mantissa);
            var number = bits < 128 ? size : -size;
            table[bits] = specials switch
            {
                Specials.Ieee when e == most => m > 0 ? double.NaN : number > 0 ? double.PositiveInfinity : double.NegativeInfinity,
                Specials.NaNOnly when e == most && m == steps - 1 => double.NaN,
                Specials.NaNAtNegativeZero when bits == 128 => double.NaN,
                _ => number,
            };
        }
        return table;
    }
}
