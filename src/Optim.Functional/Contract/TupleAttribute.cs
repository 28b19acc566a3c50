namespace Optim.Functional.Rules;

/// <summary>Says that a hyperparameter is one entry of a tuple in torch: Beta1 is <c>betas[0]</c>.</summary>
/// <param name="name">torch's name of the tuple.</param>
/// <param name="index">Place in it, from 0.</param>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TupleAttribute(string name, int index) : Attribute
{
    /// <summary>torch's name of the tuple.</summary>
    public string Name { get; } = name;

    /// <summary>Place in it, from 0.</summary>
    public int Index { get; } = index;
}
