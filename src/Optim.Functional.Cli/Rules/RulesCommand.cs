namespace Optim.Functional.Cli;

/// <summary><c>optim rules</c>: what there is, what it is for, and what it costs.</summary>
internal static class RulesCommand
{
    public static int Run(string[] args, Terminal terminal)
    {
        var options = RulesOptions.Parse(args);
        var rules = options.Chosen;
        var costs = new Dictionary<RuleInfo, RuleCost>();
        Watching.Run(terminal, "rules", rules.Count, report =>
        {
            foreach (var rule in rules.TakeWhile(_ => !terminal.Stop.IsCancellationRequested))
            {
                costs[rule] = RuleCost.Measure(rule, options.Size);
                report(costs.Count, rule.Name);
            }
        });
        if (costs.Count < rules.Count) return Tool.Interrupted;
        var tables = Registry.Families.Select(f => (Family: f, Rules: f.Rules.Where(rules.Contains).ToArray())).Where(t => t.Rules.Length > 0);
        Sheet.Show(terminal, tables.Select(t => Table(t.Family, t.Rules, costs)), options.Markdown);
        terminal.Line($"\nbytes: of state, for each element of a {options.Size} x {options.Size} float matrix; ns: a step, for each of them, here, on one thread.");
        if (rules.Any(r => r.ClosureDriven)) terminal.Line($"LBFGS: an iteration with {RuleCost.Pairs} pairs.");
        Type[] decomposing = [typeof(Shampoo), typeof(SOAP), typeof(KLSOAP), typeof(PSGDKron)];
        string[] rare = [.. rules.Where(r => decomposing.Contains(r.RuleType)).Select(r => r.Name)];
        if (rare.Length > 0) terminal.Line($"{string.Join(", ", rare)}: of a step that makes no new factor, root or basis.");
        return Tool.Done;
    }

    static Sheet Table(RuleFamily family, IEnumerable<RuleInfo> rules, IReadOnlyDictionary<RuleInfo, RuleCost> costs) => new(
        $"{family.Name}: {family.Idea}",
        [new("rule"), new("what for", Wraps: true), new("bytes", IsNumber: true), new("ns", IsNumber: true), new("paper", Wraps: true)],
        [.. rules.Select(r => (string[])[r.Name, RuleDocs.About(r), costs[r].Bytes, costs[r].Nanoseconds, RuleDocs.Paper(r)])]);
}
