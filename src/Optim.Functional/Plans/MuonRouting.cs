using System.Globalization;
using System.Text;

namespace Optim.Functional;

/// <summary>Where a parameter goes.</summary>
public enum Route
{
    /// <summary>To Muon: a hidden matrix.</summary>
    Muon,
    /// <summary>To the other rule: AdamW unless another is given.</summary>
    Other,
}

/// <summary>A parameter's way, and why it is that.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Shape">Its shape, as text.</param>
/// <param name="Length">How many numbers it has.</param>
/// <param name="To">Where it goes.</param>
/// <param name="Why">Why.</param>
public sealed record Routed(string Name, string Shape, long Length, Route To, string Why);

/// <summary>Muon for a model's hidden matrices, AdamW for its embeddings, heads, norms, biases and gains: which is which, by names and
/// shapes, with a reason for each, and a plan that does it.</summary>
/// <remarks>
/// Both faces take the <see cref="Plan"/>: <c>new Optimizer(parameters, MuonRouting.Of(parameters).Plan)</c>. Printing it says what went
/// where and why. What is decided wrongly is said by name: <c>MuonRouting.Of(parameters, route: [("*.gate.weight", Route.Other)])</c>.
/// Where no name says what the embedding or the head is, the first matrix reads the input and the last one makes the output.
/// </remarks>
public sealed class MuonRouting
{
    readonly IRule muon, other;

    MuonRouting(IRule muon, IRule other, IReadOnlyList<Routed> routes)
    {
        (this.muon, this.other, Routes) = (muon, other, routes);
        // A parameter that is added later goes the same way only if it has one of these names.
        var names = string.Join('|', routes.Where(r => r.To == Route.Muon).Select(r => r.Name));
        Plan = Plan.Of(other).For(Select.Named(names), muon);
    }

    /// <summary>Each parameter's way, in the order of the model.</summary>
    public IReadOnlyList<Routed> Routes { get; }

    /// <summary>The other rule, with Muon for its parameters: for both faces.</summary>
    public Plan Plan { get; }

    /// <summary>The routing of parameters with names.</summary>
    /// <param name="parameters">All of a model, in its order.</param>
    /// <param name="muon">The rule of hidden matrices; null: Muon for matrices and convolutions, its steps as long as AdamW's.</param>
    /// <param name="other">The rule of all others; null: AdamW.</param>
    /// <param name="route">What is decided otherwise: a name, with * for any run of characters, and where it goes. The first that matches
    /// counts.</param>
    /// <exception cref="ArgumentException">A parameter has no name or another's, one is sent to Muon that it cannot take, a name of
    /// <paramref name="route"/> is no parameter's, or nothing is left for Muon.</exception>
    public static MuonRouting Of(IEnumerable<Parameter> parameters, IRule? muon = null, IRule? other = null,
        IEnumerable<(string Name, Route To)>? route = null)
    {
        var all = (parameters ?? throw Fault.Null(nameof(parameters))).ToArray();
        for (var i = 0; i < all.Length; i++)
            if (all[i]?.Name is null) throw Fault.RoutingWithoutName(i);
        return Of(all.Select(p => (p.Name!, p.Value)), muon, other, route);
    }

    /// <summary>The same of the pure face's parameters.</summary>
    /// <param name="parameters">All of a model, in its order.</param>
    /// <param name="muon">The rule of hidden matrices; null: Muon for matrices and convolutions, its steps as long as AdamW's.</param>
    /// <param name="other">The rule of all others; null: AdamW.</param>
    /// <param name="route">What is decided otherwise.</param>
    /// <exception cref="ArgumentException">As of the other one.</exception>
    public static MuonRouting Of(Params parameters, IRule? muon = null, IRule? other = null,
        IEnumerable<(string Name, Route To)>? route = null) =>
        Of((parameters ?? throw Fault.Null(nameof(parameters))).Entries.Select(e => (e.Key, e.Value)), muon, other, route);

    static MuonRouting Of(IEnumerable<(string Name, NDArray Value)> parameters, IRule? muon, IRule? other,
        IEnumerable<(string Name, Route To)>? route)
    {
        muon ??= new Muon(AdjustLrFn: "match_rms_adamw", Matrices: "convolutions");
        if (Plan.Of(muon) is not { Rule: IGradientRule { } rule, Parts.Count: 0 }) throw Fault.RoutingRule(muon);
        var all = parameters.ToArray();
        if (all.GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1) is { } twice) throw Fault.SameName(twice.Key);
        if (all.FirstOrDefault(p => p.Name.AsSpan().IndexOfAny('*', '|') >= 0).Name is { } odd) throw Fault.RoutingName(odd);
        var said = route?.Select(r => (Of: Select.Named(r.Name), r.To)).ToArray() ?? [];
        foreach (var (of, _) in said)
            if (!all.Any(p => of.Matches(p.Name, p.Value.Shape))) throw Fault.RoutingMatches(of, all.Select(p => p.Name));
        var routes = new MuonRoutes(rule, all, said).All();
        if (routes.All(r => r.To == Route.Other)) throw Fault.NothingForMuon(routes);
        return new(muon, other ?? new AdamW(), routes);
    }

    /// <summary>For each rule its parameters, each with its reason.</summary>
    public override string ToString()
    {
        var (text, width) = (new StringBuilder(), Routes.Max(r => r.Name.Length));
        var shapes = Routes.Max(r => r.Shape.Length);
        foreach (var (to, rule) in ((Route, IRule)[])[(Route.Muon, muon), (Route.Other, other)])
        {
            var own = Routes.Where(r => r.To == to).ToArray();
            text.Append(CultureInfo.InvariantCulture, $"{rule.Name}: {own.Length} of {Routes.Count} parameters, ");
            text.AppendLine(CultureInfo.InvariantCulture, $"{own.Sum(r => r.Length):N0} of {Routes.Sum(r => r.Length):N0} numbers");
            foreach (var r in own) text.AppendLine($"  {r.Name.PadRight(width)}  {r.Shape.PadRight(shapes)}  {r.Why}");
        }
        return text.ToString().TrimEnd();
    }
}
