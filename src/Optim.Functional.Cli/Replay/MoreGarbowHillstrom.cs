using static Optim.Functional.Cli.Dual;
using static Optim.Functional.Cli.MoreGarbowHillstromData;

namespace Optim.Functional.Cli;

/// <summary>Problems 1 to 19 of the paper, each started at its x0, 10 x0 and 100 x0.</summary>
/// <remarks>Where the paper leaves m open, it is that of the authors' own code, TOMS algorithm 566. In place of an x0 of 0 this code
/// starts at (10, ..., 10) and (100, ..., 100); but none of these x0 is 0.</remarks>
internal sealed class MoreGarbowHillstrom : ISuite
{
    static readonly int[] Factors = [1, 10, 100];

    static readonly LBFGS StrongWolfe = new(MaxIter: 100, LineSearchFn: "strong_wolfe");

    public string Key => "mgh";

    public string Name => "Moré, Garbow and Hillstrom, problems 1 to 19";

    public string Citation =>
        "J. J. Moré, B. S. Garbow, K. E. Hillstrom, \"Testing Unconstrained Optimization Software\", "
        + "ACM Transactions on Mathematical Software 7, 1981, 17-41.";

    public IReadOnlyList<IMinimizer> Minimizers { get; } =
    [
        new OwnLbfgs("LBFGS", StrongWolfe),
        new OwnLbfgs("LBFGS, relative", StrongWolfe with { Relative = true }),
        MathNetMinimizer.Lbfgs("MathNet", StrongWolfe.HistorySize),
    ];

    public IReadOnlyList<ReplayCase> Cases { get; } =
    [
        .. from problem in Problems
           from factor in Factors
           let start = factor == 1 ? "x0" : $"{factor} x0"
           select new ReplayCase(problem.Name, start, problem.Value, [.. problem.X0.Select(x => factor * x)], problem.Minima),
    ];

