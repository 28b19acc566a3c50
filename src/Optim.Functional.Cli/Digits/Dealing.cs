namespace Optim.Functional.Cli;

/// <summary>Which rule steps which parameter, where one is not for all of them.</summary>
internal static class Dealing
{
    /// <summary>The rule for the parameters that it takes; the others, the biases, get AdamW at its defaults.</summary>
    public static IRule OnNetwork(IRule rule) => TakesVectors(rule) ? rule : new AdamW().For(Select.Matrices, rule);

    /// <summary>A point of two numbers, in a shape that the rule takes.</summary>
    public static NDArray Point(IRule rule, double[] numbers) => TakesVectors(rule) ? numbers : NDArray.Of(numbers, numbers.Length, 1);

    /// <summary>Why it cannot be run on the digits and the functions, whose gradients are dense, or null.</summary>
    public static string? Refuses(IRule rule) =>
        rule is IGradientRule { Sparse: SparseGradients.Only } ? $"{rule.Name} takes sparse gradients only, and these are dense" : null;

    static bool TakesVectors(IRule rule) => (rule as IGradientRule)?.Refuses([2]) is null;
}
