namespace Optim.Functional;

public sealed partial class Optimizer
{
    /// <summary>Runs a function while the parameters are those for evaluation, and comes back to those of training,
    /// whatever happens in it.</summary>
    /// <param name="function">What is to be done; its parameters are the plan's average,
    /// or what the rule says (Schedule-Free's x), or as they are.</param>
    /// <returns>What the function returns.</returns>
    /// <remarks>Takes a copy of the parameters. A step within the function is refused.</remarks>
    public R Evaluate<R>(Func<R> function)
    {
        if (function is null) throw Fault.Null("the function");
        if (isEvaluating) throw Fault.WithinEvaluation(Name, "Evaluate");
        var kept = new List<(NDArray θ, NDArray Training)>();
        try
        {
            isEvaluating = true;
            foreach (var group in groups)
                for (var i = 0; i < group.Members.Length; i++)
                {
                    var (θ, here) = (group.Members[i].Value, group.Stepped[i]);
                    var view = View.Of(group.Plan, here, group.States[i]);
                    kept.Add((θ, θ.Clone()));
                    view.CopyTo(here);
                }
            if (HasParts) Spread();
            return function();
        }
        finally
        {
            foreach (var (θ, training) in kept) training.CopyTo(θ);
            isEvaluating = false;
        }
    }

    void Spread()
    {
        singles.Exchange?.Spread();
        doubles.Exchange?.Spread();
    }

    bool isEvaluating;
}
