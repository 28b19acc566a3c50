namespace Optim.Functional.PyTorch;

/// <summary>torch's name of a storage in a pickle: <c>('storage', type, key, device, number of elements)</c>.</summary>
static class PersistentId
{
    public static (string Key, StorageType Type, long Count) Read(string file, object? id) => id switch
    {
        object?[] and ["storage", StorageType type, string key, string, long and >= 0 and var count] => (key, type, count),
        object?[] and ["storage", StorageType type, string key, string, long and >= 0 and var count, null] => (key, type, count),
        object?[] and ["storage", StorageType, string, string, long, not null] => throw Fault.StorageView(file),
        _ => throw Fault.PersistentId(file),
    };

    /// <summary>Bytes of a storage; the largest long where there are more.</summary>
    public static long Bytes(StorageType type, long count) => (long)Int128.Min((Int128)count * (type.Element?.Size ?? 1), long.MaxValue);
}
