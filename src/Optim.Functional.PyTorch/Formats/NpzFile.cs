namespace Optim.Functional.PyTorch;

/// <summary>npz: a zip of arrays as numpy.save writes each; and such an array alone.</summary>
static class NpzFile
{
    const string End = ".npy";

    /// <summary>Whether all files of a zip are such arrays.</summary>
    public static bool Is(IReadOnlyList<ZipEntry> entries) =>
        entries.Count > 0 && entries.All(e => e.Name.EndsWith(End, StringComparison.Ordinal));

    public static SavedDict Read(FileBytes file, IReadOnlyList<ZipEntry> entries, bool verify)
    {
        var tensors = new SavedDict();
        foreach (var entry in entries)
        {
            var name = entry.Name[..^End.Length];
            var (bytes, start) = ZipContent.Bytes(file, entry, verify && entry.IsDeflated);
            var sum = verify && !entry.IsDeflated ? ZipContent.Sum(file, entry) : null;
            tensors.Set(name, Tensor(bytes, name, start, entry.Length, sum));
        }
        return tensors;
    }

    /// <summary>A file of one array, which is called <c>array</c>.</summary>
    public static SavedDict ReadOne(FileBytes file)
    {
        var tensors = new SavedDict();
        tensors.Set("array", Tensor(file, "array", 0, file.Length, null));
        return tensors;
    }

    static SavedTensor Tensor(FileBytes bytes, string name, long start, long length, Checksum? sum)
    {
        var header = NpyHeader.Read(bytes, name, start, length);
        TensorData data = new FilePart(bytes, start + header.Length, sum);
        if (header.IsFortran && header.Shape.Length > 1)
        {
            var strides = Views.RowByRow([.. header.Shape.Reverse()]).Reverse().ToArray();
            data = new StridedData(data, 0, header.Shape, strides, DtypeInfo.Of(header.Dtype).Size);
        }
        return new(header.Dtype, header.Shape, data);
    }

    public static void Write(Stream to, IReadOnlyList<(string Name, SavedTensor Tensor)> tensors)
    {
        var zip = new ZipWriter(to);
        foreach (var (name, tensor) in tensors)
        {
            var header = NpyHeader.Of(name, tensor);
            zip.Add(name + End, new Joined(header, tensor.Data), header.Length + tensor.Bytes);
        }
        zip.End();
    }

    /// <summary>A head, then numbers.</summary>
    sealed class Joined(byte[] head, TensorData data) : TensorData
    {
        public override void Read(long at, Span<byte> into)
        {
            if (at < head.Length)
            {
                var part = head.AsSpan((int)at)[..(int)Math.Min(into.Length, head.Length - at)];
                part.CopyTo(into);
                at += part.Length;
                into = into[part.Length..];
            }
            data.Read(at - head.Length, into);
        }
    }
}
