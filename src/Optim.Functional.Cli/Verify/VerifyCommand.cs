using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Cli;

/// <summary><c>optim verify</c>: checks the laws on every rule of a file.</summary>
internal static class VerifyCommand
{
    public static int Run(string[] args, Terminal terminal)
    {
        var options = VerifyOptions.Parse(args);
        AppDomain.CurrentDomain.ProcessExit += Left;
        try
        {
            return Verify(options, terminal);
        }
        catch (OperationCanceledException) when (terminal.Stop.IsCancellationRequested)
        {
            return Tool.Interrupted;
        }
        finally
        {
            AppDomain.CurrentDomain.ProcessExit -= Left;
        }

        // The file's own code has called exit: that must not pass for success.
        void Left(object? sender, EventArgs e)
        {
            if (terminal.Stop.IsCancellationRequested) return;
            terminal.Error.WriteLine($"optim: {Misuse.EndedByFile(options.Path).Message}");
            Environment.ExitCode = Tool.Misused;
        }
    }

    static int Verify(VerifyOptions options, Terminal terminal)
    {
        var file = RuleFile.Open(options.Path, terminal);
        var (search, rules) = Find(file, options);
        var findings = new List<Finding>();
        var total = rules.Count * options.Laws.Count;
        Watching.Run(terminal, "verify", total, report =>
        {
            using var silence = new Silence();
            foreach (var (rule, law) in rules
                    .SelectMany(rule => options.Laws.Select(law => (rule, law)))
                    .TakeWhile(_ => !terminal.Stop.IsCancellationRequested))
            {
                findings.Add(Finding.Of(law, rule, options));
                report(findings.Count, $"{law.Name}, {rule.Name}");
            }
        });

        Print(terminal, file, options, findings, total);
        if (options.Rule is null && search.Unmade.Count > 0) terminal.Line(VerifyReport.Unmade(search.Unmade));
        if (findings.Count < total) return Tool.Interrupted;
        if (findings.All(f => f.Excluded is not null)) throw Misuse.NothingChecked(rules);
        return findings.Any(f => f.Fails) ? Tool.Broken : Tool.Done;
    }

    static void Print(Terminal terminal, RuleFile file, VerifyOptions options, IReadOnlyList<Finding> findings, int total)
    {
        var canvas = terminal.Canvas();
        var rules = findings.Select(f => f.Rule).Distinct().ToArray();
        foreach (var table in VerifyTables.Of(rules, findings, canvas.Profile.Width)) canvas.Write(table);
        foreach (var failure in VerifyReport.Failures(findings, file, options)) terminal.Line(failure);
        if (findings.Any(f => f.Excluded is not null)) terminal.Line(VerifyReport.Exclusions(rules, findings));
        terminal.Line(VerifyReport.Totals(rules, findings, options, total));
    }

    static (RuleFinder, IReadOnlyList<Found>) Find(RuleFile file, VerifyOptions options)
    {
        using var silence = new Silence();
        var search = RuleFinder.Search(file);
        var rules = search.Chosen(file, options.Rule);
        foreach (var rule in rules) Try(file, rule);
        return (search, rules);
    }

    // One step shows whether the file was built with this library: methods are looked for when they are first called.
    static void Try(RuleFile file, Found found)
    {
        if (found.Rule is not (IGradientRule or Plan) || Plan.Of(found.Rule) is not { Rule: IGradientRule rule } plan) return;
        try
        {
            double[] one = [1];
            var θ = Params.Of(("one", rule.Refuses([1]) is null ? NDArray.Of(one, 1) : NDArray.Of(one, 1, 1)));
            var g = rule.Sparse == SparseGradients.Only ? Params.Of(("one", Vector<double>.Build.SparseOfArray(one))) : θ;
            plan.Step(θ, g, plan.Init(θ));
        }
        catch (Exception e) when (e is MissingMemberException or TypeLoadException or BadImageFormatException)
        {
            throw RuleFinder.Unfit(file, e);
        }
        catch (IOException e)
        {
            throw Misuse.NoDependency(file.Path, e);
        }
        catch
        {
            // Not obeying the laws is for the laws to say.
        }
    }
}
