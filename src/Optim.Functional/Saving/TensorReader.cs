using System.Buffers;
using System.Text.Json;
using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Reads a tensor: an object with its element type, its shape and its values, which are a list of numbers or their bits.</summary>
static class TensorReader
{
    public static NDArray Read(ref JsonSource source, string where)
    {
        var (shown, names) = (source.Shown(), source.Object(where));
        var (dtype, shape, tensor, early) = ((string?)null, (int[]?)null, (NDArray?)null, (byte[]?)null);
        while (source.Member(names, where) is { } name)
            if (name == "dtype") dtype = Known(ref source, $"{where}.dtype");
            else if (name == "shape") shape = WholeNumbers(ref source, $"{where}.shape");
            else if (name != "values") source.Skip();
            else if (dtype is null || shape is null) early = source.Copy(where);
            else tensor = Values(ref source, dtype, shape, $"{where}.values");
        if (dtype is null) throw Fault.Json(where, "a tensor: an object with dtype, shape and values", shown);
        if (shape is null) throw Fault.Json($"{where}.shape", "a list", Fault.Nothing);
        if (early is not null)
        {
            var values = new JsonSource(early);
            tensor = Values(ref values, dtype, shape, $"{where}.values");
        }
        return tensor ?? throw Fault.Json($"{where}.values", "a list", Fault.Nothing);
    }

    static string Known(ref JsonSource source, string where) =>
        source.String(where) is ("float32" or "float64" or "complex64" or "complex128") and var dtype ? dtype
        : throw Fault.Json(where, "float32, float64, complex64 or complex128", source.Shown());

    public static int[] WholeNumbers(ref JsonSource source, string where)
    {
        source.List(where);
        var numbers = new List<int>();
        while (source.Item())
            numbers.Add(source.TryGet(out int n) && n >= 0 ? n : throw Fault.Json(where, "whole numbers from 0", source.Shown()));
        return [.. numbers];
    }

    static NDArray Values(ref JsonSource source, string dtype, int[] shape, string where) => dtype switch
    {
        "float32" => Values<float>(ref source, shape, false, where),
        "float64" => Values<double>(ref source, shape, false, where),
        "complex64" => Values<float>(ref source, shape, true, where),
        _ => Values<double>(ref source, shape, true, where),
    };

    static NDArray<T> Values<T>(ref JsonSource source, int[] shape, bool isComplex, string where)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var numbers = new ArrivingNumbers<T>(NDArray.Elements(shape, isComplex), isComplex);
        var asMany = $"{(isComplex ? "twice " : "")}as many numbers as shape {NDArray.Text(shape)} has";
        if (source.Type == JsonTokenType.StartObject) ReadBits(ref source, numbers, asMany, where);
        else ReadNumbers(ref source, numbers, asMany, where);
        return numbers.ToTensor(shape);
    }

    static void ReadNumbers<T>(ref JsonSource source, ArrivingNumbers<T> numbers, string asMany, string where)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var shown = source.Shown();
        source.List(where);
        while (source.Item())
            if (!TryNumber(ref source, out T number)) throw Fault.Json(where, $"a number that fits {Name<T>()}", source.Shown());
            else if (!numbers.TryAdd(number)) throw Fault.Json(where, asMany, shown);
        if (!numbers.IsFull) throw Fault.Json(where, asMany, shown);
    }

    static string Name<T>() => typeof(T) == typeof(float) ? "float32" : "float64";

    static bool TryNumber<T>(ref JsonSource source, out T number) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            var isSingle = source.TryGet(out float single);
            number = T.CreateTruncating(single);
            return isSingle;
        }
        var isDouble = source.TryGet(out double twice);
        number = T.CreateTruncating(twice);
        return isDouble;
    }

    static void ReadBits<T>(ref JsonSource source, ArrivingNumbers<T> numbers, string asMany, string where)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (shown, names, isThere) = (source.Shown(), source.Object(where), false);
        while (source.Member(names, where) is { } name)
            if (name == "base64")
            {
                isThere = true;
                source.List($"{where}.base64");
                while (source.Item()) Decode(ref source, numbers, asMany, $"{where}.base64");
            }
            else source.Skip();
        if (!isThere) throw Fault.Json(where, "a list of numbers, or an object with base64", shown);
        if (!numbers.IsFull) throw Fault.Json($"{where}.base64", asMany, Invariant($"the bits of {numbers.Count}"));
        numbers.FromLittleEndian();
    }

    static void Decode<T>(ref JsonSource source, ArrivingNumbers<T> numbers, string asMany, string where)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var status = numbers.Decode(source.Letters(where));
        if (status == OperationStatus.DestinationTooSmall) throw Fault.Json(where, asMany, "the bits of more");
        if (status != OperationStatus.Done) throw Fault.Json(where, "texts of base64", source.Shown());
    }
}
