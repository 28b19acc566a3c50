using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Of gradients.</summary>
static partial class Fault
{
    /// <summary>The start of a sentence on a gradient; a parameter that belongs to no optimizer yet has no rule.</summary>
    static string Gradient(IRule? rule, string? name) => (rule is null ? "The gradient" : $"{rule.Name}: the gradient") + Of(name);

    public static ArgumentException GradientType(IRule? rule, string? name, Type got, Type wanted) =>
        new($"{Gradient(rule, name)} has elements of type {Words(got)}, the parameter {Words(wanted)}.");

    public static ArgumentException GradientShape(IRule? rule, string? name, NDArray got, NDArray wanted) =>
        new($"{Gradient(rule, name)} has shape {got.ShapeText}, the parameter {wanted.ShapeText}. "
            + "Was it computed for another parameter, or transposed?");

    public static ArgumentException SparseGradient(IRule rule, string name) =>
        new($"{Gradient(rule, name)} is sparse, and {rule.Name} does not support sparse gradients. "
            + "SGD and Adagrad do; or hand it over as a dense vector or matrix.");

    public static ArgumentException DenseGradient(IRule rule, string name) =>
        new($"{Gradient(rule, name)} is dense, and {rule.Name} takes sparse ones only. "
            + "Use Adam, or hand it over as a sparse vector or matrix.");

    public static ArgumentException SparseDecay(IRule rule, string name, double decay) =>
        new(Invariant($"{Gradient(rule, name)} is sparse and weight_decay is {decay}; ")
            + "with sparse gradients it must be 0, since the penalty touches every element.");

    public static ArgumentException NonFiniteGradient(IRule rule, string name, long index, double got, NDArray g) =>
        new(Invariant($"{Gradient(rule, name)} is {got} at element {index}{Place(index, g)}; nothing was changed. Did the loss overflow?"));

    public static ArgumentException NonFiniteLoss(IRule rule, int evaluation, double got)
    {
        var cause = evaluation == 1
            ? "Does the model overflow? NonFinite.Skip leaves such steps out."
            : "Did the trial go too far? NonFinite.Propagate steps back from there; a smaller lr goes less far.";
        return new(Invariant($"{rule.Name}: the loss is {got} at evaluation {evaluation} of the step, wanted a finite number; ")
            + $"nothing was changed. {cause}");
    }

    public static ArgumentException NonFiniteStep<T>(Plan plan, string name, string? slot, NDArray<T> found, nint at, NDArray g)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (what, got) = ($"{slot ?? "the parameter"}{Of(name)}", ((NDArray<T>)found.OnHost()).Place.From(at));
        return new(Invariant($"{plan.Name}: the step would make {what} {got} at element {at}{Place(at, found)}; nothing was changed. ")
            + $"The gradient is finite, but too large for {Words(typeof(T))} ({g}): clip it, or did the loss overflow?");
    }

    static string Place(long index, NDArray g) => g.Dims.Length != 2 || g.IsComplex ? ""
        : g.ColumnMajor ? $" (row {index % g.Dims[0]}, column {index / g.Dims[0]})"
        : $" (row {index / g.Dims[1]}, column {index % g.Dims[1]})";

    public static InvalidOperationException NonFiniteNorm(double order, double norm) => new(System.FormattableString.Invariant(
        $"clip_grad_norm_: the norm of order {order} of all gradients is {norm}, so they cannot be clipped. Nothing is changed; errorIfNonFinite: false scales them all the same."));

    public static ArgumentException NormType() => new("clip_grad_norm_: norm_type must be a number or an infinity, got NaN.");
}
