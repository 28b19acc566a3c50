namespace Optim.Functional;

/// <summary>The gradients of a step, all together.</summary>
sealed class Scan<T> : GradientScan where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly List<(NDArray<T> G, string? Name, int Number, IRule Rule)> gradients = [];
    readonly ICombine combine = Alone.One;
    double largest;
    int exponent, split;
    Execution how = Execution.Default;
    double? sum;

    public void Begin(Execution execution)
    {
        gradients.Clear();
        (how, sum, exponent, largest) = (execution, null, 0, 0);
        (Skip, Reported) = (false, double.NaN);
    }

    public void Add(NDArray<T> g, string? name, int number, IRule rule) => gradients.Add((g, name, number, rule));

    /// <summary>What the stages decide: whether the step is made.</summary>
    public bool Decide(Plan plan, double scale)
    {
        Scale = scale;
        foreach (var stage in plan.Gradient) stage.Decide(this);
        var isTiny = Scale != 0 && Math.Abs(Scale) < (typeof(T) == typeof(float) ? SmallestNormal : 0);
        split = isTiny ? Math.ILogB(Scale) / 2 : 0;
        return !Skip;
    }

    const double SmallestNormal = 1.1754943508222875e-38; // of float

    /// <summary>Whether the scale is less than the element type holds, so that the gradients take a part of it before the step.</summary>
    public bool IsSplit => split != 0;

    /// <summary>What is left of the scale for the step.</summary>
    public double Rest => split == 0 ? Scale : Math.ScaleB(Scale, -split);

    /// <summary>A gradient with its part of the scale: a copy.</summary>
    public NDArray<T> Part(NDArray<T> g)
    {
        var part = (NDArray<T>)g.Clone();
        for (nint i = 0; i < (nint)g.Stored; i++) part.Place.From(i) = T.ScaleB(g.Place.From(i), split);
        return part;
    }

    public void End() => gradients.Clear();

    /// <summary>Whether a gradient is so large that its square, or a sum with it, may be more than the element type holds. Known where the
    /// plan asks for finite gradients.</summary>
    public bool IsLarge => Math.Abs(Scale) * largest >= Large;

    /// <summary>The square of less than this cannot lift a finite number to infinity: it is less than half of the largest one's last
    /// digit.</summary>
    static readonly double Large = typeof(T) == typeof(float) ? Math.ScaleB(1, 51) : Math.ScaleB(1, 485);

    /// <inheritdoc/>
    public override double Norm
    {
        get
        {
            sum ??= Sum();
            return Math.ScaleB(Math.Abs(Scale) * Math.Sqrt(sum.Value), exponent);
        }
    }

    double Sum()
    {
        var own = Reduce.SumOfSquares<T, Vectors>(new(gradients), how);
        combine.Sum(new(ref own));
        return own is < Least or double.PositiveInfinity ? Rescaled(own) : own;
    }

    /// <summary>Sums the squares anew, of gradients times a power of two: they were too large for a double, or too small.</summary>
    double Rescaled(double sum)
    {
        var most = 0.0;
        foreach (var (g, _, _, _) in gradients) most = Math.Max(most, Reduce.MaxAbs(g.Place, (nint)g.Stored, how));
        combine.Max(new(ref most));
        if (!double.IsFinite(most) || most == 0) return sum;
        (sum, exponent) = (0, Math.ILogB(most) + 1);
        var scaled = new T[Sweep<T>.Chunk];
        foreach (var (g, _, _, _) in gradients)
            for (nint at = 0, n; at < (nint)g.Stored; at += n)
            {
                n = nint.Min(scaled.Length, (nint)g.Stored - at);
                for (var i = 0; i < n; i++) scaled[i] = T.ScaleB(g.Place.From(at + i), -exponent);
                sum += Reduce.Dot<T>(scaled, scaled, n, how);
            }
        combine.Sum(new(ref sum));
        return sum;
    }

    /// <summary>Below it the squares of elements that count may have been lost.</summary>
    const double Least = 1e-280;

    /// <inheritdoc/>
    public override Exception? NonFinite
    {
        get
        {
            foreach (var (g, name, number, rule) in gradients)
            {
                var most = Reduce.MaxAbs(g.Place, (nint)g.Stored, how);
                if (!double.IsFinite(most)) return Check.NonFinite(rule, name ?? $"parameter {number}", g, Check.FirstNonFinite(g));
                largest = Math.Max(largest, most);
            }
            return null;
        }
    }

    readonly struct Vectors(List<(NDArray<T> G, string? Name, int Number, IRule Rule)> gradients) : IVectors<T>
    {
        public int Count => gradients.Count;
        public (Place<T> From, nint Length) this[int i] => (gradients[i].G.Place, (nint)gradients[i].G.Stored);
    }
}
