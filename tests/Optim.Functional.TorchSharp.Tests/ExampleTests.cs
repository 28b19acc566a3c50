using System.Buffers.Binary;
using System.IO.Compression;

namespace Optim.Functional.Tests;

/// <summary>examples/fashion-mnist over four files of made-up pictures, packed and not: the class is where the picture is bright.</summary>
public sealed class ExampleTests : TorchTests
{
    const int Side = 28, Classes = 10;

    /// <summary>The example, as it is built with the tests.</summary>
    static string Built => Path.Combine(Repository.Root, "examples", "fashion-mnist", "bin", Configuration, "net10.0", "FashionMnist.dll");

    static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    static async Task<string> Run(string command, int train, params string[] more)
    {
        var folder = Directory.CreateTempSubdirectory("optim-fashion");
        try
        {
            Write(folder.FullName, "train", train, isPacked: true);
            Write(folder.FullName, "t10k", 100, isPacked: false);
            var to = Path.Combine(folder.FullName, "out");
            return await Programs.Run("dotnet", [Built, command, "--data", folder.FullName, "--out", to, .. more]);
        }
        finally { folder.Delete(recursive: true); }
    }

    static void Write(string folder, string part, int count, bool isPacked)
    {
        var random = new Random(count);
        var labels = new byte[count];
        random.NextBytes(labels);
        labels = Array.ConvertAll(labels, label => (byte)(label % Classes));
        var images = new byte[count * Side * Side];
        random.NextBytes(images);
        foreach (var (i, label) in labels.Index()) images.AsSpan(i * Side * Side + label * 2 * Side, 2 * Side).Fill(255);
        Put($"{part}-images-idx3-ubyte", images, count, Side, Side);
        Put($"{part}-labels-idx1-ubyte", labels, count);

        void Put(string name, byte[] bytes, params int[] shape)
        {
            var path = Path.Combine(folder, isPacked ? $"{name}.gz" : name);
            using Stream file = File.Create(path), to = isPacked ? new GZipStream(file, CompressionLevel.Fastest) : file;
            Span<byte> number = stackalloc byte[4];
            foreach (var n in shape.Prepend(0x800 + shape.Length))
            {
                BinaryPrimitives.WriteInt32BigEndian(number, n);
                to.Write(number);
            }
            to.Write(bytes);
        }
    }

    [Fact]
    public async Task A_network_learns_and_is_drawn()
    {
        var printed = await Run("train", 640, "--epochs", "6", "--batch", "16", "--model", "cnn");
        Assert.Contains("cnn, ", printed);
        Assert.Matches(@"(9\d|100)\.\d\d ?% of the test right after 6 epochs", printed);
    }

    [Fact]
    public async Task A_run_that_stops_goes_on_bit_for_bit() =>
        Assert.Contains("stopped after step 60 of an epoch's 125, went on to 120: losses and parameters bit for bit: True",
            await Run("resume", 2000, "--batch", "16"));
}
