namespace Optim.Functional.Tests;

/// <summary>A step is made by all processes or by none.</summary>
static class LawsOfFaults
{
    static readonly Sharding[] shardings = [Sharding.None, Sharding.State, Sharding.Gradients];

    public static IEnumerable<(string, Action<World>)> All =>
    [
        .. from sharding in shardings
           from order in (SumOrder[])[SumOrder.Any, SumOrder.Ranks]
           from fault in Enum.GetValues<Place>()
           select ($"A fault {fault} of one process is one of all, and the next step is made, sharding {sharding}, order {order}",
               (Action<World>)(world => Faulty(world, sharding, order, fault))),
        .. from sharding in shardings
           select ($"A gradient of one process that is not finite leaves the step out in all, sharding {sharding}",
               (Action<World>)(world => NotFinite(world, sharding, NonFinite.Skip))),
        .. from sharding in shardings
           select ($"A gradient of one process that is not finite is refused by all, sharding {sharding}",
               (Action<World>)(world => NotFinite(world, sharding, NonFinite.Throw))),
        ("Optimizers that differ are refused by all", Different),
        ("Processes at different steps are refused by all", OutOfStep),
        ("A parameter that is handed over twice is refused", world =>
        {
            if (world.Size == 1) return;
            var model = new Model<float>();
            _ = new Optimizer(model.Parameters, new AdamW(), over: world);
            model.Backward(0);
            world.Ready(model.Parameters[0]);
            Checks.Throws<InvalidOperationException>(() => world.Ready(model.Parameters[0]));
        }),
        ("A null reference is an exception, whatever signals MPI wants", world =>
        {
            string? none = world.Size > 9 ? "" : null;
            Checks.Throws<NullReferenceException>(() => Checks.Holds(none!.Length > 0, ""));
        }),
        ("What cannot be stepped together is refused", world =>
        {
            if (world.Size == 1) return;
            Checks.Throws<NotSupportedException>(() => new Optimizer(new Model<float>().Parameters, new LBFGS(), over: world));
            Checks.Throws<NotSupportedException>(() => new Optimizer(new Model<float>().Parameters, new SparseAdam(), over: world));
        }),
    ];

    enum Place { BeforeTheSums, InAStage, WhileItIsBound }

    /// <summary>Throws where it is told to.</summary>
    sealed record Thrower : Stage, IGradientStage
    {
        public static Place? At { get; set; }

        int IGradientStage.Order => 15;

        public override void Validate()
        {
            if (At == Place.BeforeTheSums) throw Enough();
        }

        void IGradientStage.Decide(GradientScan gradients)
        {
            if (At == Place.InAStage) throw Enough();
        }

        static InvalidOperationException Enough() => new("this process has had enough");
    }

    static void Faulty(World world, Sharding sharding, SumOrder order, Place place)
    {
        if (world.Size == 1) return;
        Thrower.At = null;
        var (faulty, model) = (world.Size - 1, new Model<float>());
        var plan = new AdamW().ClipNorm(1).With(new Thrower());
        var optimizer = new Optimizer(model.Parameters, plan, over: world.With(sharding, order, bucket: 50_000));
        Step(0);
        var before = model.Values.ToArray();

        var state = optimizer.State(model.Parameters[^1]);
        var kept = state.Values;
        if (world.Rank == faulty) Thrower.At = place;
        if (world.Rank == faulty && place == Place.WhileItIsBound)
            state.Values = [.. kept.Select(v => (NDArray)NDArray<float>.Over(new float[v.Length + 1], [(int)v.Length + 1]))];
        var e = Checks.Throws<Exception>(() => Step(1));
        (Thrower.At, state.Values) = (null, kept);

        Checks.Holds(world.Rank == faulty || e.Message.StartsWith($"Rank {faulty} "), e.ToString());
        Checks.Holds(place == Place.WhileItIsBound || e.Message.EndsWith("had enough"), e.ToString());
        Checks.Same(before, model.Values);
        Checks.Holds(optimizer.Steps == 1, $"{optimizer.Steps} steps");
        Step(1);
        Checks.Holds(optimizer.Steps == 2, $"{optimizer.Steps} steps");
        Checks.Holds(!model.Values.First().Values.SequenceEqual(before[0].Values), "nothing moved");

        void Step(int step)
        {
            model.Backward(step * world.Size + world.Rank);
            if ((step + world.Rank) % 2 == 0)
                foreach (var p in model.Parameters.Reverse().Take(3)) world.Ready(p);
            optimizer.Step();
        }
    }

    static void NotFinite(World world, Sharding sharding, NonFinite then)
    {
        var model = new Model<float>();
        var optimizer = new Optimizer(model.Parameters, new AdamW(), then, over: world.With(sharding));
        model.Backward(world.Rank);
        optimizer.Step();
        var before = model.Values.ToArray();
        model.Backward(world.Rank);
        if (world.Rank == world.Size - 1) model.Parameters[3].Grad!.As<float>().Span[5] = float.NaN;
        if (then == NonFinite.Skip) optimizer.Step();
        else
        {
            var e = Checks.Throws<ArgumentException>(optimizer.Step);
            Checks.Holds(e.Message.Contains("fc2.weight"), e.Message);
        }
        Checks.Same(before, model.Values);
        Checks.Holds(optimizer.Steps == 1, $"{optimizer.Steps} steps");
    }

    static void Different(World world)
    {
        if (world.Size == 1) return;
        var rule = new AdamW(Lr: world.Rank == 1 ? 0.5 : 0.1);
        var e = Checks.Throws<ArgumentException>(() => new Optimizer(new Model<float>().Parameters, rule, over: world));
        Checks.Holds(e.Message.Contains("rank 1") && e.Message.Contains("0.5"), e.Message);
    }

    static void OutOfStep(World world)
    {
        if (world.Size == 1) return;
        var model = new Model<float>();
        var optimizer = new Optimizer(model.Parameters, new AdamW(), over: world);
        optimizer.GradScale = world.Rank == 0 ? 1 : 0.5;
        model.Backward(0);
        var e = Checks.Throws<InvalidOperationException>(optimizer.Step);
        Checks.Holds(e.Message.Contains("Rank 1"), e.Message);
    }
}
