using System.Buffers.Binary;
using System.Numerics;

namespace Optim.Functional.PyTorch;

/// <summary>What torch.save wrote before 1.6, and writes where it is told to: five pickles one after another, then the storages, each with
/// its number of elements before it.</summary>
static class TorchLegacy
{
    const long Protocol = 1001;

    /// <summary>0x1950a86a20f9469cfc6c, as the first pickle has it.</summary>
    static ReadOnlySpan<byte> Magic => [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    public static bool Begins(ReadOnlySpan<byte> file) => file.Length > 14 && file[0] == (byte)Op.Proto && file[4..].StartsWith(Magic);

    public static object? Read(FileBytes file)
    {
        var bytes = new PickleBytes(file, 0, file.Length);
        var storages = new Dictionary<string, SavedStorage>();
        if (Next(None) is not BigInteger magic || !magic.ToByteArray().AsSpan().SequenceEqual(Magic))
            throw Fault.Legacy(file.Name, "its first number is not torch's");
        if (Next(None) is not Protocol) throw Fault.Legacy(file.Name, $"its protocol is not {Protocol}");
        if (Next(None) is not SavedDict system) throw Fault.Legacy(file.Name, "it does not say what machine wrote it");
        if (!system.TryGetValue("little_endian", out var isLittle) || isLittle is not true) throw Fault.ByteOrder(file.Name, "big");
        var root = Next(Find);
        if (Next(None) is not List<object?> keys) throw Fault.Legacy(file.Name, "it has no list of storages");
        var at = bytes.Position;
        foreach (var key in keys)
        {
            if (key is not string name || !storages.Remove(name, out var storage))
                throw Fault.Legacy(file.Name, "its list has a storage that no tensor has");
            var count = BinaryPrimitives.ReadInt64LittleEndian(file.Read(at, sizeof(long)));
            var length = PersistentId.Bytes(new(storage.Element), Math.Max(0, count));
            if (length != storage.Bytes) throw Fault.StorageLength(file.Name, name, storage.Bytes, length);
            at += sizeof(long);
            if (length > file.Length - at) throw Fault.Short(file.Name, at, length, file.Length);
            storage.Data = new FilePart(file, at, null);
            at += length;
        }
        if (storages.Count > 0) throw Fault.NoStorage(file.Name, storages.Keys.First());
        if (at != file.Length) throw Fault.Trailing(file.Name, file.Length - at);
        return root;

        object? Next(Func<object?, SavedStorage> find) => PickleReader.Read(bytes, find, Limits.MostOf(file));

        SavedStorage None(object? id) => throw Fault.PersistentId(file.Name);

        SavedStorage Find(object? id)
        {
            var (key, type, count) = PersistentId.Read(file.Name, id);
            var length = PersistentId.Bytes(type, count);
            if (length > file.Length) throw Fault.StorageLength(file.Name, key, length, file.Length);
            if (!storages.TryGetValue(key, out var known)) return storages[key] = new(key, type.Element, length);
            return known.Element == type.Element && known.Bytes == length ? known
                : throw Fault.Legacy(file.Name, $"storage '{key}' has two types");
        }
    }
}
