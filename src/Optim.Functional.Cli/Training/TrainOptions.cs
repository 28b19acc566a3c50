namespace Optim.Functional.Cli;

/// <summary>The options of <c>optim train</c> and the run they ask for.</summary>
internal static class TrainOptions
{
    const string DefaultOptimizer = "Adam";
    public const int DefaultBatch = 32;

    const int DefaultEpochs = 20, DefaultSeed = 1, MostEpochs = 1_000_000;

    /// <summary>Those that belong to no optimizer.</summary>
    public static readonly IReadOnlyList<Option> Own =
    [
        new("optimizer", "NAME", DefaultOptimizer, "One of those below."),
        new("epochs", "N", $"{DefaultEpochs}", "Times the training digits are gone through, those of a resumed run included."),
        new(
            "batch",
            "N",
            $"{DefaultBatch}",
            $"Digits in a step; {Digits.TrainCount}, which is all, where the optimizer asks for the loss again within a step."),
        new("seed", "N", $"{DefaultSeed}", "Decides the split, the first weights and the order of the digits."),
        .. Settings.StageOptions,
        new("save", "FILE", "", "Write the run here after each epoch, as JSON; the file is always whole."),
        new("resume", "FILE", "", "Go on with a saved run: bit for bit the run that was never stopped."),
        new("out", "DIR", Pictures.Folder,
            "Folder of the picture of the curves, train.png; where none is given, train-2.png and so on follow it."),
        new("plot", "FILE", "", "Path of that picture, in place of --out."),
        new("distributed", "", "",
            "A step is of a batch of each process: mpirun -n 4 optim train --distributed is --accumulate 4 of one process, bit for bit."),
        new("sharding", "WHAT", "none",
            "With --distributed: none; or state or gradients, of which each process then keeps a part."),
        new("watch", "", "", "Show what the steps do with each parameter: norms of gradients and updates, zeros, what is not finite."),
        new("trace", "FILE", "",
            "Write loss, learning rate, test accuracy and, with --clip_norm, gradient norm of this run's steps: .html, .png or .csv."),
        Pictures.Overwrite,
    ];

    public static readonly IReadOnlyList<Option> All =
        [.. Own, .. Registry.All.SelectMany(r => r.Options.Select(o => Of(r, o))).DistinctBy(o => o.Name)];

    public static Option Of(RuleInfo rule, OptionInfo option) =>
        new(
            option.Name,
            OptionText.Placeholder(option),
            option.Required ? "required" : OptionText.Format(option.Default),
            RuleDocs.Option(rule, option.Name));

    public static Training Start(Arguments given, World? world = null)
    {
        if (given["out"] is not null && given["plot"] is not null)
            throw new Misuse("train: --out and --plot both say where the picture goes. Give one of them.");
        var processes = given["sharding"] is null || world is not null ? Processes.Of(world, given["sharding"])
            : throw new Misuse("train: --sharding is for --distributed. Give both.");
        return given["resume"] is { } path ? Resume(path, given, processes) : new(Fresh(given, processes), processes);
    }

    static Settings Fresh(Arguments given, Processes? processes)
    {
        var info = Optimizer(given["optimizer"] ?? DefaultOptimizer);
        var rule = Rule(info, given, Own);
        if (Dealing.Refuses(rule) is { } why) throw Misuse.NotOnDigits(why);
        var stages = Settings.StageOptions.Where(o => given[o.Name] is not null).ToDictionary(o => o.Name, o => given[o.Name]!);
        var settings = Settings.Of(
            info, rule, given.Int("epochs", DefaultEpochs, 1, MostEpochs), Batch(given, info), given.Int("seed", DefaultSeed, 0, int.MaxValue),
            stages.Count > 0 ? stages : null, processes?.Count);
        try { settings.Around(Dealing.OnNetwork(rule)); }
        catch (ArgumentException e) { throw Misuse.RefusedOptions(e); }
        return settings;
    }

    static Training Resume(string path, Arguments given, Processes? processes)
    {
        var saved = SaveFile.Read(path);
        var settings = saved.Settings;
        var info = SaveFile.Check(path, () => settings.Info);
        RefuseOthers(given, info, Own);
        var (then, here) = (settings.Processes ?? 1, processes?.Count ?? 1);
        if (then != here) throw Misuse.OtherProcesses(path, then, here);
        Agree("optimizer", settings.Optimizer, given["optimizer"] is { } name ? Optimizer(name).Name : null);
        Agree("batch", settings.Batch, given["batch"] is null ? null : Batch(given, info));
        Agree("seed", settings.Seed, given["seed"] is null ? null : given.Int("seed", 0, 0, int.MaxValue));
        foreach (var stage in Settings.StageOptions.Where(s => given[s.Name] is not null))
            Agree(stage.Name, settings.Stages?.GetValueOrDefault(stage.Name) ?? "none", given[stage.Name]);
        foreach (var option in info.Options.Where(o => given[o.Name] is not null))
            Agree(option.Name,
                OptionText.Format(SaveFile.Check(path, () => settings.Option(option))),
                OptionText.Format(OptionText.Parse(option, given[option.Name]!)));

        var epochs = given.Int("epochs", settings.Epochs, 1, MostEpochs);
        if (epochs <= saved.Epoch) throw Misuse.PastTheEnd(path, saved.Epoch, epochs);
        return SaveFile.Check(path, () => new Training(saved, epochs, processes));

        void Agree(string option, object was, object? now)
        {
            if (now is not null && !was.Equals(now)) throw Misuse.OtherSetting(path, option, was.ToString()!, now.ToString()!);
        }
    }

    static RuleInfo Optimizer(string name) =>
        Registry.All.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw Misuse.UnknownOptimizer(name, [.. Registry.All.Select(r => r.Name)]);

    /// <summary>The optimizer of that name, with its options.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="given">What was given to a command.</param>
    /// <param name="own">The command's own options.</param>
    public static IRule Rule(string name, Arguments given, IReadOnlyList<Option> own) => Rule(Optimizer(name), given, own);

    static IRule Rule(RuleInfo info, Arguments given, IReadOnlyList<Option> own)
    {
        var options = info
            .Options.Where(o => given[o.Name] is not null)
            .ToDictionary(o => o.Name, o => OptionText.Parse(o, given[o.Name]!));
        RefuseOthers(given, info, own);
        if (info.Options.FirstOrDefault(o => o.Required && !options.ContainsKey(o.Name)) is { } missing)
            throw Misuse.MissingOption(info.Name, missing.Name);
        try { return info.Create(options); }
        catch (ArgumentException e) { throw Misuse.RefusedOptions(e); }
    }

    static int Batch(Arguments given, RuleInfo info) =>
        given.Int("batch", info.ClosureDriven ? Digits.TrainCount : DefaultBatch, 1, Digits.TrainCount);

    static void RefuseOthers(Arguments given, RuleInfo info, IReadOnlyList<Option> own)
    {
        var its = info.Options.Select(o => o.Name).ToArray();
        if (given.Names.FirstOrDefault(n => own.All(o => o.Name != n) && !its.Contains(n)) is { } other)
            throw Misuse.NotItsOption(info.Name, other, its);
    }
}
