namespace Optim.Functional;

/// <summary>The tensors of a group of one plan, from one number to another, and their turns.</summary>
struct StepGroup
{
    public Plan Plan;
    public double Lr;

    /// <summary>The optimizer's step, 1 at the first.</summary>
    public long Step;

    /// <summary>The scalars that its parameters share, before the step.</summary>
    public Scalars Shared;

    public int First, End, FirstTurn, EndTurn;

    /// <summary>Whether one of its tensors is not as at the last step.</summary>
    public bool HasNew;

    public readonly IGradientRule Rule => (IGradientRule)Plan.Rule;
}
