namespace Optim.Functional.Cli;

/// <summary>A function of two variables to be minimised; its least value is 0.</summary>
/// <param name="View">The part of the plane that is drawn.</param>
internal sealed record Surface(
    string Name,
    string Formula,
    Func<double, double, double> Value,
    Func<double, double, (double X, double Y)> Gradient,
    (double X, double Y) Start,
    IReadOnlyList<(double X, double Y)> Minima,
    (double Left, double Right, double Bottom, double Top) View)
{
    const double Condition = 100;

    public static readonly IReadOnlyList<Surface> All =
    [
        new("Rosenbrock", "(1 - x)^2 + 100 (y - x^2)^2",
            (x, y) => Square(1 - x) + 100 * Square(y - x * x),
            (x, y) => (-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
            (-1.2, 1), [(1, 1)], (-2, 2, -1, 3)),
        new("Beale", "(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
            (x, y) => Square(1.5 - x + x * y) + Square(2.25 - x + x * y * y) + Square(2.625 - x + x * y * y * y),
            BealeGradient,
            (1, 1.5), [(3, 0.5)], (-0.5, 4.5, -1.5, 2)),
        new("Himmelblau", "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
            (x, y) => Square(x * x + y - 11) + Square(x + y * y - 7),
            (x, y) => (4 * x * (x * x + y - 11) + 2 * (x + y * y - 7), 2 * (x * x + y - 11) + 4 * y * (x + y * y - 7)),
            (0, -1),
            [
                (3, 2),
                (-2.805118086952745, 3.131312518250573),
                (-3.779310253377747, -3.283185991286170),
                (3.584428340330492, -1.848126526964404),
            ],
            (-5, 5, -5, 5)),
        new("Quadratic", $"(u^2 + {Condition} v^2) / 2 with (u, v) = (x, y) turned by 30 degrees",
            (x, y) => (Square(U(x, y)) + Condition * Square(V(x, y))) / 2,
            (x, y) => (Cos * U(x, y) - Sin * Condition * V(x, y), Sin * U(x, y) + Cos * Condition * V(x, y)),
            (-4, -1), [(0, 0)], (-5, 2, -4, 2)),
    ];

    static readonly double Cos = Math.Cos(Math.PI / 6), Sin = Math.Sin(Math.PI / 6);

    static double U(double x, double y) => Cos * x + Sin * y;

    static double V(double x, double y) => Cos * y - Sin * x;

    static double Square(double x) => x * x;

    static (double, double) BealeGradient(double x, double y)
    {
        var (a, b, c) = (1.5 - x + x * y, 2.25 - x + x * y * y, 2.625 - x + x * y * y * y);
        return (2 * (a * (y - 1) + b * (y * y - 1) + c * (y * y * y - 1)), 2 * x * (a + 2 * b * y + 3 * c * y * y));
    }
}
