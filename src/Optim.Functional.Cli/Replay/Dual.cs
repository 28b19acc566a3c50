namespace Optim.Functional.Cli;

/// <summary>A value and its derivative in one direction: forward differentiation.</summary>
internal readonly record struct Dual(double Value, double Slope)
{
    public static implicit operator Dual(double constant) => new(constant, 0);

    public static Dual operator -(Dual a) => new(-a.Value, -a.Slope);

    public static Dual operator +(Dual a, Dual b) => new(a.Value + b.Value, a.Slope + b.Slope);

    public static Dual operator -(Dual a, Dual b) => new(a.Value - b.Value, a.Slope - b.Slope);

    public static Dual operator *(Dual a, Dual b) => new(a.Value * b.Value, a.Slope * b.Value + a.Value * b.Slope);

    public static Dual operator /(Dual a, Dual b)
    {
        var ratio = a.Value / b.Value;
        return new(ratio, (a.Slope - ratio * b.Slope) / b.Value);
    }

    public static Dual Square(Dual a) => a * a;

    public static Dual Sqrt(Dual a)
    {
        var root = Math.Sqrt(a.Value);
        return new(root, a.Slope / (2 * root));
    }

    public static Dual Abs(Dual a) => a.Value < 0 ? -a : a;

    /// <summary>Where it has underflowed its slope is 0 too, however steep the exponent is.</summary>
    public static Dual Exp(Dual a)
    {
        var power = Elementary.Exp(a.Value);
        return new(power, power == 0 ? 0 : power * a.Slope);
    }

    public static Dual Log(Dual a) => new(Elementary.Log(a.Value), a.Slope / a.Value);

    public static Dual Atan(Dual a) => new(Elementary.Atan(a.Value), a.Slope / (1 + a.Value * a.Value));

    /// <summary>cos πa, of any number of turns: whole ones are taken off first, without a rounding.</summary>
    public static Dual CosPi(Dual a)
    {
        var angle = Math.PI * Math.IEEERemainder(a.Value, 2);
        return new(Elementary.Cos(angle), -Math.PI * Elementary.Sin(angle) * a.Slope);
    }

    /// <summary>Of a base above 0.</summary>
    public static Dual Pow(Dual a, Dual exponent) => Exp(exponent * Log(a));
}
