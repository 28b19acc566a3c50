using System.Globalization;

namespace Optim.Functional.PyTorch;

/// <summary>The storages of a torch file that is being written: one for each tensor, and one for all that shared one in the file they came
/// from.</summary>
sealed class TorchStorages
{
    readonly List<(string Key, TensorData Data, long Length)> all = [];
    readonly Dictionary<object, string> keys = new(ReferenceEqualityComparer.Instance);

    public IReadOnlyList<(string Key, TensorData Data, long Length)> All => all;

    /// <summary>The key of a tensor's storage.</summary>
    public string Add(SavedTensor tensor)
    {
        var (data, length) = tensor.View is { Storage: var storage } ? (storage.Data!, storage.Bytes) : (tensor.Data, tensor.Bytes);
        if (keys.TryGetValue(data, out var known)) return known;
        var key = all.Count.ToString(CultureInfo.InvariantCulture);
        all.Add((key, data, length));
        return keys[data] = key;
    }
}
