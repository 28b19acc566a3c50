namespace Optim.Functional.Cli;

/// <summary>An optimizer in the race.</summary>
/// <param name="Options">What it has beside its defaults and the learning rate.</param>
/// <param name="Batch">Digits in a step.</param>
/// <param name="Rates">Its learning rate on the digits, then on each of <see cref="Surface.All"/>.</param>
internal sealed record Entrant(string Name, RuleInfo Info, (string Name, object? Value)[] Options, int Batch, double[] Rates)
{
    const int Small = TrainOptions.DefaultBatch, All = Digits.TrainCount;
    const double UntriedRate = 0.01;

    /// <summary>Shampoo as its authors run it on matrices: a factor for each side, a mean, the length of Adam's steps, roots now and then.</summary>
    static readonly (string, object?)[] Roots =
    [
        ("target_parameter_dimensionality", 2), ("betas", (0.9, 0.99)), ("epsilon", 1e-8), ("grafting", "adam"), ("precondition_frequency", 10),
    ];

    /// <summary>The best of 1, 3, 10, 30 ... after 10 epochs and 300 steps, less where it leaves the picture on its way.
    /// Rprop and L-BFGS compare gradients from step to step, so they are given all digits at once.</summary>
    static readonly (string Name, string Rule, (string, object?)[] Options, int Batch, double[] Rates)[] Known =
    [
        //                                                              digits  Rosenbrock  Beale  Himmelblau  Quadratic
        ("SGD", "SGD", [], Small,                                       [1,     0.003,      0.03,  0.01,       0.01]),
        ("SGD, momentum", "SGD", [("momentum", 0.9)], Small,            [0.1,   0.003,      0.003, 0.003,      0.003]),
        ("Adam", "Adam", [], Small,                                     [0.01,  0.3,        0.3,   0.1,        1]),
        ("AdamW", "AdamW", [], Small,                                   [0.01,  0.3,        0.3,   0.1,        1]),
        ("Adamax", "Adamax", [], Small,                                 [0.03,  1,          1,     1,          1]),
        ("Adadelta", "Adadelta", [], Small,                             [3,     3,          3,     3,          10]),
        ("Adagrad", "Adagrad", [], Small,                               [0.1,   1,          1,     1,          1]),
        ("ASGD", "ASGD", [], Small,                                     [1,     0.003,      0.03,  0.01,       0.01]),
        ("RMSprop", "RMSprop", [], Small,                               [0.01,  0.03,       0.1,   0.03,       0.1]),
        ("Rprop", "Rprop", [], All,                                     [0.03,  0.03,       0.1,   0.3,        0.3]),
        ("Adafactor", "Adafactor", [], Small,                           [1,     0.1,        0.03,  0.1,        0.1]),
        ("LAMB", "LAMB", [], Small,                                     [0.01,  0.1,        0.03,  0.03,       0.1]),
        ("Lion", "Lion", [], Small,                                     [0.001, 0.01,       0.1,   0.01,       0.03]),
        ("Muon", "Muon", [], Small,                                     [0.01,  0.01,       0.03,  0.03,       0.03]),
        ("NAdam", "NAdam", [], Small,                                   [0.03,  0.1,        0.3,   0.1,        0.3]),
        ("Prodigy", "Prodigy", [], Small,                               [1,     0.3,        0.3,   0.1,        3]),
        ("ScheduleFreeAdamW", "ScheduleFreeAdamW", [], Small,           [0.1,   0.3,        1,     1,          1]),
        ("RAdam", "RAdam", [], Small,                                   [0.01,  0.001,      0.01,  0.03,       0.03]),
        ("AdaBelief", "AdaBelief", [], Small,                           [0.01,  0.003,      0.01,  0.03,       0.03]),
        ("AdEMAMix", "AdEMAMix", [], Small,                             [0.03,  1,          0.1,   1,          3]),
        ("Adan", "Adan", [], Small,                                     [0.03,  0.1,        1,     3,          1]),
        ("ADOPT", "ADOPT", [], Small,                                   [0.003, 3,          10,    0.3,        3]),
        ("MARS", "MARS", [], Small,                                     [0.03,  0.03,       0.03,  0.03,       0.03]),
        ("NAdamW", "NAdamW", [], Small,                                 [0.01,  1,          0.3,   0.3,        0.3]),
        ("LARS", "LARS", [("momentum", 0.9), ("always_adapt", true)], Small, [10, 10,        1,     1,          3]),
        ("ScheduleFreeSGD", "ScheduleFreeSGD", [], Small,               [3,     0.003,      0.01,  0.1,        0.03]),
        ("SophiaG", "SophiaG", [], Small,                               [0.001, 0.01,       0.03,  0.03,       0.03]),
        ("NorMuon", "NorMuon", [], Small,                               [0.03,  0.01,       0.01,  0.1,        0.03]),
        ("AdaMuon", "AdaMuon", [], Small,                               [3e-4,  0.01,       0.01,  0.01,       0.1]),
        ("NAMO", "NAMO", [], Small,                                     [0.01,  0.03,       0.1,   0.1,        0.1]),
        ("SOAP", "SOAP", [], Small,                                     [0.01,  0.1,        0.1,   0.1,        0.1]),
        ("KLSOAP", "KLSOAP", [], Small,                                 [0.01,  0.1,        0.3,   0.3,        0.3]),
        ("Shampoo", "Shampoo", Roots, Small,                            [0.01,  0.3,        0.3,   0.3,        0.3]),
        ("PSGDKron", "PSGDKron", [], Small,                             [0.003, 0.03,       0.1,   0.03,       0.03]),
        ("LBFGS", "LBFGS", [("line_search_fn", "strong_wolfe")], All,   [1,     1,          1,     1,          1]),
    ];

