using static Optim.Functional.Cli.Dual;

namespace Optim.Functional.Cli;

/// <summary>The functions that MathNet tries its minimizers on, from the starts of its tests, and four more that are often met.</summary>
internal sealed class MathNetFunctions : ISuite
{
    /// <summary>As many pairs as in MathNet's tests.</summary>
    const int Pairs = 5;

    public string Key => "mathnet";

    public string Name => "The functions of MathNet's tests, and four more";

    public string Citation =>
        "Rosenbrock from the three starts of MathNet's tests, and a hundred times as wide; ten problems of Moré, Garbow and Hillstrom that "
        + "MathNet has; the six-hump camel (Dixon, Szegő, 1978). Not of MathNet's: Himmelblau (1972), Booth, Matyas, "
        + "Bohachevsky (Bohachevsky, Johnson, Stein, Technometrics 28, 1986, 209-217).";

    public IReadOnlyList<IMinimizer> Minimizers { get; } =
    [
        MathNetMinimizer.Own(nameof(LbfgsMinimizer), new(HistorySize: Pairs)),
        MathNetMinimizer.Own($"{nameof(LbfgsMinimizer)}, relative", new(HistorySize: Pairs, Relative: true)),
        MathNetMinimizer.Lbfgs("MathNet L-BFGS", Pairs),
        MathNetMinimizer.Bfgs,
    ];

    public IReadOnlyList<ReplayCase> Cases { get; } =
        [.. Functions.Select(f => new ReplayCase(f.Name, "x0", f.Value, f.X0, f.Minima))];

    public static IReadOnlyList<Formula> Functions { get; } =
    [
        .. from start in (double[][])[[1.2, 1.2], [-1.2, 1], [-0.9, -0.5]]
           select new Formula($"Rosenbrock ({OptionText.Format(start)})", start, [0], x => Rosenbrock(x[1], x[2])),

        .. from start in (double[][])[[120, 120], [-120, 100], [-90, -50]]
           select new Formula($"Wide Rosenbrock ({OptionText.Format(start)})", start, [0], x => Rosenbrock(x[1] / 100, x[2] / 100)),

        .. from name in new[]
           {
               "Freudenstein-Roth", "Powell badly scaled", "Brown badly scaled", "Beale", "Jennrich-Sampson", "Helical valley", "Meyer",
               "Powell singular", "Wood", "Brown-Dennis",
           }
           select MoreGarbowHillstrom.Problems.Single(p => p.Name == name).Formula,

        new("Six-hump camel", [1, 1], [-1.031628, -0.215464, 2.104250], x =>
        {
            var (a, b) = (Square(x[1]), Square(x[2]));
            return (4 - 2.1 * a + a * a / 3) * a + x[1] * x[2] + (-4 + 4 * b) * b;
        }),

        new("Himmelblau", [1, 1], [0], x => Square(Square(x[1]) + x[2] - 11) + Square(x[1] + Square(x[2]) - 7)),

        new("Booth", [-5, 8], [0], x => Square(x[1] + 2 * x[2] - 7) + Square(2 * x[1] + x[2] - 5)),

        new("Matyas", [9, -6], [0], x => 0.26 * (Square(x[1]) + Square(x[2])) - 0.48 * x[1] * x[2]),

        new("Bohachevsky", [0.2, 0.2], [0], x =>
            Square(x[1]) + 2 * Square(x[2]) - 0.3 * CosPi(3 * x[1]) - 0.4 * CosPi(4 * x[2]) + 0.7),
    ];

    static Dual Rosenbrock(Dual x, Dual y) => 100 * Square(y - Square(x)) + Square(1 - x);
}
