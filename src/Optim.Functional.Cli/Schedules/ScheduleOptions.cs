namespace Optim.Functional.Cli;

/// <summary>The options of <c>optim schedule</c>.</summary>
internal sealed record ScheduleOptions(string Text, ISchedule Schedule, int Steps, double Lr, string? Picture, bool Overwrite)
{
    const int DefaultSteps = 1000, Most = 10_000_000;

    public static readonly IReadOnlyList<Option> All =
    [
        new("steps", "N", "its length", $"Steps that are shown; {DefaultSteps} where the schedule has no end."),
        new("lr", "X", "1", "The learning rate that it starts from."),
        new("png", "FILE", $"{Pictures.Folder}/schedule.png", "The picture."),
        Pictures.Overwrite,
    ];

    public static ScheduleOptions Parse(string[] args)
    {
        var words = new List<string>();
        var given = Arguments.Parse("schedule", All, args, words);
        if (words.Count != 1) throw Misuse.NoSchedule(words.Count);
        var schedule = ScheduleText.Parse(words[0]);
        var length = ScheduleText.LengthOf(schedule) is { } n ? (int)Math.Min(Most, n + Math.Max(1, n / 10)) : DefaultSteps;
        return new(words[0], schedule, given.Int("steps", length, 1, Most), given.Double("lr", 1), given["png"], given.Switch("overwrite"));
    }
}
