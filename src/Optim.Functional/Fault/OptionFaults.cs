using System.Collections;
using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Of options, those of rules and of stages.</summary>
static partial class Fault
{
    public static ArgumentException NotDecoupled(IRule rule) =>
        new($"{rule.Name}: decoupled_weight_decay must be true, got false. "
            + $"Without it the rule is {rule.GetType().BaseType!.Name}: use that.");

    public static ArgumentException MarsType(IRule rule, string? got) =>
        new($"{rule.Name}: mars_type must be mars-adamw or mars-lion, got {got ?? "null"}.");

    public static ArgumentException Range(IRule rule, string option, string wanted, double got) =>
        new(Invariant($"{rule.Name}: {RuleInfo.Of(rule.GetType()).Spelling(option)} must be {wanted}, got {got}."));

    public static double NotNegative(string what, string option, double got) =>
        got >= 0 ? got : throw new ArgumentException(Invariant($"{what}: {option} must be >= 0, got {got}."));

    public static double Within01(string what, string option, double got) =>
        got is >= 0 and <= 1 ? got : throw new ArgumentException(Invariant($"{what}: {option} must be in [0, 1], got {got}."));

    public static double Finite(string rule, string what, double got) =>
        double.IsFinite(got) ? got : throw new ArgumentException(Invariant($"{rule}: {what} must be a finite number, got {got}."));

    public static double Positive(string rule, string what, double got) =>
        got > 0 ? got : throw new ArgumentException(Invariant($"{rule}: {what} must be more than 0, got {got}."));

    public static int AtLeastOne(int value) =>
        value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value),
                Invariant($"Execution: threads and chunk length must be at least 1, got {value}."));

    public static ArgumentException LossScale(double got) =>
        new(Invariant($"LossScale: scale must be a finite number other than 0, got {got}."));

    public static ArgumentException AdjustLr(IRule rule, string got) =>
        new($"{rule.Name}: adjust_lr_fn must be {Orthogonalization.Adjustments}, got '{got}'.");

    public static ArgumentException OneOf(IRule rule, string option, string wanted, string? got) =>
        new($"{rule.Name}: {option} must be {wanted}, got '{got}'.");

    public static ArgumentException LineSearch(IRule rule, string got) =>
        new($"{rule.Name}: line_search_fn must be null or 'strong_wolfe', got '{got}'.");

    public static ArgumentException Nesterov(IRule rule, double momentum, double dampening) =>
        new(Invariant($"{rule.Name}: nesterov needs momentum > 0 and dampening = 0, got momentum {momentum} and dampening {dampening}."));

    public static ArgumentException UnknownRule(string got, IEnumerable<string> known) =>
        new($"There is no optimizer '{got}'. There are: {string.Join(", ", known)}.");

    public static ArgumentException UnknownOption(string rule, string got, IEnumerable<string> known) =>
        new($"{rule}: there is no option '{got}'. There are: {string.Join(", ", known)}.");

    public static ArgumentException RequiredOption(string rule, string option) =>
        new($"{rule}: the parameter group has no value for the required option '{option}', and the optimizer gives no default.");

    public static ArgumentException OptionType(string rule, string option, string wanted, object? got) =>
        new($"{rule}: {option} must be {wanted}, got {Given(got)}.");

    static string Given(object? got) => got switch
    {
        null => "null",
        IEnumerable list and not string => $"[{string.Join(", ", list.Cast<object?>().Select(Plain))}]",
        _ => $"'{Plain(got)}'",
    };

    /// <summary>A value as it is written in any country.</summary>
    static string Plain(object? value) => Invariant($"{value}");
}
