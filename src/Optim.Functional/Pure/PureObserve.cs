namespace Optim.Functional;

/// <summary>Other gradients than those of a step.</summary>
public static partial class Pure
{
    /// <summary>The state after other gradients than those of a step have been seen: of labels that the model drew itself (SophiaG's
    /// Hessian), of the parameters before a step (MARS, exact). Nothing moves, and no step is counted.</summary>
    /// <param name="rule">The rule, or the plan; the gradients of parameters whose rule observes nothing are passed over. Of its gradient
    /// stages all act but <see cref="ClipNorm"/>.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="gradients">By name, each the shape of its parameter; some may be absent.</param>
    /// <param name="state">Their state.</param>
    /// <param name="scale">Factor on every gradient.</param>
    /// <param name="how">Threads and lanes; they do not change the result.</param>
    /// <exception cref="ArgumentException">Names, shapes or element types do not fit, the state is another rule's, no rule observes
    /// anything, or a gradient is not finite and the rule is set to throw.</exception>
    public static State Observe(
        this IRule rule, Params parameters, Params gradients, State state, double scale = 1, Execution? how = null)
    {
        var plan = Whole(rule, parameters, state);
        if (!plan.Observes) throw Fault.ObservesNothing(plan);
        Fault.Finite(plan.Name, "scale", scale);
        Check.Gradients(plan, parameters, gradients);
        how ??= Execution.Default;
        return parameters[0] is NDArray<float>
            ? Observe<float>(plan, parameters, gradients, state, scale, how)
            : Observe<double>(plan, parameters, gradients, state, scale, how);
    }

    static State Observe<T>(Plan plan, Params θ, Params g, State s, double scale, Execution how)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (observation, entries) = (new Observation<T>(plan, how, θ[0].Device?.NewEngine<T>()), new ParameterState[θ.Count]);
        var own = Array.ConvertAll(entries, _ => plan);
        for (var i = 0; i < own.Length; i++) own[i] = plan.For(θ.Names[i], θ[i].Shape);
        for (var k = 0; k < g.Count; k++)
            if (own[θ.IndexOf(g.Names[k])].Rule is IObservingRule rule)
                observation.Scan.Add(new((NDArray<T>)g[k], (NDArray<T>)θ[g.Names[k]], g.Names[k], k, rule));
        var isMade = observation.Decide(scale);
        for (var i = 0; i < entries.Length; i++)
        {
            if (!isMade || own[i].Rule is not IObservingRule { Lr: var lr } || g.IndexOf(θ.Names[i]) is not (>= 0 and var k))
                entries[i] = s.Entries[i].Copy((_, slot) => slot.Clone());
            else
                entries[i] = observation.Add(
                    own[i], (NDArray<T>)θ[i], (NDArray<T>)g[k], s.Entries[i], own[i].LrAt(s.Steps, lr), apart: true);
        }
        observation.Run();
        return new(plan, θ, entries, s.Steps, (Scalars[])s.Shared.Clone()) { MicroSteps = s.MicroSteps };
    }
}
