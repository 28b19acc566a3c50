namespace Optim.Functional;

/// <summary>What is done by an optimizer in place: many steps, and the loading of saved states.</summary>
public static partial class Pure
{
    /// <summary>The state that was saved from a run of these parameters, on either face.</summary>
    /// <param name="rule">The rule, or the plan. Its options are its own: where the saved ones are others, the report says so.</param>
    /// <param name="saved">The state dict; copied.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="strict">True: a state that does not fit throws. False: what fits is taken.</param>
    /// <exception cref="ArgumentException">Strict, and something does not fit; all differences are listed.</exception>
    public static (State State, LoadReport Report) Load(this IRule rule, StateDict saved, Params parameters, bool strict = true)
    {
        var plan = Whole(rule, parameters);
        var optimizer = new Optimizer(Named(parameters), plan);
        var before = optimizer.ParamGroups.Select(g => g.Options).ToArray();
        var report = optimizer.LoadStateDict(saved, strict);
        var options = optimizer.ParamGroups.SelectMany((g, i) => g.Options
            .Select(o => (g.Rule.Name, o.Key, Saved: RuleInfo.Text(o.Value), Own: RuleInfo.Text(before[i][o.Key])))
            .Where(o => o.Saved != o.Own)
            .Select(o => $"{o.Name}: {o.Key} is {o.Saved} in the saved state, {o.Own} in the rule"));
        return (optimizer.Give(plan, parameters), report with { Differences = [.. report.Differences, .. options], Changed = [] });
    }

    /// <summary>Runs <paramref name="steps"/> steps and returns where they lead. The states in between are the function's own, so they are
    /// updated in place.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="gradient">Gradients at given parameters; these are overwritten after it returns, so what it keeps it must copy.</param>
    /// <param name="steps">How many, at least 0.</param>
    /// <param name="parameters">Start; not written to.</param>
    /// <param name="state">State at the start; not written to.</param>
    /// <param name="how">Threads and lanes; they do not change the result.</param>
    /// <param name="over">Processes that make the steps together, with the mean of their gradients; each has all of the state.</param>
    /// <exception cref="ArgumentException">As <see cref="Step(IRule, Params, Params, State, double, Execution, bool)"/>.</exception>
    /// <exception cref="NotSupportedException">The processes are to have parts of the state.</exception>
    public static (Params Parameters, State State) Run(
        this IRule rule,
        Func<Params, Params> gradient,
        int steps,
        Params parameters,
        State state,
        Execution? how = null,
        ProcessGroup? over = null)
    {
        var plan = Whole(rule, parameters, state);
        if (plan.Rule is IClosureRule) throw Fault.NoClosure(plan.Rule);
        if (gradient is null) throw Fault.Null("the gradient function");
        if (steps < 0) throw Fault.NegativeSteps(plan, steps);
        var own = parameters.Entries.Select(p => new Parameter(p.Value.Clone(), p.Key)).ToArray();
        var optimizer = new Optimizer(own, rule, over: over) { Execution = how ?? Execution.Default };
        if (optimizer.HasParts) throw Fault.PureInParts(plan);
        optimizer.Take(state);
        var here = parameters.With(Array.ConvertAll(own, p => p.Value));
        for (var t = 0; t < steps; t++)
        {
            var g = gradient(here);
            Check.Gradients(plan, parameters, g);
            for (var i = 0; i < own.Length; i++) own[i].Grad = g.IndexOf(own[i].Name!) is >= 0 and var k ? g[k] : null;
            optimizer.Step();
        }
        return (here, optimizer.Give(plan, here));
    }
}
