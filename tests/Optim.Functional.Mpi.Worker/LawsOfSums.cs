namespace Optim.Functional.Tests;

/// <summary>N processes make the steps of one that accumulates the same micro-batches in the order of ranks: bit for bit where sums are in
/// that order.</summary>
static class LawsOfSums
{
    /// <summary>Micro-batches of a step, which 1, 2, 3 and 4 processes share evenly.</summary>
    const int Batches = 12, Steps = 4;

    static readonly (string Name, Func<IRule> Plan)[] plans =
    [
        ("SGD", () => new SGD(0.1, Momentum: 0.9)),
        ("AdamW", () => new AdamW(Amsgrad: true)),
        ("AdamW clipped", () => new AdamW().ClipNorm(0.5)),
        ("AdamW loss scaled, skipping", () => new AdamW().LossScale(1024).OnNonFinite(NonFinite.Skip)),
        ("AdamW scheduled", () => new AdamW().Schedule(new Cosine(10))),
        ("AdamW averaged", () => new AdamW().Ema(0.9)),
        ("AdamW looking ahead", () => new AdamW().Lookahead(2)),
        ("AdamW cautious", () => new AdamW().Cautious()),
        ("AdamW with noise, centralized", () => new AdamW().Noise(0.1).Centralize()),
        ("Muon for matrices", () => new AdamW().For(Select.Matrices, new Muon(0.02))),
        ("Prodigy", () => new Prodigy()),
        ("LAMB", () => new LAMB()),
        ("Adafactor", () => new Adafactor()),
        ("ScheduleFreeAdamW", () => new ScheduleFreeAdamW()),
        ("ASGD", () => new ASGD()),
    ];

    static readonly Sharding[] shardings = [Sharding.None, Sharding.State, Sharding.Gradients];

    public static IEnumerable<(string, Action<World>)> All =>
    [
        .. from plan in plans
           from sharding in shardings
           select ($"{plan.Name} accumulates as one process does, sharding {sharding}",
               (Action<World>)(world => InOrder<float>(world, plan.Plan, sharding, accumulates: true, leavesOut: false))),
        .. from sharding in shardings
           from plan in plans.Take(3)
           select ($"{plan.Name} in double, without accumulation, sharding {sharding}",
               (Action<World>)(world => InOrder<double>(world, plan.Plan, sharding, accumulates: false, leavesOut: false))),
        .. from sharding in shardings
           select ($"Parameters without gradients in some processes, sharding {sharding}",
               (Action<World>)(world => InOrder<float>(world, plans[2].Plan, sharding, accumulates: true, leavesOut: true))),
        .. from sharding in shardings
           from plan in plans
           select ($"{plan.Name} has the same bits on all ranks in any order, sharding {sharding}",
               (Action<World>)(world => Alike(world, plan.Plan, sharding))),
        ("The pure face runs as one process that accumulates", world => PureRun(world)),
        ("The pure face steps with the mean of gradients, the same bits on all ranks", world => PureStep(world)),
        .. from sharding in shardings
           select ($"Sums in any order are within their bound, sharding {sharding}", (Action<World>)(world => Bounded(world, sharding))),
    ];

