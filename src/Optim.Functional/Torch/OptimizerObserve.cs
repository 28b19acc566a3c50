namespace Optim.Functional;

public sealed partial class Optimizer
{
    /// <summary>Looks at the gradients as they are, without a step: at those of labels that the model drew itself (SophiaG's Hessian), or
    /// of the parameters before a step (MARS, exact). Nothing moves, and no step is counted.</summary>
    /// <remarks>Gradients of groups whose rule observes nothing are passed over. Of the plan's gradient stages all act but
    /// <see cref="ClipNorm"/>.</remarks>
    /// <exception cref="ArgumentException">A gradient or an option does not fit, no rule observes anything, or a gradient is not finite and
    /// <see cref="NonFinite"/> says to throw; nothing is changed.</exception>
    public void Observe()
    {
        if (!groups.Any(g => g.Plan.Rule is IObservingRule)) throw Fault.ObservesNothing(plan);
        if (isEvaluating) throw Fault.WithinEvaluation(Name, "Observe");
        if (over is not null) throw Fault.NotOver(plan);
        if (groups[0].Members[0].Value is NDArray<float>) Observe<float>();
        else Observe<double>();
    }

    void Observe<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var lifetime in lifetimes) lifetime.Check();
        var (observation, number) = (new Observation<T>(plan, Execution, groups[0].Members[0].Value.Device?.NewEngine<T>()), 0);
        foreach (var group in groups)
        {
            group.Plan.Validate();
            CheckGradients(group, number, reads: group.Plan.Rule is IObservingRule, sums: false, observation.Scan);
            number += group.Members.Length;
        }
        if (!observation.Decide(GradScale)) return;
        var after = new List<(ParameterState State, ParameterState Fitted)>();
        foreach (var group in groups)
            for (var i = 0; i < group.Members.Length && group.Plan is { Rule: IObservingRule, IsFrozen: false }; i++)
                if (group.Members[i].Grad is NDArray<T> g)
                    after.Add((group.States[i], observation.Add(
                        group.Plan, (NDArray<T>)group.Members[i].Value, g, group.States[i], group.LrAt(Steps), apart: false)));
        observation.Run();
        foreach (var (state, fitted) in after)
            if (!ReferenceEquals(state, fitted)) state.Observed(fitted);
    }
}
