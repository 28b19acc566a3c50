namespace Optim.Functional;

/// <summary>Functions of schedulers: one, or one for each group.</summary>
static class EachGroup
{
    public static Delegate[] Checked(string scheduler, Optimizer optimizer, Func<long, double>[] functions)
    {
        if (functions is null || functions.Any(f => f is null)) throw Fault.Null("a function");
        var groups = (optimizer ?? throw Fault.Null("the optimizer")).ParamGroups.Count;
        return functions.Length == 1 || functions.Length == groups ? functions : throw Fault.GroupCount(scheduler, "lr_lambda", groups, functions.Length);
    }

    public static Func<long, double> Of(SchedulerOptions options, int group)
    {
        var all = (Func<long, double>[])options["lr_lambda"]!;
        return all[all.Length == 1 ? 0 : group];
    }
}

/// <summary>torch's names of ways from one value to another.</summary>
static class Anneal
{
    public const string Cosine = "cos", Linear = "linear";

    public static string Checked(string scheduler, string strategy) =>
        strategy is Cosine or Linear ? strategy : throw Fault.AnnealStrategy(scheduler, strategy);
}
