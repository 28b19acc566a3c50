using System.Numerics;

namespace Optim.Functional;

/// <summary>The pure face: <c>(params, grads, state) -> (params', state')</c>. Inputs are only read; results share no array with them.</summary>
public static partial class Pure
{
    /// <summary>The state before the first step.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="parameters">At least one, dense, all float or all double.</param>
    /// <exception cref="ArgumentException">A hyperparameter is out of range, or the parameters are not as said.</exception>
    public static State Init(this IRule rule, Params parameters)
    {
        var plan = Whole(rule, parameters);
        var entries = new ParameterState[parameters.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            var part = plan.For(parameters.Names[i], parameters[i].Shape);
            Check.Shape(part.Rule, parameters.Names[i], parameters[i]);
            entries[i] = part.Rule is IGradientRule { EagerState: true } own ? ParameterState.Eager(part, parameters[i], own.Lr) : new();
        }
        return new(plan, parameters, entries, 0, plan.StartShared());
    }

    /// <summary>One step: new parameters and new state; the arguments stay as they are.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="gradients">By name, each the shape of its parameter. A parameter without one is skipped: neither it nor its state changes.</param>
    /// <param name="state">From <see cref="Init(IRule, Params)"/> or an earlier step.</param>
    /// <param name="scale">Factor on every gradient: 1/64 undoes a loss scale of 64.</param>
    /// <param name="how">Threads and lanes; they do not change the result.</param>
    /// <param name="donate">Whether <paramref name="parameters"/> and <paramref name="state"/> are not needed any more: where both came out of an earlier
    /// step, the results are written in their place, which costs what a step in place does. They must not be used again; using them says so.</param>
    /// <exception cref="ArgumentException">Names, shapes or element types do not fit, the state is another rule's, a hyperparameter is out of range,
    /// or a gradient is not finite and the rule is set to throw.</exception>
    public static (Params Parameters, State State) Step(this IRule rule, Params parameters, Params gradients, State state, double scale = 1, Execution? how = null,
        bool donate = false)
    {
        var plan = Whole(rule, parameters);
        if (plan.Rule is IClosureRule) throw Fault.NoClosure(plan.Rule);
        if (gradients is null) throw Fault.Null("the gradients");
        if (state is null) throw Fault.Null("the state");
        Fault.Finite(plan.Name, "scale", scale);
        Check.State(plan, state, parameters);
        foreach (var name in gradients.Names)
            if (!parameters.Contains(name)) throw Fault.NoParameter(plan, name, parameters.Names);
            else Check.Gradient(plan.For(name, parameters[name].Shape).Rule, name, parameters[name], gradients[name]);
        return parameters[0] is NDArray<float>
            ? Step<float>(plan, parameters, gradients, state, scale, how ?? Execution.Default, donate)
            : Step<double>(plan, parameters, gradients, state, scale, how ?? Execution.Default, donate);
    }

