using System.Text;

namespace Optim.Functional.PyTorch.Endurance;

/// <summary>Files that mutations begin with: those of the tests, and small ones of every format.</summary>
static class Seeds
{
    /// <summary>A seed and what reads it.</summary>
    /// <param name="Name">As reports call it.</param>
    /// <param name="Bytes">Its bytes.</param>
    public sealed record Seed(string Name, byte[] Bytes)
    {
        public bool IsPickle => Name.EndsWith(".pkl", StringComparison.Ordinal);
    }

    public static Seed[] All(string data)
    {
        var seeds = Directory.GetFiles(data, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".pt" or ".safetensors" or ".npz" or ".npy" or ".pkl" or ".seed")
            .Order(StringComparer.Ordinal)
            .Select(path => new Seed(Path.GetFileName(path), File.ReadAllBytes(path)))
            .ToList();
        seeds.AddRange(seeds.Where(s => s.Name.EndsWith(".pt", StringComparison.Ordinal)).Select(Pickle).OfType<Seed>().ToArray());
        return [.. seeds];
    }

    /// <summary>The pickle of a torch file alone, so that mutations meet it and not the zip around it.</summary>
    static Seed? Pickle(Seed file)
    {
        if (!file.Bytes.AsSpan().StartsWith("PK"u8)) return null;
        var bytes = new MemoryBytes(file.Name, file.Bytes);
        var entry = ZipDirectory.Read(bytes).First(e => e.Name.EndsWith("/data.pkl", StringComparison.Ordinal));
        return new(file.Name + ".pkl", bytes.Read(entry.Start, (int)entry.Length));
    }

    /// <summary>Words that readers look for.</summary>
    public static readonly byte[][] Words =
    [
        .. new[]
        {
            "PK\u0003\u0004", "PK\u0001\u0002", "PK\u0005\u0006", "PK\u0006\u0006", "PK\u0006\u0007", "ctorch._utils\n_rebuild_tensor_v2\n",
            "ctorch\nFloatStorage\n", "ctorch\nHalfStorage\n", "ccollections\nOrderedDict\n", "storage", "cpu", "state",
            "param_groups", "params", "ctorch\nfloat8_e4m3fn\n", "ctorch.storage\nUntypedStorage\n", "data_offsets",
            "\"F32\"", "\"BF16\"", "__metadata__", "fortran_order", "True",
            "9223372036854775807", "-1", "18446744073709551616", "descr", "<f8", "|b1",
        }.Select(Encoding.Latin1.GetBytes),
    ];
}
