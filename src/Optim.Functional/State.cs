using System.Diagnostics;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

/// <summary>What a rule remembers between steps: immutable, by parameter, in torch's names.</summary>
public sealed class State
{
    internal State(string rule, Params shape, ParameterState[] entries, IReadOnlyDictionary<string, object?>? model = null) =>
        (Rule, Shape, Entries, ModelState) = (rule, shape, entries, model ?? ModelEntries.None);

    /// <summary>Name of the rule that made it.</summary>
    [DebuggerBrowsable(Never)] public string Rule { get; }

    /// <summary>Names of the parameters, in order.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<string> Names => Shape.Names;

    /// <summary>The state of one parameter.</summary>
    /// <exception cref="KeyNotFoundException">There is no parameter of that name.</exception>
    [DebuggerBrowsable(Never)] public ParameterState this[string name] => Shape.IndexOf(name) is >= 0 and var i ? Entries[i] : throw Fault.NoName(name, Shape.Names);

    /// <summary>The state of the parameter at a place.</summary>
    [DebuggerBrowsable(Never)] public ParameterState this[int i] => Entries[i];

    /// <summary>What a rule that asks for the loss remembers of all parameters together, by torch's keys: see <see cref="ISolver{T}.Save"/>. Empty before its first step, and for other rules.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyDictionary<string, object?> ModelState { get; }

    /// <summary>The parameters this state was made for: names and shapes.</summary>
    internal Params Shape { get; }
    internal ParameterState[] Entries { get; }

    /// <summary>The rule's name, then each parameter's state.</summary>
    public override string ToString() =>
        ModelState.Count > 0 ? $"{Rule}: {ModelEntries.Text(ModelState)}"
        : Names is [""] ? $"{Rule}: {Entries[0]}"
        : string.Join(Environment.NewLine + "  ", Entries.Select((e, i) => $"{Names[i]}: {e}".ReplaceLineEndings(Environment.NewLine + "  ")).Prepend(Rule));
}
