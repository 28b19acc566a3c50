namespace Optim.Functional;

/// <summary>A rule made of another one, whose options are that one's.</summary>
public interface IAround : IElementwiseRule
{
    /// <summary>The rule that has the options.</summary>
    IElementwiseRule Inner { get; }

    /// <summary>The same around another rule, such as <see cref="Inner"/> with an option changed.</summary>
    IElementwiseRule Around(IElementwiseRule inner);
}
