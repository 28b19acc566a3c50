namespace Optim.Functional.Rules;

/// <summary>A rule that asks for the loss again within one step (L-BFGS).</summary>
public interface IClosureRule : IRule;
