namespace Optim.Functional;

/// <summary>The pure face of rules that ask for the loss: <c>(f, params, state) -> (params', state', loss)</c>.</summary>
public static partial class Pure
{
    /// <summary>One step, which asks <paramref name="f"/> at one or more points.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="f">Loss and gradients by name at given parameters; an absent gradient counts as zero.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="state">From <see cref="Init(IRule, Params)"/> or an earlier step.</param>
    /// <param name="how">Threads and lanes; they do not change the result.</param>
    /// <returns>New parameters, new state, and the loss at <paramref name="parameters"/>.</returns>
    /// <exception cref="ArgumentException">Names, shapes or element types do not fit, the state is another rule's, a hyperparameter is out
    /// of range, or a loss or a gradient is not finite and the rule is set to throw.</exception>
    public static (Params Parameters, State State, double Loss) Step(this IRule rule, Func<Params, (double Loss, Params Gradients)> f,
        Params parameters, State state, Execution? how = null)
    {
        var plan = Whole(rule, parameters, state);
        if (plan.Rule is not IClosureRule) throw Fault.NoFunction(plan);
        if (f is null) throw Fault.NoClosure(plan.Rule);
        how ??= Execution.Default;
        return parameters[0] is NDArray<float>
            ? Step<float>(plan, f, parameters, state, how)
            : Step<double>(plan, f, parameters, state, how);
    }

    static (Params, State, double) Step<T>(Plan plan, Func<Params, (double, Params)> f, Params θ, State s, Execution how)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (rule, n, differences, device) = ((IClosureRule)plan.Rule, Flat.Length(θ.Values), new List<string>(), θ[0].Device);
        var solver = rule.Resume<T>(n, lasts: false, device, s.ModelState, differences);
        if (differences.Count > 0) throw Fault.Load(rule.Name, differences);
        var there = device is null ? null : new DeviceBlas<T>(device);
        var asked = new Asked<T>(plan, f, θ, n, how, there);
        try
        {
            var end = solver.Step(rule, asked, how, n);
            var result = θ.With(Flat.Split(end, θ.Values, how, there));
            var next = new State(plan, result, s.Entries, s.Steps + 1, s.Shared, solver.Save());
            return (result, next, asked.First ?? throw Fault.NeverAsked(rule));
        }
        catch (Skipped)
        {
            var kept = s.ModelState.Count > 0 ? solver.Save() : null;
            return (θ.Copy(), new(plan, θ, s.Entries, s.Steps, s.Shared, kept), asked.First!.Value);
        }
    }

    /// <summary>The function, which is given parameters of its own to keep, and whose gradients are checked.</summary>
    sealed class Asked<T>(Plan plan, Func<Params, (double, Params)> f, Params θ, int n, Execution how, DeviceBlas<T>? there)
        : IObjective<T>, IPlacedObjective<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Scan<T> scan = new();
        Place<T>? start;
        int evaluations;

        public double? First { get; private set; }

        T[] IObjective<T>.Start => Start.Array;

        public Place<T> Start
        {
            get
            {
                if (start is { } read) return read;
                var to = Allocation.Vector<T>(there?.Device, n);
                Flat.Read(θ.Values, to, how, there);
                start = to;
                return to;
            }
        }

        public (double Loss, double Largest) Evaluate(T[]? at, T[] gradient, double scale)
        {
            Solvers.Asked(plan.Rule, at, gradient, n);
            return Evaluate(Place<T>.Of(at), gradient, scale);
        }

        public (double Loss, double Largest) Evaluate(Place<T>? at, Place<T> gradient, double scale)
        {
            var (loss, g) = f(θ.With(Flat.Split<T>(new(at), θ.Values, how, there)));
            First ??= loss;
            evaluations++;
            scan.Begin(how, there?.Engine);
            Check.Gradients(plan, θ, g);
            var dense = Array.ConvertAll(g.Values, x => x.IsSparse ? ((NDArray<T>)x).Scattered() : (NDArray<T>)x);
            for (var i = 0; i < g.Count; i++)
                scan.Add(new(dense[i], (NDArray<T>)θ[g.Names[i]], g.Names[i], θ.IndexOf(g.Names[i]), plan.Rule));
            if (!scan.Decide(plan, scale, default) || !plan.Allows(loss, evaluations)) throw new Skipped();
            return (loss, Flat.Read(θ.Values, Gradient, scan.Scale, gradient, how, there));

            NDArray<T>? Gradient(int i) => g.IndexOf(θ.Names[i]) is >= 0 and var k ? dense[k] : null;
        }
    }
}
