namespace Optim.Functional;

/// <summary>What torch's schedulers call an optimizer's momentum: its option <c>momentum</c>, or the first of its <c>betas</c>.</summary>
static class Momentum
{
    /// <summary>Its option, or null.</summary>
    public static string? Option(IRule rule) =>
        RuleInfo.Of(rule.GetType()).Options.Select(o => o.Name).FirstOrDefault(name => name is "momentum" or "betas");

    /// <summary>The rule with another one; itself where it has none.</summary>
    public static IRule Of(IRule rule, double μ)
    {
        var info = RuleInfo.Of(rule.GetType());
        return Option(rule) switch
        {
            "momentum" => info.With(rule, "momentum", μ),
            "betas" => info.With(rule, "betas", ((double[])info.Read(rule)["betas"]!)[1..].Prepend(μ).ToArray()),
            _ => rule,
        };
    }
}
