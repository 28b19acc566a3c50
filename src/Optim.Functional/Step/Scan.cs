namespace Optim.Functional;

/// <summary>The gradients of a step, all together.</summary>
sealed class Scan<T> : GradientScan where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<(NDArray<T> G, string? Name, int Number, IRule Rule)> gradients = [];
    readonly ICombine combine = Alone.One;
    Execution how = Execution.Default;
    double? sum;

    public void Begin(Execution execution)
    {
        gradients.Clear();
        (how, sum) = (execution, null);
        (Skip, Reported) = (false, double.NaN);
    }

    public void Add(NDArray<T> g, string? name, int number, IRule rule) => gradients.Add((g, name, number, rule));

    /// <summary>What the stages decide: whether the step is made.</summary>
    public bool Decide(Plan plan, double scale)
    {
        Scale = scale;
        foreach (var stage in plan.Gradient) stage.Decide(this);
        return !Skip;
    }

    public void End() => gradients.Clear();

    /// <inheritdoc/>
    public override double Norm => Math.Abs(Scale) * Math.Sqrt(sum ??= Sum());

    double Sum()
    {
        var own = Reduce.SumOfSquares<T, Vectors>(new(gradients), how);
        combine.Sum(new(ref own));
        return own;
    }

    /// <inheritdoc/>
    public override Exception? NonFinite
    {
        get
        {
            foreach (var (g, name, number, rule) in gradients)
                if (Check.FirstNonFinite(g) is >= 0 and var at) return Check.NonFinite(rule, name ?? $"parameter {number}", g, at);
            return null;
        }
    }

    readonly struct Vectors(List<(NDArray<T> G, string? Name, int Number, IRule Rule)> gradients) : IVectors<T>
    {
        public int Count => gradients.Count;
        public (Place<T> From, nint Length) this[int i] => (gradients[i].G.Place, (nint)gradients[i].G.Stored);
    }
}
