namespace Optim.Functional.Cli;

/// <summary>What checking one law on one rule gave.</summary>
/// <param name="Verdict">Null where the law could not be checked.</param>
/// <param name="Obstacle">Why it could not; empty where it was.</param>
internal sealed record Finding(Law Law, Found Rule, Verdict? Verdict, string Obstacle = "")
{
    public static Finding Of(Law law, Found rule, VerifyOptions options)
    {
        try
        {
            return new(law, rule, law.Check.Invoke(new(options.Cases, options.Seed)).Invoke(rule.Subject));
        }
        catch (Exception e)
        {
            // A law answers for a rule that throws while it steps, not for one that throws while it is made of other options.
            return new(law, rule, null, $"{e.GetType().Name}: {e.Message}");
        }
    }

    public int Cases => Verdict is Verdict.Holds held ? held.cases : 0;

    public string? Excluded => Verdict is Verdict.Excluded excluded ? excluded.reason : null;

    public Counterexample? Counterexample => Verdict is Verdict.Broken broken ? broken.Item : null;

    /// <summary>What is wrong, line by line.</summary>
    public IReadOnlyList<string> Differences => Counterexample is { } found ? [.. found.Violations] : [Obstacle];

    public bool Fails => Verdict is null or Verdict.Broken;
}
