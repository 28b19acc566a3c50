// Handwritten digits, read by a softmax of their pixels, whose weights lie on a GPU where there is one.
// Run it: dotnet run examples/09-gpu.cs
// Data: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, 1998, UCI Machine Learning Repository, CC BY 4.0.
#:project ../src/Optim.Functional.Cuda/Optim.Functional.Cuda.csproj
#:property TreatWarningsAsErrors=false

using System.IO.Compression;
using Optim.Functional;
using Optim.Functional.Cuda;
using static Optim.Functional.Torch;

const int Pixels = 64, Classes = 10, Epochs = 100;
var rows = Rows();
var (train, test) = (rows[..1400], rows[1400..]);
Parameter[] here = [new(NDArray.Of(new float[Classes * Pixels], Classes, Pixels), "W"), new(new float[Classes], "b")];

Console.WriteLine(Gpu.TryOpen(out var gpu, out var why) ? $"on {gpu}" : $"on the processor: {why}");
IReadOnlyList<Parameter> parameters = gpu is null ? here : gpu.Parameters(here); // the one line that differs
var optimizer = optim.AdamW(parameters, lr: 0.05);
for (var epoch = 0; epoch < Epochs; epoch++)
{
    var (dW, db) = Gradient(Numbers(0), Numbers(1), train);
    (parameters[0].Grad, parameters[1].Grad) = (There(NDArray.Of(dW, Classes, Pixels)), There(db));
    optimizer.Step();
}
var (W, b) = (Numbers(0), Numbers(1));
var right = test.Count(row => Scores(W, b, row) is var s && s.IndexOf(s.Max()) == row[^1]);
Console.WriteLine($"{right} of {test.Length} digits right after {Epochs} steps");
gpu?.Dispose();

// A copy of a parameter's numbers: from a GPU, too.
float[] Numbers(int parameter) => parameters[parameter].Value.As<float>().ToArray();

NDArray There(NDArray gradient) => gpu is null ? gradient : gpu.Copy(gradient);

static List<double> Scores(float[] W, float[] b, float[] row) =>
    [.. Enumerable.Range(0, Classes).Select(c => b[c] + Enumerable.Range(0, Pixels).Sum(i => (double)W[c * Pixels + i] * row[i]))];

// Of the mean cross-entropy.
static (float[] W, float[] b) Gradient(float[] W, float[] b, float[][] rows)
{
    var (dW, db) = (new float[Classes * Pixels], new float[Classes]);
    foreach (var row in rows)
    {
        var scores = Scores(W, b, row);
        var most = scores.Max();
        var sum = scores.Sum(s => Math.Exp(s - most));
        for (var c = 0; c < Classes; c++)
        {
            var d = (float)((Math.Exp(scores[c] - most) / sum - (c == (int)row[^1] ? 1 : 0)) / rows.Length);
            db[c] += d;
            for (var i = 0; i < Pixels; i++) dW[c * Pixels + i] += d * row[i];
        }
    }
    return (dW, db);
}

// 64 pixels in [0, 1], then what they show.
static float[][] Rows()
{
    var here = (string)AppContext.GetData("EntryPointFileDirectoryPath")!;
    var file = Path.Combine(here, "..", "src", "Optim.Functional.Cli", "data", "digits.csv.gz");
    using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
    return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
        line.Split(',').Select((x, i) => float.Parse(x) / (i < Pixels ? 16 : 1)).ToArray())];
}
