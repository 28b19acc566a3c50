using System.Text;

namespace Optim.Functional.Cli;

/// <summary>What stands below the table: each law that is broken, why laws were left out, and the totals.</summary>
internal static class VerifyReport
{
    const int MostLines = 6, Width = 100;

    /// <summary>What is said of each failure; laws that one rule breaks in the same way, as one that throws breaks all,
    /// are told together.</summary>
    public static IEnumerable<string> Failures(IEnumerable<Finding> findings, RuleFile file, VerifyOptions options) =>
        findings
            .Where(f => f.Fails)
            .GroupBy(f => (f.Rule, string.Join('\n', f.Differences)))
            .Select(alike => Failure([.. alike], file, options));

    static string Failure(Finding[] alike, RuleFile file, VerifyOptions options)
    {
        var first = alike.FirstOrDefault(f => f.Counterexample is not null) ?? alike[0];
        var (rule, law, laws) = (first.Rule.Name, first.Law, string.Join(", ", alike.Select(f => f.Law.Name)));
        var text = new StringBuilder();
        if (first.Counterexample is not { } found) Help.Wrap(text, "", $"Laws that could not be checked on {rule}: {laws}.", 2, Width);
        else if (alike.Length > 1) Help.Wrap(text, "", $"{rule} breaks {alike.Length} laws in the same way: {laws}.", 2, Width);
        else
        {
            var when = found.Before == 0 ? "at the first case" : $"after {Count(found.Before, "case")} in which it held";
            text.AppendLine($"{rule} breaks the law '{law.Name}', {when}.").AppendLine(law.Sentence).AppendLine(law.Reason);
        }
        foreach (var difference in first.Differences.Take(MostLines)) text.AppendLine($"  {difference}");
        if (first.Differences.Count > MostLines) text.AppendLine($"  and {first.Differences.Count - MostLines} more");
        if (first.Counterexample is { } smallest)
            text.AppendLine("The smallest case found, as code:").AppendLine($"  {file.Local(smallest.Code.Invoke(file.Language))}");
        return text.AppendLine($"Again: {options.Again(rule, law.Name)}").ToString();
    }

    /// <summary>Each reason once, with its laws; the rules only where the law speaks of others.</summary>
    public static string Exclusions(IReadOnlyList<Found> rules, IReadOnlyList<Finding> findings)
    {
        var excluded = findings.Where(f => f.Excluded is not null)
            .GroupBy(f => (f.Law.Name, f.Excluded))
            .Select(g =>
                (
                    g.Key.Name,
                    Reason: g.Key.Excluded!,
                    Rules: string.Join(", ", g.Select(f => f.Rule.Name)),
                    All: g.Count() == rules.Count))
            .GroupBy(x => (x.Reason, Rules: x.All ? "" : x.Rules))
            .ToArray();
        var text = new StringBuilder("Laws that are not about a rule:\n");
        foreach (var group in excluded)
        {
            var (reason, only) = group.Key;
            var of = only.Length > 0 ? $"not about {only}, as " : "";
            Help.Wrap(text, "  ", $"{string.Join(", ", group.Select(x => x.Name))}: {of}{reason}", 4, Width);
        }
        return text.ToString();
    }

    public static string Unmade(IReadOnlyList<Unmade> unmade)
    {
        var text = new StringBuilder("\nNot verified, as they cannot be made:\n");
        foreach (var rule in unmade) Help.Wrap(text, "  ", rule.ToString(), 4, Width);
        return text.Append($"  {Cli.Unmade.Remedy}").ToString();
    }

    /// <param name="rules">Those that the laws were checked on.</param>
    /// <param name="findings">What was found.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="total">How many findings there are when all is done.</param>
    public static string Totals(IReadOnlyList<Found> rules, IReadOnlyList<Finding> findings, VerifyOptions options, int total)
    {
        var (checks, failed) = (findings.Count(f => f.Excluded is null), findings.Count(f => f.Fails));
        var end = findings.Count < total ? $"stopped after {findings.Count} of {Count(total, "check")}, {failed} failed."
            : checks == 0 ? "nothing is checked."
            : failed == 0 ? "every law holds."
            : $"{failed} of {Count(checks, "check")} failed.";
        var what = $"{Count(rules.Count, "rule")}, {Count(options.Laws.Count, "law")}, seed {options.Seed}";
        return $"{what}, up to {Count(options.Cases, "case")} each: held in {Count(findings.Sum(f => f.Cases), "case")}; {end}";
    }

    static string Count(int n, string noun) =>
        $"{n.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)} {noun}{(n == 1 ? "" : "s")}";
}
