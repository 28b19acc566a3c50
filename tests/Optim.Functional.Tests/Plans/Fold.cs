namespace Optim.Functional.Tests.Plans;

/// <summary>AdamW with the stages of a plan, one element after another in double, line by line from the papers.</summary>
sealed class Fold(Plan plan, double[][] start)
{
    readonly AdamW rule = (AdamW)plan.Rule;
    readonly double[][] m = Zeros(start), v = Zeros(start);

    public double[][] θ { get; } = [.. start.Select(x => (double[])x.Clone())];
    public double[][] Ema { get; } = Zeros(start);
    public int Steps { get; private set; }

    static double[][] Zeros(double[][] like) => [.. like.Select(x => new double[x.Length])];

    public void Step(double[][] gradients)
    {
        var scale = 1 / (plan.Find<LossScale>()?.Scale ?? 1);
        var finite = gradients.All(g => g.All(double.IsFinite));
        if (!finite && plan.Find<FinitePolicy>()?.Then == NonFinite.Skip) return;
        var norm = Math.Sqrt(gradients.Sum(g => g.Sum(x => x * scale * (x * scale))));
        if (plan.Find<ClipNorm>() is { } clip) scale *= Math.Min(1, clip.MaxNorm / (norm + 1e-6));
        var lr = plan.Find<Cosine>() is { } c ? rule.Lr * (1 + Math.Cos(Math.PI * Steps / c.Steps)) / 2 : rule.Lr;
        Steps++;
        for (var p = 0; p < θ.Length; p++) Step(p, [.. gradients[p].Select(x => x * scale)], lr);
    }

    void Step(int p, double[] g, double lr)
    {
        var n = g.Length;
        var u = new double[n];
        for (var i = 0; i < n; i++)
        {
            m[p][i] = rule.Beta1 * m[p][i] + (1 - rule.Beta1) * g[i];
            v[p][i] = rule.Beta2 * v[p][i] + (1 - rule.Beta2) * g[i] * g[i];
            var (mean, square) = (m[p][i] / (1 - Math.Pow(rule.Beta1, Steps)), v[p][i] / (1 - Math.Pow(rule.Beta2, Steps)));
            u[i] = mean / (Math.Sqrt(square) + rule.Eps);
        }
        if (plan.Find<Cautious>() is { } cautious)
        {
            var agree = u.Zip(g).Select(x => x.First * x.Second > 0 ? 1.0 : 0).ToArray();
            for (var i = 0; i < n; i++) u[i] *= agree[i] / Math.Max(agree.Average(), cautious.Least);
        }
        for (var i = 0; i < n; i++)
        {
            if (plan.Find<CautiousWeightDecay>() is { } decay && u[i] * θ[p][i] >= 0) θ[p][i] *= 1 - lr * decay.WeightDecay;
            θ[p][i] = (1 - lr * rule.WeightDecay) * θ[p][i] - lr * u[i];
            if (plan.Find<Ema>() is { } ema) Ema[p][i] = Steps == 1 ? θ[p][i] : ema.Decay * Ema[p][i] + (1 - ema.Decay) * θ[p][i];
        }
    }
}
