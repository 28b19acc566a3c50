namespace Optim.Functional;

public static partial class Combinators
{
    /// <summary>L-BFGS, with <paramref name="then"/> for gradients that hold NaN or an infinity, at whichever point of the step they are met.</summary>
    public static LBFGS OnNonFinite(this LBFGS rule, NonFinite then) => (rule ?? throw Fault.Null("the rule")) with { NonFinite = then };
}
