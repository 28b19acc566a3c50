using Modules = TorchSharp.Modules;

namespace Optim.Functional;

public partial class TorchOptimizer
{
    /// <summary>Adds parameters: a <see cref="TorchParamGroup"/>, or a group of TorchSharp's own with a learning rate or none.</summary>
    /// <param name="param_group">The group. Its parameters have names if those that are here have.</param>
    /// <exception cref="ArgumentException">It does not go with what is here; nothing is added.</exception>
    public override void add_param_group(Modules.ParamGroup param_group)
    {
        var group = TorchParamGroup.Of(param_group ?? throw TorchFault.Null("the parameter group"), _ => null);
        var added = new List<TensorLink>();
        try { Core.AddParamGroup(Linked(group, added, links.Count)); }
        catch
        {
            added.ForEach(link => link.Dispose());
            throw;
        }
        Show(added);
    }

    /// <summary>A group of parameters over a module's memory.</summary>
    static ParamGroup Linked(TorchParamGroup group, List<TensorLink> links, int before = 0)
    {
        if (group is null) throw TorchFault.Null("a parameter group");
        var first = links.Count;
        foreach (var (name, parameter) in group.Members) links.Add(new(parameter, name, before + links.Count));
        var linked = new ParamGroup(links.Skip(first).Select(link => link.Parameter));
        foreach (var (option, value) in group.Given) linked[option] = value;
        return linked;
    }

    /// <summary>Takes the links over, and shows TorchSharp the groups that the plan has made of them.</summary>
    void Show(IReadOnlyList<TensorLink> added)
    {
        links.AddRange(added);
        var tensors = added.ToDictionary(link => link.Parameter, link => link.Tensor);
        foreach (var group in Core.ParamGroups.Skip(shown.Count))
        {
            var its = RateGroup.Of(this, group, [.. group.Parameters.Select(p => tensors[p])]);
            shown.Add(its);
            _parameter_groups.Add(its);
        }
        foreach (var link in added) _state[link.Tensor.Handle] = new SavedState(link.Tensor);
    }
}
