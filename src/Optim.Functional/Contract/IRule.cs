using System.Diagnostics.CodeAnalysis;

namespace Optim.Functional;

/// <summary>What both faces step with: a rule that is given gradients, one that asks for the loss, or a <see cref="Plan"/> of a rule with
/// stages around it.</summary>
/// <remarks>Implement <see cref="IElementwiseRule"/>, <see cref="IWholeRule"/>, <see cref="IModelRule"/> or <see cref="IClosureRule"/> to
/// write a rule of your own.</remarks>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicProperties)]
public interface IRule
{
    /// <summary>The name used in messages and saved states, torch's where torch has the rule. Default: the type's name.</summary>
    string Name => GetType().Name;

    /// <summary>Throws an <see cref="ArgumentException"/> when a hyperparameter is outside its range. Called at construction by the
    /// library's rules and before every step for all, so that a <c>with</c> is checked as well.</summary>
    void Validate() { }
}
