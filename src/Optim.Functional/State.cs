using System.Diagnostics;
using static System.Diagnostics.DebuggerBrowsableState;

namespace Optim.Functional;

/// <summary>What a rule remembers between steps: immutable, by parameter, in torch's names.</summary>
public sealed class State
{
    internal State(string rule, Params shape, ParameterState[] entries, LbfgsMemory? memory = null) =>
        (Rule, Shape, Entries, Memory) = (rule, shape, entries, memory);

    /// <summary>Name of the rule that made it.</summary>
    [DebuggerBrowsable(Never)] public string Rule { get; }

    /// <summary>Names of the parameters, in order.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<string> Names => Shape.Names;

    /// <summary>The state of one parameter.</summary>
    /// <exception cref="KeyNotFoundException">There is no parameter of that name.</exception>
    [DebuggerBrowsable(Never)] public ParameterState this[string name] => Shape.IndexOf(name) is >= 0 and var i ? Entries[i] : throw Fault.NoName(name, Shape.Names);

    /// <summary>The state of the parameter at a place.</summary>
    [DebuggerBrowsable(Never)] public ParameterState this[int i] => Entries[i];

    /// <summary>L-BFGS's curvature pairs and counters, which belong to all parameters together; null for other rules.</summary>
    [DebuggerBrowsable(Never)] public LbfgsMemory? Memory { get; }

    /// <summary>The parameters this state was made for: names and shapes.</summary>
    internal Params Shape { get; }
    internal ParameterState[] Entries { get; }

    /// <summary>The rule's name, then each parameter's state.</summary>
    public override string ToString() =>
        Memory is not null ? $"{Rule}: {Memory}"
        : Names is [""] ? $"{Rule}: {Entries[0]}"
        : string.Join(Environment.NewLine + "  ", Entries.Select((e, i) => $"{Names[i]}: {e}".ReplaceLineEndings(Environment.NewLine + "  ")).Prepend(Rule));
}
