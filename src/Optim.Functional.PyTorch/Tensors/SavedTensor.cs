using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Optim.Functional.PyTorch;

/// <summary>A tensor in a file, or one that is to go into a file: its numbers are read when they are asked for.</summary>
/// <remarks>A tensor that shares its storage with others, or is a view with strides, reads as any other; written to a torch file again it
/// still shares and strides.</remarks>
public sealed class SavedTensor
{
    readonly long[] shape;

    internal SavedTensor(Dtype dtype, long[] shape, TensorData data, TorchView? view = null)
    {
        (Dtype, this.shape, Data, View) = (dtype, shape, data, view);
        Count = Views.Count(shape);
    }

    /// <summary>A tensor over an array, a MathNet vector or matrix, or other memory, which is read when the file is written.</summary>
    /// <exception cref="ArgumentException">It is sparse.</exception>
    public static SavedTensor Of(NDArray tensor)
    {
        if (tensor is null) throw Fault.Null("the tensor");
        if (tensor.IsSparse) throw Fault.Sparse();
        var dtype = (tensor is NDArray<float>, tensor.IsComplex) switch
        {
            (true, false) => Dtype.Float32,
            (false, false) => Dtype.Float64,
            (true, true) => Dtype.Complex64,
            (false, true) => Dtype.Complex128,
        };
        TensorData data = tensor is NDArray<float> single ? new ArrayNumbers<float>(single) : new ArrayNumbers<double>(tensor.As<double>());
        return new(dtype, [.. tensor.Shape.Select(d => (long)d)], data);
    }

    /// <summary>Bytes as they are, row by row, lowest byte first.</summary>
    internal static SavedTensor Of(Dtype dtype, byte[] bytes, params long[] shape) => new(dtype, shape, new ArrayData(bytes));

    /// <summary>The element type.</summary>
    public Dtype Dtype { get; }

    /// <summary>Size of each dimension; empty of a single number.</summary>
    public IReadOnlyList<long> Shape => shape;

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Bytes of all elements.</summary>
    public long Bytes => Count * DtypeInfo.Of(Dtype).Size;

    internal TensorData Data { get; }

    /// <summary>The storage of a torch file that it is a view of.</summary>
    internal TorchView? View { get; }

    internal ReadOnlySpan<long> Dims => shape;

    internal string ShapeText => $"[{string.Join(", ", shape)}]";

    internal string TypeName => DtypeInfo.Of(Dtype).Torch;

    /// <summary>The numbers as they are: float32 as float, float64 as double, complex ones as complex. No other type is cast to one of
    /// these: see <see cref="Widen"/>.</summary>
    /// <returns>Memory of its own; of a mapped file, where the numbers stand row by row and aligned, the mapping itself. Who writes to
    /// that writes to pages of his own, never to the file.</returns>
    /// <exception cref="InvalidOperationException">It is of another type, or a dimension is beyond 2,147,483,647.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The file has been closed.</exception>
    public NDArray ToNDArray() => Dtype switch
    {
        Dtype.Float32 => Numbers<float>(isComplex: false),
        Dtype.Float64 => Numbers<double>(isComplex: false),
        Dtype.Complex64 => Numbers<float>(isComplex: true),
        Dtype.Complex128 => Numbers<double>(isComplex: true),
        _ => throw Fault.NoElementType(TypeName, ShapeText),
    };

    /// <summary>The numbers in the narrowest of float and double that holds each of them exactly: float16, bfloat16 and float8 as float;
    /// integers and truth values as double; float, double and complex as they are.</summary>
    /// <exception cref="InvalidOperationException">An integer is beyond 2^53, or a dimension is beyond 2,147,483,647.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The file has been closed.</exception>
    public NDArray Widen()
    {
        switch (Dtype)
        {
            case Dtype.Float32 or Dtype.Float64 or Dtype.Complex64 or Dtype.Complex128:
                return ToNDArray();
            case Dtype.Float16 or Dtype.BFloat16 or Dtype.Float8E4M3FN or Dtype.Float8E5M2 or Dtype.Float8E4M3FNUZ or Dtype.Float8E5M2FNUZ:
                return Widened<float>();
            default:
                var numbers = Widened<double>();
                if (Dtype is Dtype.Int64 or Dtype.UInt64) CheckExact(numbers);
                return numbers;
        }
    }

    /// <summary>The bytes of all elements, row by row, lowest byte first.</summary>
    /// <exception cref="InvalidOperationException">There are more than an array can hold.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The file has been closed.</exception>
    public byte[] ToBytes()
    {
        if (Bytes > Array.MaxLength) throw Fault.TooLong(TypeName, ShapeText);
        var bytes = new byte[Bytes];
        Data.Read(0, bytes);
        return bytes;
    }

    /// <summary>Type and shape.</summary>
    public override string ToString() => $"{TypeName} {ShapeText}";

    int[] IntDims()
    {
        if (shape.Any(d => d > int.MaxValue)) throw Fault.TooLong(TypeName, ShapeText);
        return Array.ConvertAll(shape, d => (int)d);
    }

    NDArray<T> Numbers<T>(bool isComplex) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        if (!BitConverter.IsLittleEndian) throw Fault.BigEndian();
        var dims = IntDims();
        if (!isComplex && Count > 0 && Data.Address is not 0 and var address && address % Unsafe.SizeOf<T>() == 0)
            return NDArray.Of<T>(address, Data.Owner, dims);
        var numbers = Fresh<T>(dims, isComplex);
        var (place, count) = (numbers.Place, numbers.Length);
        for (long at = 0; at < count; at += AtOnce)
        {
            var part = place.After((nint)at).Span((int)Math.Min(AtOnce, count - at));
            Data.Read(at * Unsafe.SizeOf<T>(), MemoryMarshal.AsBytes(part));
        }
        GC.KeepAlive(place.Owner);
        return numbers;
    }

    const int AtOnce = 1 << 20;

    static NDArray<T> Fresh<T>(int[] dims, bool isComplex) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var place = Allocation.New<T>(NDArray.Elements(dims, isComplex), isComplex, cleared: false);
        return new(place, dims, columnMajor: false, complex: isComplex);
    }

    NDArray<T> Widened<T>() where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var numbers = Fresh<T>(IntDims(), isComplex: false);
        var place = numbers.Place;
        long at = 0;
        foreach (var part in Doubles())
            foreach (var x in part.Span) place.From((nint)at++) = T.CreateTruncating(x);
        GC.KeepAlive(place.Owner);
        return numbers;
    }

    /// <summary>All numbers as double, part by part in one buffer; of a complex one its two parts.</summary>
    internal IEnumerable<ReadOnlyMemory<double>> Doubles()
    {
        const int Elements = 1 << 14;
        var (size, parts) = (DtypeInfo.Of(Dtype).Size, Decoding.Parts(Dtype));
        var bytes = new byte[(int)Math.Min(Count, Elements) * size];
        var numbers = new double[bytes.Length / size * parts];
        for (long at = 0; at < Count; at += Elements)
        {
            var count = (int)Math.Min(Elements, Count - at);
            Data.Read(at * size, bytes.AsSpan(0, count * size));
            Decoding.ToDouble(Dtype, bytes.AsSpan(0, count * size), numbers.AsSpan(0, count * parts));
            yield return numbers.AsMemory(0, count * parts);
        }
    }

    void CheckExact(NDArray<double> numbers)
    {
        const double Most = 1L << 53;
        var place = numbers.Place;
        for (nint i = 0; i < numbers.Length; i++)
            if (Math.Abs(place.From(i)) > Most) throw Fault.InexactInteger(TypeName, ShapeText, i);
    }
}
