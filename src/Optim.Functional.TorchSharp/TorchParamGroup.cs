using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;
using Modules = TorchSharp.Modules;

namespace Optim.Functional;

/// <summary>Parameters of a module that share their options.</summary>
/// <example><code>TorchOptimizer.Of([new(model, "encoder") { ["lr"] = 1e-4 }, new(model, "head")], new AdamW(Lr: 1e-3))</code></example>
public sealed class TorchParamGroup : Modules.ParamGroup
{
    readonly (string? Name, Modules.Parameter Parameter)[] members;
    readonly Dictionary<string, object?> options = [];

    /// <summary>The parameters of a module, by its names for them.</summary>
    /// <param name="module">The module.</param>
    /// <param name="part">A submodule or a parameter by its name in the module: only what is below it. Empty: all.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public TorchParamGroup(nn.Module module, string part = "")
        : this((module ?? throw TorchFault.Null("the module")).named_parameters().Where(p => IsWithin(p.name, part))) { }

    /// <summary>Parameters with names, by which saved states find them again.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public TorchParamGroup(IEnumerable<(string name, Modules.Parameter parameter)> parameters)
        : this([.. (parameters ?? throw TorchFault.Null("the parameters")).Select(p => ((string?)p.name, p.parameter))]) { }

    /// <summary>Parameters without names, which saved states know by their order.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public TorchParamGroup(IEnumerable<Modules.Parameter> parameters)
        : this([.. (parameters ?? throw TorchFault.Null("the parameters")).Select(p => ((string?)null, p))]) { }

    TorchParamGroup((string? Name, Modules.Parameter Parameter)[] all)
    {
        if (all.Any(p => p.Parameter is null)) throw TorchFault.Null("a parameter of the group");
        if (all.Length == 0) throw TorchFault.NoParameters();
        members = [.. all.DistinctBy(p => Handles.Identity(p.Parameter.Handle))]; // what is tied is one parameter
        Parameters = [.. members.Select(m => m.Parameter)];
    }

    /// <summary>A group of TorchSharp's own, which gives a learning rate or nothing.</summary>
    internal static TorchParamGroup Of(Modules.ParamGroup group, Func<Modules.Parameter, string?> nameOf)
    {
        if (group is TorchParamGroup ours) return ours;
        if (group.Options is { } given && given.GetType() != typeof(Modules.OptimizerOptions))
            throw TorchFault.OtherGroup(given.GetType().DeclaringType?.Name ?? given.GetType().Name);
        var named = new TorchParamGroup([.. (group.Parameters ?? []).Select(p => (nameOf(p), p))]);
        if (group.Options?.LearningRate is { } lr) named["lr"] = lr;
        return named;
    }

    /// <summary>An option by torch's name, to be in force from the optimizer's making on: <c>["weight_decay"] = 0.0</c>.</summary>
    [DisallowNull]
    public object? this[string option]
    {
        get => options.GetValueOrDefault(option);
        set => options[option] = value;
    }

    internal IReadOnlyList<(string? Name, Modules.Parameter Parameter)> Members => members;

    internal IReadOnlyDictionary<string, object?> Given => options;

    static bool IsWithin(string name, string part) =>
        part.Length == 0 || name == part || (name.StartsWith(part, StringComparison.Ordinal) && name[part.Length] == '.');
}