    static void InOrder<T>(World world, Func<IRule> rule, Sharding sharding, bool accumulates, bool leavesOut)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var (n, each) = (world.Size, accumulates ? Batches / world.Size : 1);
        Model<T> one = new(), many = new(1 + world.Rank); // those of rank 0 count
        var alone = new Optimizer(one.Parameters, Accumulating(rule(), each * n));
        var over = world.With(sharding, SumOrder.Ranks, bucket: 100_000);
        var together = new Optimizer(many.Parameters, Accumulating(rule(), each), over: over);
        for (var step = 0; step < Steps; step++)
        {
            var first = step * each * n;
            for (var b = 0; b < each * n; b++)
            {
                one.Backward(first + b, leavesOut);
                alone.Step();
            }
            for (var call = 0; call < each; call++)
            {
                many.Backward(first + call * n + world.Rank, leavesOut);
                // Some hand their gradients over early, in another order each.
                if ((step + world.Rank) % 2 == 0 && !leavesOut)
                    foreach (var p in many.Parameters.OrderBy(p => (p.Name!.Length * 7 + world.Rank) % 5)) world.Ready(p);
                together.Step();
            }
            Checks.Same(one.Values, many.Values);
            Checks.Holds(alone.Steps == together.Steps, $"{together.Steps} steps, wanted {alone.Steps}");
        }
        SameViews(alone, together, one, many);
    }

    static void PureRun(World world)
    {
        Model<float> one = new(), many = new();
        IRule alone = Accumulating(new AdamW().ClipNorm(1), world.Size), rule = new AdamW().ClipNorm(1);
        var (wanted, _) = Run(alone, one, null, Steps * world.Size, call => call);
        var (got, state) = Run(rule, many, world.With(order: SumOrder.Ranks), Steps, call => call * world.Size + world.Rank);
        Checks.Same(Numbers<float>(wanted), Numbers<float>(got));
        Checks.Holds(state.Steps == Steps, $"{state.Steps} steps");
        if (world.Size > 1)
            Checks.Throws<NotSupportedException>(() => Run(rule, new(), world.With(Sharding.State), 1, call => call));

        static (Params, State) Run(IRule rule, Model<float> model, World? over, int calls, Func<int, int> batch)
        {
            var (θ, call) = (Params.Of(model.Parameters.Select(p => (p.Name!, p.Value))), 0);
            return rule.Run(here => Gradients(here, batch(call++)), calls, θ, rule.Init(θ), over: over);
        }
    }

    static void PureStep(World world)
    {
        var model = new Model<double>();
        var θ = Params.Of(model.Parameters.Select(p => (p.Name!, p.Value)));
        IRule rule = new AdamW();
        var (next, _) = rule.Step(θ, world.Mean(Gradients(θ, world.Rank)), rule.Init(θ));
        var all = Enumerable.Range(0, world.Size).Select(r => Gradients(θ, r)).ToArray();
        var (wanted, _) = rule.Step(θ, θ.With([.. Enumerable.Range(0, θ.Count).Select(Mean)]), rule.Init(θ));
        Checks.Same(Numbers<double>(wanted), Numbers<double>(next));

        NDArray Mean(int k)
        {
            var mean = new double[θ[k].Length];
            foreach (var g in all)
                for (var i = 0; i < mean.Length; i++) mean[i] += g[k].As<double>().Span[i];
            return NDArray.Of([.. mean.Select(sum => sum / world.Size)], [.. θ[k].Shape]);
        }
    }

    static IEnumerable<(string, T[])> Numbers<T>(Params of) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        of.Entries.Select(p => (p.Key, p.Value.As<T>().ToArray()));

    static Params Gradients(Params θ, int batch) => θ.With([.. θ.Values.Select((value, n) => value is NDArray<float> single
        ? Model<float>.Gradient(single, batch, n)
        : Model<double>.Gradient(value.As<double>(), batch, n))]);

    static IRule Accumulating(IRule rule, int steps) => steps == 1 ? rule : rule.Accumulate(steps);

    static void SameViews<T>(Optimizer alone, Optimizer together, Model<T> one, Model<T> many)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        var wanted = alone.Evaluate(() => one.Values.ToArray());
        Checks.Same(wanted, together.Evaluate(() => many.Values.ToArray()));
        Checks.Same(one.Values, many.Values);
    }

    static void Alike(World world, Func<IRule> rule, Sharding sharding)
    {
        Model<float> first = new(1 + world.Rank);
        var optimizer = new Optimizer(first.Parameters, rule(), over: world.With(sharding));
        for (var step = 0; step < Steps; step++)
        {
            first.Backward(step * world.Size + world.Rank);
            optimizer.Step();
        }
        if (world.Size == 1) return;
        foreach (var (name, values) in first.Values)
        {
            var own = System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan());
            var all = world.Session.AllGather(own, "parameters");
            for (var r = 0; r < world.Size; r++)
                Checks.Holds(own.SequenceEqual(all.AsSpan(r * own.Length, own.Length)), $"{name} differs from that of rank {r}");
            Checks.Holds(values.All(float.IsFinite), $"{name} is not finite");
        }
    }

    /// <summary>|fl(Σg) - Σg| ≤ (N - 1)·u·Σ|g|, u = 2^-24 (Higham, Accuracy and Stability, 4.4), to first order; then a division by N and
    /// a subtraction from θ, each with a rounding.</summary>
    static void Bounded(World world, Sharding sharding)
    {
        const double U = 1.0 / (1 << 24);
        Model<float> start = new(), model = new();
        var optimizer = new Optimizer(model.Parameters, new SGD(1), over: world.With(sharding));
        model.Backward(world.Rank);
        optimizer.Step();
        for (var k = 0; k < start.Parameters.Length; k++)
        {
            var g = Enumerable.Range(0, world.Size).Select(r => start.Gradient(r, k).As<float>().ToArray()).ToArray();
            var (θ, got) = (start.Parameters[k].Value.As<float>().ToArray(), model.Parameters[k].Value.As<float>().ToArray());
            for (var i = 0; i < θ.Length; i++)
            {
                var (sum, size) = (g.Sum(x => (double)x[i]), g.Sum(x => Math.Abs((double)x[i])));
                var mean = sum / world.Size;
                var bound = 1.01 * U * ((world.Size - 1) * size / world.Size + 2 * Math.Abs(mean) + Math.Abs(θ[i] - mean));
                var wanted = θ[i] - mean;
                Checks.Holds(
                    Math.Abs(got[i] - wanted) <= bound,
                    $"{start.Parameters[k].Name}[{i}] is {got[i]:R}, wanted {wanted:R} ± {bound:E1}");
            }
        }
    }
}
