using Optim.Functional.Rules;

namespace Optim.Functional.Mutants;

/// <summary>A lane that counts what is done on it, and does one of it wrong.</summary>
/// <typeparam name="L">The lane that it is done on.</typeparam>
public readonly record struct Mutant<L>(L X) : ILane<Mutant<L>> where L : struct, ILane<L>
{
    static L More(L x) => L.Of(1.001) * x;

    /// <inheritdoc/>
    public static Mutant<L> Of(double c) => new(L.Of(Tape.Constant(c)));

    /// <inheritdoc/>
    public static Mutant<L> NotZero(double c) => new(L.NotZero(Tape.Constant(c)));

    /// <inheritdoc/>
    public static Mutant<L> operator +(Mutant<L> a, Mutant<L> b) =>
        new(Tape.Next(Op.Add) switch { 0 => a.X + b.X, 1 => a.X - b.X, 2 => b.X - a.X, _ => More(a.X + b.X) });

    /// <inheritdoc/>
    public static Mutant<L> operator -(Mutant<L> a, Mutant<L> b) =>
        new(Tape.Next(Op.Subtract) switch { 0 => a.X - b.X, 1 => b.X - a.X, 2 => a.X + b.X, _ => More(a.X - b.X) });

    /// <inheritdoc/>
    public static Mutant<L> operator *(Mutant<L> a, Mutant<L> b) =>
        new(Tape.Next(Op.Multiply) switch { 0 => a.X * b.X, 1 => -(a.X * b.X), 2 => More(a.X * b.X), 3 => a.X, _ => b.X });

    /// <inheritdoc/>
    public static Mutant<L> operator /(Mutant<L> a, Mutant<L> b) =>
        new(Tape.Next(Op.Divide) switch { 0 => a.X / b.X, 1 => -(a.X / b.X), 2 => b.X / a.X, 3 => More(a.X / b.X), _ => a.X * b.X });

    /// <inheritdoc/>
    public static Mutant<L> operator -(Mutant<L> a) => Tape.Next(Op.Negate) == 0 ? new(-a.X) : a;

    /// <inheritdoc/>
    public static Mutant<L> Sqrt(Mutant<L> a) =>
        new(Tape.Next(Op.Sqrt) switch { 0 => L.Sqrt(a.X), 1 => a.X, 2 => -L.Sqrt(a.X), _ => More(L.Sqrt(a.X)) });

    /// <inheritdoc/>
    public static Mutant<L> Abs(Mutant<L> a) => new(Tape.Next(Op.Abs) switch { 0 => L.Abs(a.X), 1 => a.X, _ => -L.Abs(a.X) });

    /// <inheritdoc/>
    public static Mutant<L> Max(Mutant<L> a, Mutant<L> b) =>
        new(Tape.Next(Op.Max) switch { 0 => L.Max(a.X, b.X), 1 => L.Min(a.X, b.X), 2 => a.X, _ => b.X });

    /// <inheritdoc/>
    public static Mutant<L> Min(Mutant<L> a, Mutant<L> b) =>
        new(Tape.Next(Op.Min) switch { 0 => L.Min(a.X, b.X), 1 => L.Max(a.X, b.X), 2 => a.X, _ => b.X });

    /// <inheritdoc/>
    public static Mutant<L> Fma(Mutant<L> a, Mutant<L> b, Mutant<L> c) => new(Tape.Next(Op.Fma) switch
    {
        0 => L.Fma(a.X, b.X, c.X),
        1 => L.Fma(a.X, b.X, -c.X),
        2 => L.Fma(-a.X, b.X, c.X),
        3 => L.Fma(More(a.X), b.X, c.X),
        4 => c.X,
        _ => a.X * b.X,
    });

    /// <inheritdoc/>
    public static Mutant<L> WhereGreater(Mutant<L> a, Mutant<L> b, Mutant<L> then, Mutant<L> otherwise) =>
new(
    Tape.Next(Op.WhereGreater) switch
    {
        0 => L.WhereGreater(a.X, b.X, then.X, otherwise.X),
        1 => L.WhereGreater(a.X, b.X, otherwise.X, then.X),
        2 => L.WhereGreater(b.X, a.X, otherwise.X, then.X),
        3 => then.X,
        _ => otherwise.X,
    });

    /// <inheritdoc/>
    public static Mutant<L> Sign(Mutant<L> a) => new(Tape.Next(Op.Sign) switch
    {
        0 => L.Sign(a.X),
        1 => -L.Sign(a.X),
        2 => L.Abs(L.Sign(a.X)),
        3 => L.Of(0),
        _ => More(L.Sign(a.X)),
    });

    /// <summary>The two last ones are torch's formula without its choice of the nearer end.</summary>
    public static Mutant<L> Lerp(Mutant<L> a, Mutant<L> b, Mutant<L> w) => new(Tape.Next(Op.Lerp) switch
    {
        0 => L.Lerp(a.X, b.X, w.X),
        1 => L.Lerp(b.X, a.X, w.X),
        2 => L.Lerp(a.X, b.X, More(w.X)),
        3 => L.Lerp(a.X, b.X, L.Of(1) - w.X),
        4 => a.X,
        5 => b.X,
        6 => L.Fma(w.X, b.X - a.X, a.X),
        _ => L.Fma(w.X - L.Of(1), b.X - a.X, b.X),
    });

    /// <summary>The last one is from the other end.</summary>
    public static Mutant<L> Lerp<FromA>(Mutant<L> a, Mutant<L> b, Mutant<L> w)
where FromA : struct, IFlag =>
new(
    Tape.Next(Op.LerpFrom) switch
    {
        0 => L.Lerp<FromA>(a.X, b.X, w.X),
        1 => L.Lerp<FromA>(b.X, a.X, w.X),
        2 => L.Lerp<FromA>(a.X, b.X, More(w.X)),
        3 => L.Lerp<FromA>(a.X, b.X, L.Of(1) - w.X),
        4 => a.X,
        5 => b.X,
        _ => FromA.Set ? L.Lerp<Off>(a.X, b.X, w.X) : L.Lerp<On>(a.X, b.X, w.X),
    });
}
