using System.Buffers.Binary;
using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Optim.Functional.PyTorch;

/// <summary>Writes values as a pickle of protocol 2, of the instructions that torch 1.13's <c>weights_only</c> reader knows.</summary>
sealed class PickleWriter
{
    readonly MemoryStream to = new();
    readonly TorchStorages storages;

    PickleWriter(TorchStorages storages) => this.storages = storages;

    public static byte[] Write(object? value, TorchStorages storages)
    {
        var writer = new PickleWriter(storages);
        writer.Put(Op.Proto);
        writer.to.WriteByte(2);
        writer.Value(value);
        writer.Put(Op.Stop);
        return writer.to.ToArray();
    }

    void Value(object? value)
    {
        switch (value)
        {
            case null: Put(Op.None); break;
            case bool b: Put(b ? Op.NewTrue : Op.NewFalse); break;
            case int i: Whole(i); break;
            case long l: Whole(l); break;
            case BigInteger large: Large(large); break;
            case double d: Number(d); break;
            case float f: Number(f); break;
            case string text: Text(text); break;
            case byte[] bytes: Bytes(bytes); break;
            case Dtype dtype: Global("torch", DtypeInfo.Of(dtype).Torch); break;
            case SavedTensor tensor: Tensor(tensor); break;
            case SavedDict dict: Dict(dict); break;
            case Array tuple: Tuple(tuple.Cast<object?>()); break;
            case IEnumerable list: List(list); break;
            default: throw Fault.NoValue(value);
        }
    }

    void Whole(long number)
    {
        if (number is >= 0 and <= byte.MaxValue)
        {
            Put(Op.BinInt1);
            to.WriteByte((byte)number);
        }
        else if (number is >= int.MinValue and <= int.MaxValue)
        {
            Put(Op.BinInt);
            U32((uint)(int)number);
        }
        else Large(number);
    }

    void Large(BigInteger number)
    {
        var bytes = number.ToByteArray();
        if (bytes.Length > byte.MaxValue) throw Fault.NoValue(number);
        Put(Op.Long1);
        to.WriteByte((byte)bytes.Length);
        to.Write(bytes);
    }

    void Number(double number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, number);
        Put(Op.BinFloat);
        to.Write(bytes);
    }

    void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Put(Op.BinUnicode);
        U32((uint)bytes.Length);
        to.Write(bytes);
    }

    /// <summary>As protocol 2 has bytes: a text of as many letters, and what makes bytes of it.</summary>
    void Bytes(byte[] bytes)
    {
        Global("_codecs", "encode");
        Text(Encoding.Latin1.GetString(bytes));
        Text("latin1");
        Put(Op.Tuple2);
        Put(Op.Reduce);
    }

    void Dict(SavedDict dict)
    {
        Put(Op.EmptyDict);
        Put(Op.Mark);
        foreach (var (key, value) in dict)
        {
            Value(key);
            Value(value);
        }
        Put(Op.SetItems);
    }

    void List(IEnumerable items)
    {
        Put(Op.EmptyList);
        Put(Op.Mark);
        foreach (var item in items) Value(item);
        Put(Op.Appends);
    }

    void Tuple(IEnumerable<object?> items)
    {
        Put(Op.Mark);
        foreach (var item in items) Value(item);
        Put(Op.Tuple);
    }

    void Tensor(SavedTensor tensor)
    {
        var element = DtypeInfo.Of(tensor.Dtype);
        var strides = tensor.View?.Strides ?? Views.RowByRow(tensor.Dims);
        Global("torch._utils", element.Storage is null ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2");
        Put(Op.Mark);
        Storage(tensor, element);
        Whole(tensor.View?.Offset ?? 0);
        Tuple(tensor.Shape.Select(d => (object?)d));
        Tuple(strides.Select(d => (object?)d));
        Put(Op.NewFalse); // requires_grad
        Global("collections", "OrderedDict"); // backward hooks
        Put(Op.EmptyTuple);
        Put(Op.Reduce);
        if (element.Storage is null) Value(tensor.Dtype);
        Put(Op.Tuple);
        Put(Op.Reduce);
    }

    /// <summary>The storage of the tensor: one of elements, or, where torch has no class for these, one of bytes.</summary>
    void Storage(SavedTensor tensor, DtypeInfo element)
    {
        var typed = tensor.View is { Storage.Element: var own } ? own : element.Storage is null ? null : element;
        var bytes = tensor.View?.Storage.Bytes ?? tensor.Bytes;
        Put(Op.Mark);
        Text("storage");
        if (typed?.Storage is { } name) Global("torch", name);
        else Global("torch.storage", "UntypedStorage");
        Text(storages.Add(tensor));
        Text("cpu");
        Whole(typed is null ? bytes : bytes / typed.Size);
        Put(Op.Tuple);
        Put(Op.BinPersId);
    }

    void Global(string module, string name)
    {
        Put(Op.Global);
        to.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{module}\n{name}\n")));
    }

    void Put(Op op) => to.WriteByte((byte)op);

    void U32(uint number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
        to.Write(bytes);
    }
}
