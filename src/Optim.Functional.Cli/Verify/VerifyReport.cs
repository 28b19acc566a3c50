using System.Text;

namespace Optim.Functional.Cli;

/// <summary>What stands below the table: each law that is broken, why laws were left out, and the totals.</summary>
internal static class VerifyReport
{
    const int MostLines = 6, Width = 100;

    public static string Failure(Finding finding, RuleFile file, VerifyOptions options)
    {
        var again = $"Again: {options.Again(finding.Rule.Name, finding.Law.Name)}";
        if (finding.Counterexample is not { } found)
            return $"""
                The law '{finding.Law.Name}' could not be checked on {finding.Rule.Name}: {finding.Obstacle}
                {again}

                """;
        var text = new StringBuilder($"""
            {finding.Rule.Name} breaks the law '{finding.Law.Name}', {(found.Before == 0 ? "at the first case" : $"after {Count(found.Before, "case")} in which it held")}.
            {finding.Law.Sentence}
            {finding.Law.Reason}

            """);
        foreach (var violation in found.Violations.Take(MostLines)) text.AppendLine($"  {violation}");
        if (found.Violations.Length > MostLines) text.AppendLine($"  and {found.Violations.Length - MostLines} more");
        return text.AppendLine("The smallest case found, as code:")
            .AppendLine($"  {file.Local(found.Code.Invoke(file.Language))}")
            .AppendLine(again).ToString();
    }

    /// <summary>Each reason once, with its laws; the rules only where the law speaks of others.</summary>
    public static string Exclusions(IReadOnlyList<Found> rules, IReadOnlyList<Finding> findings)
    {
        var excluded = findings.Where(f => f.Excluded is not null)
            .GroupBy(f => (f.Law.Name, f.Excluded))
            .Select(g => (g.Key.Name, Reason: g.Key.Excluded!, Rules: string.Join(", ", g.Select(f => f.Rule.Name)), All: g.Count() == rules.Count))
            .GroupBy(x => (x.Reason, Rules: x.All ? "" : x.Rules))
            .ToArray();
        if (excluded.Length == 0) return "";
        var text = new StringBuilder("Laws that are not about a rule:\n");
        foreach (var group in excluded)
            Help.Wrap(text, "  ", $"{string.Join(", ", group.Select(x => x.Name))}: {(group.Key.Rules.Length > 0 ? $"not about {group.Key.Rules}, as " : "")}{group.Key.Reason}", 4, Width);
        return text.ToString();
    }

    public static string Unmade(IReadOnlyList<Unmade> unmade) => unmade.Count == 0 ? ""
        : $"Not verified, as they cannot be made:{Environment.NewLine}{string.Concat(unmade.Select(u => $"  {u}{Environment.NewLine}"))}  {Cli.Unmade.Remedy}{Environment.NewLine}";

    public static string Totals(IReadOnlyList<Found> rules, IReadOnlyList<Finding> findings, VerifyOptions options)
    {
        var failed = findings.Count(f => f.Fails);
        var checks = findings.Count(f => f.Excluded is null);
        return $"{Count(rules.Count, "rule")}, {Count(options.Laws.Count, "law")}, seed {options.Seed}, up to {Count(options.Cases, "case")} each: "
            + $"held in {Count(findings.Sum(f => f.Cases), "case")}; "
            + (checks == 0 ? "nothing is checked." : failed == 0 ? "every law holds." : $"{failed} of {Count(checks, "check")} failed.");
    }

    static string Count(int n, string noun) => $"{n.ToString("N0", System.Globalization.CultureInfo.InvariantCulture)} {noun}{(n == 1 ? "" : "s")}";
}