    /// <summary>Those of the Registry that do not race, and why.</summary>
    public static readonly IReadOnlyList<(RuleInfo Info, string Why)> Absent =
        [.. Registry.All.Select(r => (r, Why: Dealing.Refuses(Plain(r)))).Where(r => r.Why is not null).Select(r => (r.r, r.Why!))];

    /// <summary>All others of the Registry; one that is not in the table runs at its own default.</summary>
    public static readonly IReadOnlyList<Entrant> Field = [.. Registry.All.Except(Absent.Select(a => a.Info)).SelectMany(Of)];

    public IRule OnDigits => Rule(Rates[0]);

    public double Rate(Surface surface) => Rates[1 + Index(surface)];

    /// <summary>On a surface a step is one iteration, so that all paths can be compared step by step.</summary>
    public IRule On(Surface surface) => Info.ClosureDriven ? Rule(Rate(surface), ("max_iter", 1), ("max_eval", 25)) : Rule(Rate(surface));

    IRule Rule(double rate, params (string, object?)[] more) =>
        Info.Create(Options.Concat(more).Append(("lr", rate)).ToDictionary(o => o.Item1, o => o.Item2));

    static int Index(Surface surface) => Enumerable.Range(0, Surface.All.Count).First(i => ReferenceEquals(Surface.All[i], surface));

    static IEnumerable<Entrant> Of(RuleInfo info) =>
        Known
            .Where(k => k.Rule == info.Name)
            .Select(k => new Entrant(k.Name, info, k.Options, k.Batch, k.Rates))
            .DefaultIfEmpty(
                new(
                    info.Name,
                    info,
                    [],
                    info.ClosureDriven ? All : Small,
                    [.. Enumerable.Repeat(DefaultRate(info), 1 + Surface.All.Count)]));

    static IRule Plain(RuleInfo info) =>
        info.Create(info.Options.Where(o => o.Required).ToDictionary(o => o.Name, _ => (object?)UntriedRate));

    static double DefaultRate(RuleInfo info) => info.Options.FirstOrDefault(o => o.Name == "lr")?.Default as double? ?? UntriedRate;
}
