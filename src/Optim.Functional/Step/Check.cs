namespace Optim.Functional;

/// <summary>What is asked of parameters, gradients and states before anything is written.</summary>
static class Check
{
    public static void Parameter(string name, NDArray θ, NDArray first)
    {
        if (θ.IsSparse) throw Fault.SparseParameter(name);
        if (θ.ElementType != first.ElementType) throw Fault.MixedTypes(name, θ.ElementType, first.ElementType);
        if (!ReferenceEquals(θ.Device, first.Device)) throw Fault.MixedDevices(name, θ, first);
    }

    /// <summary>Whether the rule takes a parameter of this shape.</summary>
    public static void Shape(IRule rule, string name, NDArray θ)
    {
        if (θ.IsComplex && rule is IWholeRule)
            throw Fault.ShapeRefused(rule, name, θ, "it looks at real shapes, and these numbers are complex");
        if (θ.Device is not null && rule is not (IElementwiseRule or IWholeRule { IsMadeOfPasses: true } or IPlacedRule))
            throw Fault.RuleOnDevice(rule, name, θ);
        if ((rule as IGradientRule)?.Refuses(θ.Shape) is { } why) throw Fault.ShapeRefused(rule, name, θ, why);
    }

    /// <summary>Whether gradients by name are those of some of the parameters.</summary>
    public static void Gradients(Plan plan, Params θ, Params g)
    {
        foreach (var name in (g ?? throw Fault.Null("the gradients")).Names)
            if (!θ.Contains(name)) throw Fault.NoParameter(plan, name, θ.Names);
            else Gradient(plan.For(name, θ[name].Shape).Rule, name, θ[name], g[name]);
    }

    /// <param name="rule">The parameter's rule.</param>
    /// <param name="name">The parameter's name, or null where only its number is known: a label is made when it is needed.</param>
    /// <param name="θ">The parameter.</param>
    /// <param name="g">The gradient.</param>
    /// <param name="number">The parameter's number.</param>
    public static void Gradient(IRule rule, string? name, NDArray θ, NDArray g, int number = 0)
    {
        if (g.ElementType != θ.ElementType) throw Fault.GradientType(rule, Label(), g.ElementType, θ.ElementType);
        if (!g.SameShape(θ)) throw Fault.GradientShape(rule, Label(), g, θ);
        if (!ReferenceEquals(g.Device, θ.Device)) throw Fault.GradientDevice(rule, Label(), g, θ);
        if (rule is not IGradientRule { Sparse: var sparse }) return; // a closure rule's is made dense
        if (!g.IsSparse && sparse == SparseGradients.Only) throw Fault.DenseGradient(rule, Label());
        if (!g.IsSparse) return;
        if (sparse == SparseGradients.Refuse) throw Fault.SparseGradient(rule, Label());
        if (rule is IGradientRule { WeightDecay: not 0 and var decay }) throw Fault.SparseDecay(rule, Label(), decay);

        string Label() => name ?? $"parameter {number}";
    }

    /// <summary>Whether the rule takes gradients that are as sparse as this one: if not, <see cref="Gradient"/> says why.</summary>
    public static bool Takes(IGradientRule rule, NDArray g) =>
        g.IsSparse ? rule.Sparse != SparseGradients.Refuse && rule.WeightDecay == 0 : rule.Sparse != SparseGradients.Only;

    public static void State(Plan plan, State s, Params θ)
    {
        if (s.Rule != plan.Name || s.Shared.Length != plan.Resolved.Length) throw Fault.OtherRule(plan, s.Rule);
        if (!s.Names.SequenceEqual(θ.Names)) throw Fault.OtherNames(plan, s.Names, θ.Names);
        for (var i = 0; i < θ.Count; i++)
            if (!s.Shape[i].SameShape(θ[i]) || s.Shape[i].ElementType != θ[i].ElementType)
                throw Fault.OtherShape(plan, θ.Names[i], s.Shape[i], θ[i]);
    }

    /// <summary>Index of the first NaN or infinity, or -1.</summary>
    public static long FirstNonFinite<T>(NDArray<T> data) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (data.Device is not null) data = (NDArray<T>)data.OnHost();
        for (nint i = 0; i < (nint)data.Stored; i++)
            if (!T.IsFinite(data.Place.From(i))) return i;
        return -1;
    }

    public static ArgumentException NonFinite<T>(IRule rule, string name, NDArray<T> g) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (g.Device is not null) g = (NDArray<T>)g.OnHost();
        var at = FirstNonFinite(g);
        return Fault.NonFiniteGradient(rule, name, g.IsSparse ? g.Indices![at] : at, double.CreateTruncating(g.Place.From((nint)at)), g);
    }
}

/// <summary>Leaves a step out from within its closure.</summary>
sealed class Skipped : Exception;
