using System.IO.Compression;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Optim.Functional.Cli;

/// <summary>Handwritten digits: one column of 64 pixels in [0, 1] for each, and what it shows.</summary>
internal sealed record Digits(DenseMatrix Pixels, int[] Labels)
{
    public const int Side = 8, PixelCount = Side * Side, Classes = 10, TrainCount = 1500;

    const double Brightest = 16;

    public static readonly string Credit =
        "E. Alpaydin, C. Kaynak, \"Optical Recognition of Handwritten Digits\", 1998, UCI Machine Learning Repository, CC BY 4.0";

    static readonly Lazy<Digits> all = new(Read);

    public int Count => Labels.Length;

    /// <summary>1,500 to train on and the other 297 to test on, drawn by the seed: the file itself is ordered by writer.</summary>
    public static (Digits Train, Digits Test) Split(long seed)
    {
        var order = new SplitMix(seed, Streams.Split).Permutation(all.Value.Count);
        return (all.Value.Pick(order.AsSpan(..TrainCount)), all.Value.Pick(order.AsSpan(TrainCount..)));
    }

    public Digits Pick(ReadOnlySpan<int> indices)
    {
        var pixels = new double[indices.Length * PixelCount];
        var labels = new int[indices.Length];
        for (var k = 0; k < indices.Length; k++)
        {
            Pixels.Values.AsSpan(indices[k] * PixelCount, PixelCount).CopyTo(pixels.AsSpan(k * PixelCount));
            labels[k] = Labels[indices[k]];
        }
        return new(new DenseMatrix(PixelCount, indices.Length, pixels), labels);
    }

    static Digits Read()
    {
        using var packed = typeof(Digits).Assembly.GetManifestResourceStream("digits.csv.gz")!;
        using var text = new StreamReader(new GZipStream(packed, CompressionMode.Decompress));
        var pixels = new List<double>();
        var labels = new List<int>();
        while (text.ReadLine() is { } line)
        {
            var numbers = line.Split(',');
            pixels.AddRange(numbers[..PixelCount].Select(n => int.Parse(n) / Brightest));
            labels.Add(int.Parse(numbers[PixelCount]));
        }
        return new(new DenseMatrix(PixelCount, labels.Count, [.. pixels]), [.. labels]);
    }
}
