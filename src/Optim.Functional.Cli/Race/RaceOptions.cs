namespace Optim.Functional.Cli;

/// <summary>The options of <c>optim race</c>.</summary>
internal sealed record RaceOptions(int Epochs, int Steps, string Folder, int Seed)
{
    const int DefaultEpochs = 10, DefaultSteps = 300, DefaultSeed = 1, Most = 100_000;

    public static readonly IReadOnlyList<Option> All =
    [
        new("epochs", "N", $"{DefaultEpochs}", "Times the training digits are gone through."),
        new("steps", "N", $"{DefaultSteps}", "Steps on each function."),
        new("seed", "N", $"{DefaultSeed}", "Decides the split of the digits, the first weights and the order."),
        new("out", "DIR", TrainOptions.Folder, "Folder of the two pictures."),
    ];

    public static RaceOptions Parse(string[] args)
    {
        var given = Arguments.Parse("race", All, args);
        return new(
            given.Int("epochs", DefaultEpochs, 1, Most), given.Int("steps", DefaultSteps, 1, Most),
            given["out"] ?? TrainOptions.Folder, given.Int("seed", DefaultSeed, 0, int.MaxValue));
    }
}
