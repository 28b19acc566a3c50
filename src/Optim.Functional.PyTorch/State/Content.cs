using System.Collections;
using System.Numerics;

namespace Optim.Functional.PyTorch;

/// <summary>What users give to be saved, as the values that files hold. A tensor that is given twice is in the file once.</summary>
sealed class Content
{
    readonly Dictionary<NDArray, SavedTensor> tensors = new(ReferenceEqualityComparer.Instance);

    public static object? Of(object? value) => new Content().Value(value);

    object? Value(object? value) => value switch
    {
        null or bool or long or double or string or byte[] or BigInteger or Dtype or SavedTensor or SavedDict => value,
        int or short or sbyte or byte or ushort or uint => Convert.ToInt64(value, null),
        float single => (double)single,
        NDArray tensor => Tensor(tensor),
        State state => StateDicts.Of(state.ShownStateDict(), Value),
        StateDict saved => StateDicts.Of(saved, Value),
        Params named => Dict(named.Entries.Select(e => ((object)e.Key, (object?)e.Value))),
        IReadOnlyDictionary<string, object?> entries => Dict(entries.Select(e => ((object)e.Key, e.Value))),
        IDictionary entries => Dict(entries.Keys.Cast<object>().Select(key => (Key(key), entries[key]))),
        double[] or float[] => Tensor(NDArray.From(value)),
        object?[] tuple => Array.ConvertAll(tuple, Value),
        IEnumerable list when !IsMathNets(value) => list.Cast<object?>().Select(Value).ToList(),
        _ => IsMathNets(value) ? Tensor(NDArray.From(value)) : throw Fault.NoValue(value),
    };

    static bool IsMathNets(object value) => value.GetType().Namespace?.StartsWith("MathNet.Numerics", StringComparison.Ordinal) == true;

    static object Key(object key) => key is int number ? (long)number : SavedDict.IsKey(key) ? key : throw Fault.NoSavedKey(key);

    SavedTensor Tensor(NDArray tensor) =>
        tensors.TryGetValue(tensor, out var known) ? known : tensors[tensor] = SavedTensor.Of(tensor);

    SavedDict Dict(IEnumerable<(object Key, object? Value)> entries)
    {
        var dict = new SavedDict();
        foreach (var (key, value) in entries) dict.Set(key, Value(value));
        return dict;
    }
}
