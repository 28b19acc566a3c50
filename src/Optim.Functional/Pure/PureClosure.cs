using System.Numerics;

namespace Optim.Functional;

/// <summary>The pure face of L-BFGS: <c>(f, params, state) -> (params', state', loss)</c>.</summary>
public static partial class Pure
{
    /// <summary>One step: up to max_iter iterations, each asking <paramref name="f"/> at one or more points.</summary>
    /// <param name="rule">L-BFGS.</param>
    /// <param name="f">Loss and gradients by name at given parameters; an absent gradient counts as zero.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="state">From <see cref="Init(IRule, Params)"/> or an earlier step.</param>
    /// <returns>New parameters, new state, and the loss at <paramref name="parameters"/>.</returns>
    /// <exception cref="ArgumentException">Names, shapes or element types do not fit, the state is another rule's, a hyperparameter is out of range,
    /// or a gradient is not finite and the rule is set to throw.</exception>
    public static (Params Parameters, State State, double Loss) Step(this LBFGS rule, Func<Params, (double Loss, Params Gradients)> f,
        Params parameters, State state)
    {
        Whole(rule, parameters);
        if (f is null) throw Fault.NoClosure(rule);
        Check.State(Plan.Of(rule), state ?? throw Fault.Null("the state"), parameters);
        return parameters[0] is NDArray<float> ? Step<float>(rule, f, parameters, state) : Step<double>(rule, f, parameters, state);
    }

    static (Params, State, double) Step<T>(LBFGS rule, Func<Params, (double, Params)> f, Params θ, State s) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var work = new LbfgsWork<T>(Flat.Length(θ.Values), lasts: false);
        work.Load(s.Memory ?? LbfgsMemory.Empty);
        var asked = new Asked<T>(rule, f, θ);
        try
        {
            var (end, loss) = rule.Step(asked, work, Execution.Default);
            var result = θ.With(Flat.Split(end, θ.Values, Execution.Default));
            return (result, new(Plan.Of(rule), result, s.Entries, s.Steps + 1, s.Shared, work.Save()), loss);
        }
        catch (Skipped) { return (θ.Copy(), new(Plan.Of(rule), θ, s.Entries, s.Steps, s.Shared, work.Save()), asked.First!.Value); }
    }

    /// <summary>The function, which is given parameters of its own to keep, and whose gradients are checked.</summary>
    sealed class Asked<T>(LBFGS rule, Func<Params, (double, Params)> f, Params θ) : IObjective<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        public double? First { get; private set; }

        public void Start(T[] flat) => Flat.Read(θ.Values, flat, Execution.Default);

        public (double Loss, double Largest) Evaluate(T[]? at, double scale, T[] gradient)
        {
            var (loss, g) = f(θ.With(Flat.Split<T>(new(at), θ.Values, Execution.Default)));
            First ??= loss;
            foreach (var name in (g ?? throw Fault.Null("the gradients")).Names)
            {
                if (!θ.Contains(name)) throw Fault.NoParameter(rule, name, θ.Names);
                Check.Gradient(rule, name, θ[name], g[name]);
                if (Check.Skips(rule, rule.NonFinite, name, (NDArray<T>)g[name])) throw new Skipped();
            }
            return (loss, Flat.Read(θ.Values, i => g.IndexOf(θ.Names[i]) is >= 0 and var k ? (NDArray<T>)g[k] : null, scale, gradient, Execution.Default));
        }
    }
}
