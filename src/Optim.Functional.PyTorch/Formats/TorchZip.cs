namespace Optim.Functional.PyTorch;

/// <summary>What torch.save writes since 1.6: a zip of a pickle, <c>data.pkl</c>, and a file for each storage, <c>data/0</c>.</summary>
static class TorchZip
{
    const string Pickle = "data.pkl";

    public static object? Read(FileBytes file, IReadOnlyList<ZipEntry> entries, bool verify)
    {
        var names = entries.ToDictionary(e => e.Name);
        if (entries.FirstOrDefault(e => e.Name.Split('/') is [_, Pickle]) is not { } pickle) throw Fault.NoPickle(file.Name, names.Keys);
        var folder = pickle.Name[..^Pickle.Length];
        if (names.ContainsKey(folder + "constants.pkl")) throw Fault.TorchScript(file.Name);
        if (names.TryGetValue(folder + "byteorder", out var order)) CheckOrder(file, order, verify);
        var storages = new Dictionary<string, SavedStorage>();
        var (bytes, start) = ZipContent.Bytes(file, pickle, verify);
        return PickleReader.Read(new(bytes, start, start + pickle.Length), Find, Limits.MostOf(file));

        SavedStorage Find(object? id)
        {
            var (key, type, count) = PersistentId.Read(file.Name, id);
            var length = PersistentId.Bytes(type, count);
            if (!names.TryGetValue($"{folder}data/{key}", out var entry)) throw Fault.NoStorage(file.Name, key);
            if (length != entry.Length) throw Fault.StorageLength(file.Name, key, length, entry.Length);
            if (storages.TryGetValue(key, out var known))
                return known.Element == type.Element ? known : new(key, type.Element, entry.Length) { Data = known.Data };
            return storages[key] = new(key, type.Element, entry.Length) { Data = ZipContent.Data(file, entry, verify) };
        }
    }

    static void CheckOrder(FileBytes file, ZipEntry entry, bool verify)
    {
        var (bytes, start) = ZipContent.Bytes(file, entry, verify);
        var order = System.Text.Encoding.ASCII.GetString(bytes.Read(start, (int)Math.Min(entry.Length, 16)));
        if (order != "little") throw Fault.ByteOrder(file.Name, order);
    }

    /// <summary>Writes such a file.</summary>
    public static void Write(Stream to, object? content)
    {
        var storages = new TorchStorages();
        var pickle = PickleWriter.Write(content, storages);
        var zip = new ZipWriter(to);
        zip.Add("archive/data.pkl", pickle);
        zip.Add("archive/byteorder", "little"u8.ToArray());
        foreach (var (key, data, length) in storages.All) zip.Add($"archive/data/{key}", data, length);
        zip.Add("archive/version", "3\n"u8.ToArray());
        zip.End();
    }
}

/// <summary>The memory that a file may ask for.</summary>
static class Limits
{
    const long AtLeast = 4 << 20;
    const int Times = 4;

    /// <summary>Bytes of all tensors together, at most: views may share and repeat their numbers, but not without end.</summary>
    public static long MostOf(FileBytes file) => AtLeast + Times * file.Length;
}
