namespace Optim.Functional;

/// <summary>The parameters that a model is evaluated with, where they are others than those that it trains at.</summary>
public static partial class Pure
{
    /// <summary>The parameters for evaluation: the plan's average (<see cref="Ema"/>), else what the rule says (Schedule-Free's x), else
    /// the parameters themselves.</summary>
    /// <param name="rule">The rule, or the plan.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="state">Their state.</param>
    /// <returns>New arrays; the arguments stay as they are.</returns>
    /// <exception cref="ArgumentException">The state is another rule's, or does not fit the parameters.</exception>
    public static Params View(this IRule rule, Params parameters, State state)
    {
        var plan = Whole(rule, parameters, state);
        var values = new NDArray[parameters.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = Functional.View.Of(plan.For(parameters.Names[i], parameters[i].Shape), parameters[i], state[i]);
        return parameters.With(values);
    }
}

/// <summary>What one parameter is evaluated with.</summary>
static class View
{
    /// <summary>A new array.</summary>
    public static NDArray Of(Plan plan, NDArray θ, ParameterState state) =>
        θ is NDArray<float> single ? Of(plan, single, state) : Of(plan, θ.As<double>(), state);

    static NDArray Of<T>(Plan plan, NDArray<T> θ, ParameterState state) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (!state.Exists || !state.Fits(plan.SlotsOf(θ))) return θ.Clone();
        for (var i = plan.After.Length - 1; i >= 0; i--)
            if (plan.After[i].IsView) return state.Values[state.Values.Length - plan.After.Length + i].Clone();
        if (plan.Rule is not IView rule) return θ.Clone();
        var result = (NDArray<T>)θ.Uninitialised();
        var (from, to) = (new Operand<T>(θ.Where, θ.Length), new Operand<T>(result.Where, θ.Length));
        new Passes<T> { Device = θ.Device?.NewEngine<T>() }.Run(new Viewing(rule), from, from, to, Places<T>.Of(θ, state.Values));
        return result;
    }

    readonly struct Viewing(IView rule) : IPass
    {
        public void Bind<L, U>(ref U use)
            where L : struct, ILane<L>
            where U : struct, IUseStep<L> =>
            rule.View<L, U>(ref use);
    }
}
