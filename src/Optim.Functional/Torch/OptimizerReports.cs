namespace Optim.Functional;

public sealed partial class Optimizer
{
    /// <summary>What the last step has done with each parameter that had a gradient, where <see cref="Execution"/> asks for
    /// <see cref="Execution.Reports"/>. A step post hook reads them as they come:
    /// <c>optimizer.RegisterStepPostHook(o => ...)</c>; tools do by <see cref="OptimizerMetrics"/>.</summary>
    public IReadOnlyList<(Parameter Parameter, ParameterReport Report)> Reports
    {
        get
        {
            var all = new List<(Parameter, ParameterReport)>();
            foreach (var group in groups)
                for (var i = 0; i < group.Members.Length; i++)
                    if (group.States[i].Sums is { } sums && sums.Step == Steps) all.Add((group.Members[i], sums.Report()));
            return all;
        }
    }
}
