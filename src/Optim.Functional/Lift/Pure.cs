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
        Whole(rule, parameters);
        var entries = new ParameterState[parameters.Count];
        for (var i = 0; i < entries.Length; i++)
        {
            entries[i] = new();
            if (rule is IElementwiseRule { EagerState: true } e) entries[i].Fit(e, e.Slots, parameters[i]);
        }
        return new(rule.Name, parameters, entries);
    }

    /// <summary>One step: new parameters and new state; the arguments stay as they are.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="gradients">By name, each the shape of its parameter. A parameter without one is skipped: neither it nor its state changes.</param>
    /// <param name="state">From <see cref="Init(IRule, Params)"/> or an earlier step.</param>
    /// <param name="scale">Factor on every gradient: 1/64 undoes a loss scale of 64.</param>
    /// <param name="how">Threads and lanes; they do not change the result.</param>
    /// <exception cref="ArgumentException">Names, shapes or element types do not fit, the state is another rule's, a hyperparameter is out of range,
    /// or a gradient is not finite and the rule is set to throw.</exception>
    public static (Params Parameters, State State) Step(this IElementwiseRule rule, Params parameters, Params gradients, State state, double scale = 1, Execution? how = null)
    {
        Whole(rule, parameters);
        if (gradients is null) throw Fault.Null("the gradients");
        if (state is null) throw Fault.Null("the state");
        Fault.Finite(rule.Name, "scale", scale);
        Check.State(rule, state, parameters);
        foreach (var name in gradients.Names)
            if (!parameters.Contains(name)) throw Fault.NoParameter(rule, name, parameters.Names);
            else Check.Gradient(rule, name, parameters[name], gradients[name]);
        return parameters[0] is NDArray<float>
            ? Step<float>(rule, parameters, gradients, state, scale, how ?? Execution.Default)
            : Step<double>(rule, parameters, gradients, state, scale, how ?? Execution.Default);
    }

    static (Params, State) Step<T>(IElementwiseRule rule, Params θ, Params g, State s, double scale, Execution how) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (values, entries, stepper) = (new NDArray[θ.Count], new ParameterState[θ.Count], new Stepper<T>());
        stepper.By(rule);
        var skip = false;
        for (var i = 0; i < g.Count; i++) skip |= Check.Skips(rule, rule.NonFinite, g.Names[i], (NDArray<T>)g[i]);
        for (var i = 0; i < values.Length; i++)
        {
            var k = g.IndexOf(θ.Names[i]);
            if (skip || k < 0)
            {
                (values[i], entries[i]) = (θ[i].Clone(), s.Entries[i].Copy(slot => slot.Clone()));
                continue;
            }
            var (before, old) = ((NDArray<T>)θ[i], s.Entries[i].Copy(slot => slot));
            old.Fit(rule, rule.Slots, before);
            var (after, now) = ((NDArray<T>)before.Uninitialised(), old.Copy(_ => before.Uninitialised()));
            stepper.Add(before, (NDArray<T>)g[k], old, after, now);
            (values[i], entries[i]) = (after, now);
        }
        if (!skip && rule.MaxGradNorm < double.PositiveInfinity)
            scale *= Clip.Factor(Math.Abs(scale) * Clip.Norm([.. g.Values.Cast<NDArray<T>>()], how), rule.MaxGradNorm);
        stepper.Run(scale, how);
        var result = θ.With(values);
        return (result, new(rule.Name, result, entries));
    }

    /// <summary>Runs <paramref name="steps"/> steps and returns where they lead. The states in between are the function's own, so they are updated in place.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="gradient">Gradients at given parameters; these are overwritten after it returns, so what it keeps it must copy.</param>
    /// <param name="steps">How many, at least 0.</param>
    /// <param name="parameters">Start; not written to.</param>
    /// <param name="state">State at the start; not written to.</param>
    /// <param name="how">Threads and lanes; they do not change the result.</param>
    /// <exception cref="ArgumentException">As <see cref="Step(IElementwiseRule, Params, Params, State, double, Execution)"/>.</exception>
    public static (Params Parameters, State State) Run(this IElementwiseRule rule, Func<Params, Params> gradient, int steps, Params parameters, State state, Execution? how = null)
    {
        Whole(rule, parameters);
        if (gradient is null) throw Fault.Null("the gradient function");
        if (steps < 0) throw Fault.NegativeSteps(rule, steps);
        Check.State(rule, state ?? throw Fault.Null("the state"), parameters);
        var own = parameters.Entries.Select(p => new Parameter(p.Value.Clone(), p.Key)).ToArray();
        var optimizer = new Optimizer(own, rule) { Execution = how ?? Execution.Default };
        optimizer.Take(state);
        var here = parameters.With(Array.ConvertAll(own, p => p.Value));
        for (var t = 0; t < steps; t++)
        {
            var g = gradient(here) ?? throw Fault.Null("the gradients");
            foreach (var name in g.Names)
                if (!parameters.Contains(name)) throw Fault.NoParameter(rule, name, parameters.Names);
                else Check.Gradient(rule, name, parameters[name], g[name]);
            for (var i = 0; i < own.Length; i++) own[i].Grad = g.IndexOf(own[i].Name!) is >= 0 and var k ? g[k] : null;
            optimizer.Step();
        }
        return (here, optimizer.Give(here));
    }

    static void Whole(IRule rule, Params θ)
    {
        (rule ?? throw Fault.Null("the rule")).Validate();
        if (θ is null) throw Fault.Null("the parameters");
        if (θ.Count == 0) throw Fault.NoParameters(rule);
        for (var i = 0; i < θ.Count; i++) Check.Parameter(θ.Names[i], θ[i], θ[0]);
    }
}
