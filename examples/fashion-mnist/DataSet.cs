using System.Buffers.Binary;
using System.IO.Compression;
using static TorchSharp.torch;

namespace FashionMnist;

/// <summary>Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017; MIT): 28 x 28 pictures of clothes in ten classes.</summary>
/// <param name="Images">[pictures, 784], from 0 to 1.</param>
/// <param name="Labels">[pictures], from 0 to 9.</param>
sealed record DataSet(Tensor Images, Tensor Labels)
{
    public static readonly string[] Classes =
        ["T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"];

    public long Count => Images.shape[0];

    /// <param name="folder">That of the four files, packed or not.</param>
    /// <param name="part">train or t10k.</param>
    public static DataSet Load(string folder, string part)
    {
        var (images, labels) = (Read(folder, $"{part}-images-idx3-ubyte", 3), Read(folder, $"{part}-labels-idx1-ubyte", 1));
        using var bytes = tensor(images.Bytes, [images.Count, images.Bytes.Length / images.Count], ScalarType.Byte);
        if (labels.Count != images.Count) throw new InvalidDataException($"{part}: {images.Count} pictures, but {labels.Count} labels.");
        return new(bytes.to_type(ScalarType.Float32).div_(255), tensor(Array.ConvertAll(labels.Bytes, b => (long)b)));
    }

    static (byte[] Bytes, int Count) Read(string folder, string name, int dimensions)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path)) path += ".gz";
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"{path} is not there. Install Debian's package (apt-get install dataset-fashion-mnist), or name the folder: "
                + "--data FOLDER.");
        var isPacked = path.EndsWith(".gz", StringComparison.Ordinal);
        using Stream file = File.OpenRead(path), plain = isPacked ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var all = new MemoryStream();
        plain.CopyTo(all);
        var bytes = all.ToArray();
        var header = 4 + 4 * dimensions;
        if (bytes.Length < header || BinaryPrimitives.ReadInt32BigEndian(bytes) != 0x800 + dimensions)
            throw new InvalidDataException($"{path} is no IDX file of {dimensions} dimensions.");
        var shape = Enumerable.Range(1, dimensions).Select(d => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(4 * d))).ToArray();
        if (bytes.Length != header + shape.Aggregate(1L, (n, d) => n * d))
            throw new InvalidDataException($"{path} says [{string.Join(", ", shape)}], and has {bytes.Length - header} bytes.");
        return (bytes[header..], shape[0]);
    }
}
