namespace Optim.Functional.Rules;

/// <summary>Base of the library's stages: validates at construction, prints its options by torch's spelling.</summary>
public abstract record Stage : IStage
{
    /// <summary>Runs after the derived record has set its properties.</summary>
    protected Stage() => Validate();

    /// <summary>Copies; a <c>with</c> is validated when a plan takes it.</summary>
    protected Stage(Stage original) { }

    /// <inheritdoc/>
    public virtual void Validate() { }

    /// <summary>The name, then every option.</summary>
    public sealed override string ToString() => RuleInfo.Print(this);
}
