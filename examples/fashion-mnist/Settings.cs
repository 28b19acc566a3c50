using System.Globalization;

namespace FashionMnist;

/// <summary>What the command line asks for.</summary>
sealed record Settings(
    string Command,
    string Model = "mlp",
    int Epochs = 3,
    int Batch = 128,
    double Lr = 1e-3,
    int Threads = 2,
    int Rounds = 10,
    string Data = "/usr/share/datasets/fashion-mnist",
    string Out = "fashion-out")
{
    const string Options = "--model, --epochs, --batch, --threads, --rounds, --data and --out";

    public static Settings Of(string[] args)
    {
        var settings = new Settings(args.FirstOrDefault() ?? "train");
        for (var i = 1; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} wants a value.");
            settings = args[i] switch
            {
                "--model" when value is "mlp" or "cnn" => settings with { Model = value },
                "--model" => throw new ArgumentException($"--model is mlp or cnn; got {value}."),
                "--epochs" => settings with { Epochs = Whole(args[i], value) },
                "--batch" => settings with { Batch = Whole(args[i], value) },
                "--threads" => settings with { Threads = Whole(args[i], value) },
                "--rounds" => settings with { Rounds = Whole(args[i], value) },
                "--data" => settings with { Data = value },
                "--out" => settings with { Out = value },
                var other => throw new ArgumentException($"No option {other}; there are {Options}."),
            };
        }
        return settings;
    }

    static int Whole(string option, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"{option} wants a whole number from 1; got {value}.");

    public string Picture(string name)
    {
        Directory.CreateDirectory(Out);
        return Path.Combine(Out, name);
    }
}
