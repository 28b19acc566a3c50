namespace Optim.Functional;

/// <summary>The pure face: <c>(params, grads, state) -> (params', state')</c>. Inputs are only read; results share no array with
/// them.</summary>
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
    /// <param name="gradients">By name, each the shape of its parameter. A parameter without one is skipped: neither it nor its state
    /// changes.</param>
    /// <param name="state">From <see cref="Init(IRule, Params)"/> or an earlier step.</param>
    /// <param name="scale">Factor on every gradient: 1/64 undoes a loss scale of 64.</param>
    /// <param name="how">Threads and lanes; they do not change the result.</param>
    /// <param name="donate">Whether <paramref name="parameters"/> and <paramref name="state"/> are not needed any more: where both came out
    /// of an earlier step, the results are written in their place, which costs what a step in place does. They must not be used again;
    /// using them says so.</param>
    /// <exception cref="ArgumentException">Names, shapes or element types do not fit, the state is another rule's, a hyperparameter is out
    /// of range, or a gradient is not finite and the rule is set to throw.</exception>
    public static (Params Parameters, State State) Step(
        this IRule rule,
        Params parameters,
        Params gradients,
        State state,
        double scale = 1,
        Execution? how = null,
        bool donate = false)
    {
        var plan = Whole(rule, parameters, state);
        if (plan.Rule is IClosureRule) throw Fault.NoClosure(plan.Rule);
        Fault.Finite(plan.Name, "scale", scale);
        Check.Gradients(plan, parameters, gradients);
        how ??= Execution.Default;
        return parameters[0] is NDArray<float>
            ? Step<float>(plan, parameters, gradients, state, scale, how, donate)
            : Step<double>(plan, parameters, gradients, state, scale, how, donate);
    }

    static (Params, State) Step<T>(Plan plan, Params θ, Params g, State s, double scale, Execution how, bool donate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // It is nobody else's until the step has ended: a rule's Bind may step too.
        var stepper = Kept<T>.Stepper ?? new();
        Kept<T>.Stepper = null;
        stepper.Begin(how, θ[0].Device);
        try { return Step(stepper, plan, θ, g, s, scale, donate); }
        finally
        {
            stepper.End();
            stepper.Forget();
            Kept<T>.Stepper = stepper;
        }
    }

    /// <summary>A stepper that is kept for a thread's next step, but for all that it held.</summary>
    static class Kept<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        [ThreadStatic] public static Stepper<T>? Stepper;
    }

    /// <summary>A step by a stepper that has begun it.</summary>
    internal static (Params, State) Step<T>(Stepper<T> stepper, Plan plan, Params θ, Params g, State s, double scale, bool donate)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var part = new int[θ.Count];
        for (var i = 0; i < part.Length && plan.Parts.Count > 0; i++) part[i] = plan.PartOf(θ.Names[i], θ[i].Shape);
        if (plan.Gradient.Length > 0) Read();
        var (values, entries) = (new NDArray[θ.Count], new ParameterState[θ.Count]);
        var shared = (Scalars[])s.Shared.Clone();
        var isMade = stepper.Scan.Decide(plan, scale, s.Progress) && (!stepper.Scan.IsLarge || StaysFinite());
        var inPlace = donate && s.IsMade && isMade && CameTogether(θ, s.Shape);
        if (isMade)
        {
            stepper.BeginFit();
            Fit(inPlace);
            stepper.Run();
            stepper.Commit();
        }
        for (var i = 0; i < values.Length; i++)
            if (values[i] is null)
                (values[i], entries[i]) = inPlace ? (θ[i], s.Entries[i]) : (θ[i].Clone(), s.Entries[i].Copy((_, slot) => slot.Clone()));
        if (stepper.Scan.Waits) stepper.Scan.Keep(plan, i => entries[i]);
        else if (plan.Sums)
            foreach (var entry in entries) entry.HasSum = false;
        var result = θ.With(values);
        var next = new State(plan, result, entries, s.Steps + (isMade ? 1 : 0), shared)
        {
            IsMade = true,
            MicroSteps = stepper.Scan.Waits ? s.MicroSteps + 1 : 0,
        };
        if (donate) (θ.IsDonated, s.IsDonated, s.Shape.IsDonated) = (inPlace, true, inPlace);
        return (result, next);

        void Read()
        {
            for (var i = 0; i < part.Length; i++)
            {
                var (of, k) = (plan.Resolved[part[i]], g.IndexOf(θ.Names[i]));
                var before = plan.Sums ? s.Entries[i].OpenSum<T>() : null;
                if (of.IsFrozen || (k < 0 && before is null)) continue;
                stepper.Scan.Add(new(k < 0 ? null : (NDArray<T>)g[k], (NDArray<T>)θ[i], θ.Names[i], i, of.Rule, before));
            }
        }

        // What the step is made with: the gradients, or what stages have made of them.
        NDArray<T>?[] Gradients()
        {
            var all = new NDArray<T>?[part.Length];
            if (plan.PreparesGradients)
                foreach (ref readonly var given in stepper.Scan.Gradients) all[given.Number] = given.G;
            else
                for (var k = 0; k < g.Count; k++) all[θ.IndexOf(g.Names[k])] = (NDArray<T>)g[k];
            return all;
        }

        bool StaysFinite()
        {
            stepper.BeginTrial();
            Fit(inPlace: true);
            (values, entries, shared) = (new NDArray[θ.Count], new ParameterState[θ.Count], (Scalars[])s.Shared.Clone());
            if (stepper.EndTrial() is not { } found) return true;
            if (plan.NonFinite == NonFinite.Skip) return false;
            var name = θ.Names[Array.IndexOf(θ.Values, found.θ)];
            throw Fault.NonFiniteStep(plan, name, found.Slot, found.Found, found.At, g[name]);
        }

        void Fit(bool inPlace)
        {
            var given = Gradients();
            for (var p = 0; p < plan.Resolved.Length; p++)
            {
                var own = plan.Resolved[p];
                stepper.BeginGroup(own, ((IGradientRule)own.Rule).Lr, s.Steps, shared[p]);
                for (var i = 0; i < part.Length; i++)
                {
                    if (part[i] != p || own.IsFrozen || given[i] is not { } gradient) continue;
                    var after = inPlace ? null : (NDArray<T>)θ[i].Uninitialised();
                    (values[i], entries[i]) = (after ?? θ[i], stepper.Add((NDArray<T>)θ[i], gradient, s.Entries[i], after));
                }
                stepper.EndGroup();
            }
            stepper.Bind(shared);
        }
    }

    static bool CameTogether(Params θ, Params made)
    {
        for (var i = 0; i < θ.Count; i++)
            if (!ReferenceEquals(θ[i].Storage, made[i].Storage) || θ[i].Extent != made[i].Extent) return false;
        return true;
    }

    /// <summary>The parameters under their names; one without a name has none.</summary>
    internal static Parameter[] Named(Params θ) =>
        [.. θ.Entries.Select(p => new Parameter(p.Value, p.Key.Length == 0 && θ.Count == 1 ? null : p.Key))];

    /// <summary>The plan of these parameters; throws where they are not as they have to be.</summary>
    static Plan Whole(IRule rule, Params θ)
    {
        var plan = Plan.Of(rule);
        plan.Validate();
        if (θ is null) throw Fault.Null("the parameters");
        if (θ.Count == 0) throw Fault.EmptyList(plan.Name);
        for (var i = 0; i < θ.Count; i++) Check.Parameter(θ.Names[i], θ[i], θ[0]);
        return plan;
    }

    /// <summary>The same, of parameters and their state.</summary>
    static Plan Whole(IRule rule, Params θ, State state)
    {
        var plan = Whole(rule, θ);
        Check.State(plan, state ?? throw Fault.Null("the state"), θ);
        return plan;
    }
}