    static (Params, State) Step<T>(Plan plan, Params θ, Params g, State s, double scale, Execution how, bool donate) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var stepper = Free<T>.Take();
        stepper.Begin(how);
        try { return Step(stepper, plan, θ, g, s, scale, donate); }
        finally
        {
            stepper.End();
            stepper.Forget();
            Free<T>.Give(stepper);
        }
    }

    /// <summary>A stepper that is kept for a thread's next step, but for all that it held.</summary>
    static class Free<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [ThreadStatic] static Stepper<T>? free;

        /// <summary>It is nobody else's until it is given back: a rule's Bind may step too.</summary>
        public static Stepper<T> Take()
        {
            var taken = free ?? new();
            free = null;
            return taken;
        }

        public static void Give(Stepper<T> stepper) => free = stepper;
    }

    static (Params, State) Step<T>(Stepper<T> stepper, Plan plan, Params θ, Params g, State s, double scale, bool donate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var part = new int[θ.Count];
        for (var i = 0; i < part.Length && plan.Parts.Count > 0; i++) part[i] = plan.PartOf(θ.Names[i], θ[i].Shape);
        for (var i = 0; i < g.Count && plan.Gradient.Length > 0; i++)
            stepper.Scan.Add((NDArray<T>)g[i], g.Names[i], i, plan.Resolved[part[θ.IndexOf(g.Names[i])]].Rule);
        var (values, entries) = (new NDArray[θ.Count], new ParameterState[θ.Count]);
        var isMade = stepper.Scan.Decide(plan, scale);
        var inPlace = donate && s.IsMade && isMade && CameTogether(θ, s.Shape);
        var shared = (Scalars[])s.Shared.Clone();
        if (isMade)
        {
            Fit();
            stepper.Run();
            stepper.Commit();
        }
        for (var i = 0; i < values.Length; i++)
            if (values[i] is null)
                (values[i], entries[i]) = inPlace ? (θ[i], s.Entries[i]) : (θ[i].Clone(), s.Entries[i].Copy(slot => slot.Clone()));
        var result = θ.With(values);
        var next = new State(plan, result, entries, s.Steps + (isMade ? 1 : 0), shared) { IsMade = true };
        if (donate) (θ.IsDonated, s.IsDonated, s.Shape.IsDonated) = (inPlace, true, inPlace);
        return (result, next);

        void Fit()
        {
            for (var p = 0; p < plan.Resolved.Length; p++)
            {
                var own = plan.Resolved[p];
                var lr = ((IGradientRule)own.Rule).Lr;
                stepper.BeginGroup(own, own.Schedule?.At(s.Steps, lr) ?? lr, shared[p]);
                for (var i = 0; i < part.Length; i++)
                {
                    if (part[i] != p || g.IndexOf(θ.Names[i]) is not (>= 0 and var k)) continue;
                    var after = inPlace ? null : (NDArray<T>)θ[i].Uninitialised();
                    (values[i], entries[i]) = (after ?? θ[i], stepper.Add((NDArray<T>)θ[i], (NDArray<T>)g[k], s.Entries[i], after));
                }
                stepper.EndGroup();
            }
            stepper.Bind(stepper.Scan.Scale, shared);
        }
    }

    static bool CameTogether(Params θ, Params made)
    {
        for (var i = 0; i < θ.Count; i++)
            if (!ReferenceEquals(θ[i].Storage, made[i].Storage) || θ[i].Extent != made[i].Extent) return false;
        return true;
    }

    /// <summary>The parameters under their names; one without a name has none.</summary>
    internal static Parameter[] Named(Params θ) => [.. θ.Entries.Select(p => new Parameter(p.Value, p.Key.Length == 0 && θ.Count == 1 ? null : p.Key))];

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
        var options = optimizer.ParamGroups.SelectMany((g, i) => g.Options.Where(o => RuleInfo.Text(o.Value) != RuleInfo.Text(before[i][o.Key]))
            .Select(o => $"{g.Rule.Name}: {o.Key} is {RuleInfo.Text(o.Value)} in the saved state, {RuleInfo.Text(before[i][o.Key])} in the rule"));
        return (optimizer.Give(plan, parameters), report with { Differences = [.. report.Differences, .. options] });
    }

    /// <summary>Runs <paramref name="steps"/> steps and returns where they lead. The states in between are the function's own, so they are updated in place.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="gradient">Gradients at given parameters; these are overwritten after it returns, so what it keeps it must copy.</param>
    /// <param name="steps">How many, at least 0.</param>
    /// <param name="parameters">Start; not written to.</param>
    /// <param name="state">State at the start; not written to.</param>
    /// <param name="how">Threads and lanes; they do not change the result.</param>
    /// <exception cref="ArgumentException">As <see cref="Step(IRule, Params, Params, State, double, Execution, bool)"/>.</exception>
    public static (Params Parameters, State State) Run(this IRule rule, Func<Params, Params> gradient, int steps, Params parameters, State state, Execution? how = null)
    {
        var plan = Whole(rule, parameters);
        if (plan.Rule is IClosureRule) throw Fault.NoClosure(plan.Rule);
        if (gradient is null) throw Fault.Null("the gradient function");
        if (steps < 0) throw Fault.NegativeSteps(plan, steps);
        Check.State(plan, state ?? throw Fault.Null("the state"), parameters);
        var own = parameters.Entries.Select(p => new Parameter(p.Value.Clone(), p.Key)).ToArray();
        var optimizer = new Optimizer(own, rule) { Execution = how ?? Execution.Default };
        optimizer.Take(state);
        var here = parameters.With(Array.ConvertAll(own, p => p.Value));
        for (var t = 0; t < steps; t++)
        {
            var g = gradient(here) ?? throw Fault.Null("the gradients");
            foreach (var name in g.Names)
                if (!parameters.Contains(name)) throw Fault.NoParameter(plan, name, parameters.Names);
                else Check.Gradient(plan.For(name, parameters[name].Shape).Rule, name, parameters[name], g[name]);
            for (var i = 0; i < own.Length; i++) own[i].Grad = g.IndexOf(own[i].Name!) is >= 0 and var k ? g[k] : null;
            optimizer.Step();
        }
        return (here, optimizer.Give(plan, here));
    }

    static Plan Whole(IRule rule, Params θ)
    {
        var plan = Plan.Of(rule);
        plan.Validate();
        if (θ is null) throw Fault.Null("the parameters");
        if (θ.Count == 0) throw Fault.EmptyList(plan.Name);
        for (var i = 0; i < θ.Count; i++) Check.Parameter(θ.Names[i], θ[i], θ[0]);
        return plan;
    }
}
