using System.Diagnostics.CodeAnalysis;

namespace Optim.Functional;

/// <summary>torch's own spelling: <c>using static Optim.Functional.Torch;</c> then <c>optim.Adam(parameters, lr: 1e-3)</c>.</summary>
public static partial class Torch
{
    /// <summary>An optimizer of rule R. A null option stands for the rule's default;
    /// a required one must then be each group's own.</summary>
    static Optimizer Make<[DynamicallyAccessedMembers(RuleInfo.Seen)] R>(
        IEnumerable<ParamGroup> groups,
        params (string Name, object? Value)[] options)
        where R : IRule
    {
        var info = RuleInfo.Of(typeof(R));
        var given = options.Where(o => o.Value is not null).ToDictionary(o => o.Name, o => o.Value);
        var missing = info.Options.Where(o => o.Required && !given.ContainsKey(o.Name)).ToArray();
        if (missing.Length == 0) return new(groups, info.Create(given));
        // The others are checked here, beside a stand-in for what the groups bring.
        var rule = info.Create(given.Concat(missing.Select(o => KeyValuePair.Create(o.Name, (object?)0.0))).ToDictionary());
        return new(groups, Plan.Of(rule), given);
    }
}
