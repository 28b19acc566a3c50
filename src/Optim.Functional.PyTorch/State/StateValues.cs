using System.Collections;
using System.Globalization;

namespace Optim.Functional.PyTorch;

/// <summary>Values of a file as those of a state dict. Tensors that may not be taken as they are, are noted, and told together.</summary>
sealed class StateValues(string file, DtypeRule dtypes)
{
    readonly List<string> refused = [];

    public Dictionary<string, object?> Entries(SavedDict dict, string where) =>
        dict.ToDictionary(e => Text(e.Key), e => Value(e.Value, $"{where}: {e.Key}"));

    public object? Value(object? value, string where) => value switch
    {
        null or bool or long or double or string => value,
        SavedTensor tensor => Tensor(tensor, where),
        SavedDict dict => Entries(dict, where),
        Dtype dtype => DtypeInfo.Of(dtype).Torch,
        IList list and not byte[] => list.Cast<object?>().Select((item, i) => Value(item, $"{where}.{i}")).ToArray(),
        _ => throw Fault.StateShape(file, $"{where} is {StateDicts.Described(value)}", "a number, a text, a tensor or a list of these"),
    };

    object? Tensor(SavedTensor tensor, string where)
    {
        switch (tensor.Dtype)
        {
            case Dtype.Float32 or Dtype.Float64 or Dtype.Complex64 or Dtype.Complex128:
                return tensor.ToNDArray();
            case Dtype.Bool or Dtype.Int8 or Dtype.Int16 or Dtype.Int32 or Dtype.Int64 or Dtype.UInt8 or Dtype.UInt16 or Dtype.UInt32
                when tensor.Count == 1:
                return tensor.Dtype == Dtype.Int64 ? BitConverter.ToInt64(tensor.ToBytes()) : (long)tensor.Widen().As<double>().Span[0];
        }
        if (dtypes != DtypeRule.Same) return tensor.Widen();
        refused.Add($"{where} is {tensor}");
        return null;
    }

    public void End()
    {
        if (refused.Count > 0) throw Fault.StateDtypes(file, refused);
    }

    public static string Text(object key) => Convert.ToString(key, CultureInfo.InvariantCulture)!;
}
