using System.Diagnostics;
using System.Text.Json.Serialization;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

/// <summary>What a plan remembers between steps: immutable, by parameter, in torch's names.</summary>
/// <remarks>The JSON that System.Text.Json makes of it is that of its state dict, which <c>Load</c> makes a state of.</remarks>
[JsonConverter(typeof(StateJson))]
public sealed class State
{
    internal State(
        Plan plan,
        Params shape,
        ParameterState[] entries,
        long steps,
        Scalars[] shared,
        IReadOnlyDictionary<string, object?>? model = null) =>
        (Plan, Shape, this.entries, Steps, Shared, ModelState) = (plan, shape, entries, steps, shared, model ?? ModelEntries.None);

    /// <summary>The plan that made it.</summary>
    [DebuggerBrowsable(Never)] public Plan Plan { get; }

    /// <summary>Name of its rule, or of its rules.</summary>
    [DebuggerBrowsable(Never)] public string Rule => Plan.Name;

    /// <summary>Names of the parameters, in order.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<string> Names => Shape.Names;

    /// <summary>Steps made, whichever parameters had gradients: what schedules look at.</summary>
    [DebuggerBrowsable(Never)] public long Steps { get; }

    /// <summary>Calls since the last step whose gradients wait for others: see <see cref="Accumulate"/>.</summary>
    [DebuggerBrowsable(Never)] public int MicroSteps { get; init; }

    internal Progress Progress => new(Steps, MicroSteps);

    /// <summary>The state of one parameter.</summary>
    /// <exception cref="KeyNotFoundException">There is no parameter of that name.</exception>
    [DebuggerBrowsable(Never)]
    public ParameterState this[string name] =>
        Shape.IndexOf(name) is >= 0 and var i ? Entries[i] : throw Fault.NoName(name, Shape.Names);

    /// <summary>The state of the parameter at a place.</summary>
    [DebuggerBrowsable(Never)] public ParameterState this[int i] => Entries[i];

    /// <summary>What a rule that asks for the loss remembers of all parameters together, by torch's keys: see
    /// <see cref="ISolver{T}.Save"/>. Empty before its first step, and for other rules.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyDictionary<string, object?> ModelState { get; }

    /// <summary>The scalars that all parameters of a part share, by the plan's part.</summary>
    internal Scalars[] Shared { get; }

    /// <summary>The parameters this state was made for: names and shapes.</summary>
    internal Params Shape { get; }
    internal ParameterState[] Entries => IsDonated ? throw Fault.Donated("states") : entries;
    readonly ParameterState[] entries;

    /// <summary>Whether a step has written its results where this state's numbers were.</summary>
    internal bool IsDonated { get; set; }

    /// <summary>Whether it came out of a step, so that its arrays and those of its parameters are nobody else's.</summary>
    internal bool IsMade { get; init; }

    /// <summary>The shared scalars by their keys: Prodigy's d, Schedule-Free's weight_sum.</summary>
    [DebuggerBrowsable(Never)]
    public IReadOnlyDictionary<string, double> SharedScalars => Plan.SharedOf(i => Shared[i]);

    /// <summary>As a state dict: what an optimizer of these parameters would save.</summary>
    public StateDict ToStateDict() => Shown().StateDict();

    /// <summary>The same over this state's own arrays.</summary>
    internal StateDict ShownStateDict() => Shown().ShownStateDict();

    Optimizer Shown()
    {
        var optimizer = new Optimizer(Pure.Named(Shape), Plan);
        optimizer.Take(this, isShown: true);
        return optimizer;
    }

    /// <summary>The rule's name, the shared scalars, then each parameter's state.</summary>
    public override string ToString() =>
        IsDonated ? $"{Rule}: donated to a step"
        : ModelState.Count > 0 ? $"{Rule}: {ModelEntries.Text(ModelState)}"
        : Names is [""] && SharedScalars.Count == 0 ? $"{Rule}: {Entries[0]}"
        : string.Join(Environment.NewLine + "  ", Lines().Prepend(Rule));

    IEnumerable<string> Lines() =>
        [
            .. SharedScalars.Select(s => $"{s.Key} {s.Value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture)}"),
            .. Entries.Select((e, i) => $"{Names[i]}: {e}".ReplaceLineEndings(Environment.NewLine + "  ")),
        ];
}
