using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Range checks on hyperparameters that name the rule, the option, the range and what was given. NaN fails every one.</summary>
readonly struct Require(IRule rule)
{
    public static Require Of(IRule rule) => new(rule);

    public Require AtLeast(double least, double x, [CallerArgumentExpression(nameof(x))] string name = "") =>
        x >= least && double.IsFinite(x) ? this : throw Fault.Range(rule, name, x >= least ? "finite" : Invariant($">= {least}"), x);

    public Require Above(double bound, double x, [CallerArgumentExpression(nameof(x))] string name = "") =>
        x > bound && double.IsFinite(x) ? this : throw Fault.Range(rule, name, x > bound ? "finite" : Invariant($"> {bound}"), x);

    public Require Fraction(double x, [CallerArgumentExpression(nameof(x))] string name = "") =>
        x >= 0 && x < 1 ? this : throw Fault.Range(rule, name, "in [0, 1)", x);

    public Require Between(double low, double high, double x, [CallerArgumentExpression(nameof(x))] string name = "") =>
        x > low && x < high ? this : throw Fault.Range(rule, name, Invariant($"in ({low}, {high})"), x);

    public Require Within(double low, double high, double x, [CallerArgumentExpression(nameof(x))] string name = "") =>
        x >= low && x <= high ? this : throw Fault.Range(rule, name, Invariant($"in [{low}, {high}]"), x);

    public Require Number(double x, [CallerArgumentExpression(nameof(x))] string name = "") =>
        double.IsFinite(x) ? this : throw Fault.Range(rule, name, double.IsNaN(x) ? "a number" : "finite", x);

    public Require NotNaN(double x, [CallerArgumentExpression(nameof(x))] string name = "") =>
        !double.IsNaN(x) ? this : throw Fault.Range(rule, name, "a number", x);

    /// <summary>The same of what may be infinite.</summary>
    public Require NotBelow(double least, double x, [CallerArgumentExpression(nameof(x))] string name = "") =>
        x >= least ? this : throw Fault.Range(rule, name, Invariant($">= {least}"), x);
}
