namespace Optim.Functional.Rules;

/// <summary>Base of the library's rules: validates at construction.</summary>
public abstract record Rule : IRule
{
    /// <summary>Runs after the derived record has set its properties.</summary>
    protected Rule() => Validate();

    /// <summary>Copies; a <c>with</c> is validated by the next step.</summary>
    protected Rule(Rule original) { }

    /// <inheritdoc/>
    public virtual string Name => GetType().Name;

    /// <inheritdoc/>
    public abstract void Validate();

    /// <summary>The name, then every option by torch's name.</summary>
    public sealed override string ToString() => RuleInfo.Print(this);

    /// <summary>Python's max: the first one, unless the second is larger; so a second that is NaN counts as small.</summary>
    private protected static double Larger(double a, double b) => b > a ? b : a;
}