    public static readonly IReadOnlyList<LeastSquares> Problems =
    [
        new("Rosenbrock", [-1.2, 1], [0], x => [10 * (x[2] - Square(x[1])), 1 - x[1]]),

        new("Freudenstein-Roth", [0.5, -2], [0, 48.9842], x =>
        [
            -13 + x[1] + ((5 - x[2]) * x[2] - 2) * x[2],
            -29 + x[1] + ((x[2] + 1) * x[2] - 14) * x[2],
        ]),

        new("Powell badly scaled", [0, 1], [0], x => [1e4 * x[1] * x[2] - 1, Exp(-x[1]) + Exp(-x[2]) - 1.0001]),

        new("Brown badly scaled", [1, 1], [0], x => [x[1] - 1e6, x[2] - 2e-6, x[1] * x[2] - 2]),

        new("Beale", [1, 1], [0], x =>
        [
            1.5 - x[1] * (1 - x[2]),
            2.25 - x[1] * (1 - Square(x[2])),
            2.625 - x[1] * (1 - x[2] * Square(x[2])),
        ]),

        new("Jennrich-Sampson", [0.3, 0.4], [124.362], x => Each(10, i => 2 + 2 * i - (Exp(i * x[1]) + Exp(i * x[2])))),

        new("Helical valley", [-1, 0, 0], [0], x =>
        [
            10 * (x[3] - 10 * Turns(x[1], x[2])),
            10 * (Sqrt(Square(x[1]) + Square(x[2])) - 1),
            x[3],
        ]),

        // 17.4286 is approached where x2 and x3 go to minus infinity.
        new("Bard", [1, 1, 1], [8.21487e-3, 17.4286], x => Each(Bard, (i, y) =>
        {
            var (u, v, w) = (i, 16 - i, Math.Min(i, 16 - i));
            return y - (x[1] + u / (v * x[2] + w * x[3]));
        })),

        new("Gaussian", [0.4, 1, 0], [1.12793e-8], x => Each(Gaussian, (i, y) =>
        {
            var t = (8 - i) / 2.0;
            return x[1] * Exp(-x[2] * Square(t - x[3]) / 2) - y;
        })),

        new("Meyer", [0.02, 4000, 250], [87.9458], x => Each(Meyer, (i, y) =>
        {
            var t = 45 + 5 * i;
            return x[1] * Exp(x[2] / (t + x[3])) - y;
        })),

        // The paper prints y m i x2, which is a misprint of y - x2.
        new("Gulf", [5, 2.5, 0.15], [0], x => Each(99, i =>
        {
            var t = i / 100.0;
            var y = 25 + Pow(-50 * Log(t), 2.0 / 3);
            return Exp(-Pow(Abs(y - x[2]), x[3]) / x[1]) - t;
        })),

        new("Box 3-d", [0, 10, 20], [0], x => Each(10, i =>
        {
            var t = i / 10.0;
            return Exp(-t * x[1]) - Exp(-t * x[2]) - x[3] * (Exp(-t) - Exp(-10 * t));
        })),

        new("Powell singular", [3, -1, 0, 1], [0], x =>
        [
            x[1] + 10 * x[2],
            Sqrt(5) * (x[3] - x[4]),
            Square(x[2] - 2 * x[3]),
            Sqrt(10) * Square(x[1] - x[4]),
        ]),

        new("Wood", [-3, -1, -3, -1], [0], x =>
        [
            10 * (x[2] - Square(x[1])),
            1 - x[1],
            Sqrt(90) * (x[4] - Square(x[3])),
            1 - x[3],
            Sqrt(10) * (x[2] + x[4] - 2),
            (x[2] - x[4]) / Sqrt(10),
        ]),

        // 1.02734e-3 is approached where x1, x3 and x4 go to infinity.
        new("Kowalik-Osborne", [0.25, 0.39, 0.415, 0.39], [3.07505e-4, 1.02734e-3], x => Each(Kowalik, (i, y) =>
        {
            var u = KowalikAt[i - 1];
            return y - x[1] * (u * u + u * x[2]) / (u * u + u * x[3] + x[4]);
        })),

        new("Brown-Dennis", [25, 5, -5, -1], [85822.2], x => Each(20, i =>
        {
            var t = i / 5.0;
            return Square(x[1] + t * x[2] - Exp(t)) + Square(x[3] + x[4] * Elementary.Sin(t) - Elementary.Cos(t));
        })),

        new("Osborne 1", [0.5, 1.5, -1, 0.01, 0.02], [5.46489e-5], x => Each(Osborne1, (i, y) =>
        {
            var t = 10 * (i - 1);
            return y - (x[1] + x[2] * Exp(-t * x[4]) + x[3] * Exp(-t * x[5]));
        })),

        new("Biggs EXP6", [1, 2, 1, 1, 1, 1], [0, 5.65565e-3], x => Each(13, i =>
        {
            var t = i / 10.0;
            var y = Exp(-t) - 5 * Exp(-10 * t) + 3 * Exp(-4 * t);
            return x[3] * Exp(-t * x[1]) - x[4] * Exp(-t * x[2]) + x[6] * Exp(-t * x[5]) - y;
        })),

        new("Osborne 2", [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5], [4.01377e-2], x => Each(Osborne2, (i, y) =>
        {
            var t = (i - 1) / 10.0;
            return y - (x[1] * Exp(-t * x[5])
                + x[2] * Exp(-Square(t - x[9]) * x[6])
                + x[3] * Exp(-Square(t - x[10]) * x[7])
                + x[4] * Exp(-Square(t - x[11]) * x[8]));
        })),
    ];

    static IEnumerable<Dual> Each(int m, Func<int, Dual> residual) => Enumerable.Range(1, m).Select(residual);

    static IEnumerable<Dual> Each(double[] y, Func<int, double, Dual> residual) => y.Select((datum, i) => residual(i + 1, datum));

    // The paper's θ: the angle of (a, b) in turns, which jumps where a passes 0.
    static Dual Turns(Dual a, Dual b) => Atan(b / a) / (2 * Math.PI) + (a.Value < 0 ? 0.5 : 0);
}
