using System.Runtime.InteropServices;
using System.Text.Json;

namespace Optim.Functional;

/// <summary>Writes a tensor: element type, shape, and the values row by row, of complex numbers their two parts by turns. Few values are
/// numbers, so that one can read them; many are their bits in base64, lowest byte first, in a list of texts.</summary>
static class TensorWriter
{
    const int MostNumbers = 1000;

    /// <summary>Bytes in one text: whole elements, and whole groups of base64, so that each text can be read by itself.</summary>
    const int Piece = 48 << 10;

    /// <summary>Writes part by part.</summary>
    /// <returns>After each part, the bytes that wait in the writer.</returns>
    public static IEnumerable<int> Write(Utf8JsonWriter writer, NDArray tensor) =>
        tensor is NDArray<float> single ? Write(writer, single) : Write(writer, tensor.As<double>());

    static IEnumerable<int> Write<T>(Utf8JsonWriter writer, NDArray<T> tensor) where T : unmanaged, IFloatingPointIeee754<T>
    {
        writer.WriteStartObject();
        writer.WriteString("dtype", tensor.TypeName);
        writer.WriteStartArray("shape");
        foreach (var d in tensor.Dims) writer.WriteNumberValue(d);
        writer.WriteEndArray();
        if (tensor.Length <= MostNumbers && tensor.ToArray() is var few && !few.Any(IsOddNaN))
        {
            writer.WriteStartArray("values");
            foreach (var x in few) WriteNumber(writer, x);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteStartObject("values");
            writer.WriteStartArray("base64");
            var (from, most) = (tensor.RowByRow(), Piece / Unsafe.SizeOf<T>());
            for (long at = 0; at < tensor.Length; at += most)
            {
                WriteBits(writer, from.After((nint)at).Span((int)Math.Min(most, tensor.Length - at)));
                yield return writer.BytesPending;
            }
            GC.KeepAlive(from.Owner);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        yield return writer.BytesPending;
    }

    /// <summary>Whether its bits are others than those of the one that "NaN" is read as.</summary>
    static bool IsOddNaN<T>(T x) where T : unmanaged, IFloatingPointIeee754<T> =>
        T.IsNaN(x) && !MemoryMarshal.AsBytes(new Span<T>(ref x)).SequenceEqual(MemoryMarshal.AsBytes([T.NaN]));

    static void WriteNumber<T>(Utf8JsonWriter writer, T x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (x is float single && float.IsFinite(single)) writer.WriteNumberValue(single);
        else StateDictWriter.WriteNumber(writer, double.CreateTruncating(x));
    }

    static void WriteBits<T>(Utf8JsonWriter writer, Span<T> numbers) where T : unmanaged
    {
        var bits = MemoryMarshal.AsBytes(numbers);
        if (!BitConverter.IsLittleEndian)
        {
            bits = bits.ToArray();
            for (var i = 0; i < bits.Length; i += Unsafe.SizeOf<T>()) bits.Slice(i, Unsafe.SizeOf<T>()).Reverse();
        }
        writer.WriteBase64StringValue(bits);
    }
}
