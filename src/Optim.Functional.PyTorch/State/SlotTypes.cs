using Optim.Functional.Rules;

namespace Optim.Functional.PyTorch;

/// <summary>Whether saved slots are of the parameters' element type, or may become it.</summary>
sealed class SlotTypes
{
    readonly Type own;
    readonly DtypeRule dtypes;
    readonly HashSet<string> numbers = ["step"];

    public SlotTypes(Optimizer optimizer, DtypeRule dtypes)
    {
        (own, this.dtypes) = (optimizer.ParamGroups[0].Parameters[0].Value.ElementType, dtypes);
        foreach (var group in optimizer.ParamGroups)
            if (group.Rule is IGradientRule rule) numbers.UnionWith(rule.Scalars);
            else numbers.UnionWith(["al", "ro", "t", "H_diag", "prev_loss"]);
    }

    public List<string> Differences { get; } = [];

    /// <summary>Whether all slots of a parameter may be taken; those that may not are noted.</summary>
    public bool Allows(int parameter, IReadOnlyDictionary<string, object?> entries)
    {
        var before = Differences.Count;
        foreach (var (key, value) in entries)
            if (!numbers.Contains(key) && TypeOf(value) is { } saved && saved != own && !May(saved))
                Differences.Add($"{key} of parameter {parameter} is {Word(saved)}, the parameter {Word(own)}");
        return Differences.Count == before;
    }

    bool May(Type saved) => dtypes == DtypeRule.Cast || dtypes == DtypeRule.Widen && saved == typeof(float);

    static Type? TypeOf(object? value) => value switch
    {
        NDArray tensor => tensor.ElementType,
        object?[] list => list.OfType<NDArray>().FirstOrDefault()?.ElementType,
        _ => null,
    };

    static string Word(Type type) => type == typeof(float) ? "float32" : "float64";
}
