namespace Optim.Functional.Tests;

/// <summary>Sharded states: what is written by some processes is read by others, however many there are and whatever each had.</summary>
static class LawsOfFiles
{
    const int Batches = 12;

    static readonly (string Name, Func<IRule> Plan)[] plans =
    [
        ("AdamW averaged", () => new AdamW(Amsgrad: true).Ema(0.9)),
        ("Muon for matrices", () => new AdamW().For(Select.Matrices, new Muon(0.02))),
        ("Adafactor", () => new Adafactor()),
        ("Prodigy", () => new Prodigy()),
    ];

    public static IEnumerable<(string, Action<World>)> All =>
    [
        .. from plan in plans
           from sharding in Enum.GetValues<Sharding>()
           select ($"{plan.Name}: gathered files are what one process saves, sharding {sharding}",
               (Action<World>)(world => Gathered(world, plan.Plan, sharding))),
        .. from plan in plans
           from sharding in Enum.GetValues<Sharding>()
           select ($"{plan.Name}: a run that is resumed from files of another sharding goes on bit for bit, sharding {sharding}",
               (Action<World>)(world => Resumed(world, plan.Plan, sharding))),
        ("A state is saved between calls whose gradients are added up, and goes on bit for bit", Between),
        ("Sums of each process's own are not saved", world =>
        {
            if (world.Size == 1) return;
            var model = new Model<float>();
            var optimizer = new Optimizer(model.Parameters, new AdamW().Accumulate(2), over: world.With(Sharding.State));
            model.Backward(0);
            optimizer.Step();
            Checks.Throws<InvalidOperationException>(() => world.Save(Folder(world), optimizer));
        }),
        ("A file that lacks a byte, and one with another number, are refused", Damaged),
        ("A folder that cannot be written to is refused by all", world =>
        {
            var optimizer = new Optimizer(new Model<float>().Parameters, new AdamW(), over: world);
            var file = Path.Combine(Folder(world), "file");
            if (world.IsFirst) File.WriteAllText(file, "");
            world.Barrier();
            Checks.Throws<Exception>(() => world.Save(file, optimizer));
        }),
        ("Other shapes and names are refused by all", world =>
        {
            var folder = Folder(world);
            world.Save(folder, new Optimizer([new Parameter(new float[3], "a")], new AdamW(), over: world));
            Checks.Throws<Exception>(() => world.Load(folder, new Optimizer([new Parameter(new float[4], "a")], new AdamW(), over: world)));
            Checks.Throws<Exception>(() => world.Load(folder, new Optimizer([new Parameter(new float[3], "b")], new AdamW(), over: world)));
        }),
    ];

    /// <summary>A new folder, the same for all processes; the first removes those of checks before.</summary>
    static string Folder(World world)
    {
        var folder = world.IsFirst ? Directory.CreateTempSubdirectory("optim-shards-").FullName : "";
        if (world.Size > 1) folder = world.Session.Broadcast(folder, 0, "a folder");
        if (world.IsFirst) AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    static (Model<float>, Optimizer) Started(World world, Func<IRule> rule, Sharding sharding, int each = 1)
    {
        var model = new Model<float>();
        var plan = each == 1 ? rule() : rule().Accumulate(each);
        return (model, new(model.Parameters, plan, over: world.With(sharding, SumOrder.Ranks, bucket: 100_000)));
    }

    static void Steps(World world, Model<float> model, Optimizer optimizer, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            model.Backward(step * world.Size + world.Rank);
            optimizer.Step();
        }
    }

    static void Gathered(World world, Func<IRule> rule, Sharding sharding)
    {
        var (many, together) = Started(world, rule, sharding);
        Steps(world, many, together, 0, 3);
        var folder = Folder(world);
        world.Save(folder, together, "after 3");
        if (!world.IsFirst) return;

        var one = new Model<float>();
        var alone = new Optimizer(one.Parameters, world.Size == 1 ? rule() : rule().Accumulate(world.Size));
        for (var b = 0; b < 3 * world.Size; b++)
        {
            one.Backward(b);
            alone.Step();
        }
        var saved = ShardedState.Read(folder);
        Checks.Holds(saved.Note == "after 3", $"{saved.Note}");
        Checks.Same(one.Values, one.Parameters.Select(p => (p.Name!, saved.Parameters[p.Name!].As<float>().ToArray())));
        var (wanted, got) = (Tensors(alone.StateDict()), Tensors(saved.State));
        Checks.Holds(wanted == got, $"the state is {got[..200]}, wanted {wanted[..200]}");
        var resumed = new Optimizer(new Model<float>().Parameters, rule());
        Checks.Holds(resumed.LoadStateDict(StateDict.FromJson(saved.State.ToJson())).Complete, "it does not load");
    }

    /// <summary>All that a state remembers of parameters and groups; the plan's text differs by the accumulation.</summary>
    static string Tensors(StateDict saved) => new StateDict(
        new SortedDictionary<int, IReadOnlyDictionary<string, object?>>(saved.State.ToDictionary(
            s => s.Key, s => (IReadOnlyDictionary<string, object?>)new SortedDictionary<string, object?>(s.Value.ToDictionary()))),
        saved.ParamGroups).ToJson();

    static void Resumed(World world, Func<IRule> rule, Sharding sharding)
    {
        var folder = Folder(world);
        var (whole, all) = Started(world, rule, sharding);
        Steps(world, whole, all, 0, 5);
        var (first, before) = Started(world, rule, (Sharding)(((int)sharding + 1) % 3));
        Steps(world, first, before, 0, 2);
        world.Save(folder, before, "two");
        Steps(world, first, before, 2, 3);
        world.Save(folder, before, "three");
        var (second, after) = Started(world, rule, sharding);
        Steps(world, second, after, 0, 1); // is to be forgotten
        var (report, note) = world.Load(folder, after);
        Checks.Holds(report.Complete && note == "three" && after.Steps == 3, $"{report} {note} {after.Steps}");
        Checks.Same(first.Values, second.Values);
        Steps(world, second, after, 3, 5);
        Checks.Same(whole.Values, second.Values);
        world.Barrier();
        Checks.Holds(Directory.GetDirectories(folder).Length == 1, "files of an earlier save are left");
    }

    static void Between(World world)
    {
        var (folder, each) = (Folder(world), Batches / world.Size);
        foreach (var sharding in Enum.GetValues<Sharding>())
        {
            var (whole, all) = Started(world, plans[0].Plan, sharding, each);
            var (cut, before) = Started(world, plans[0].Plan, sharding, each);
            Calls(whole, all, 0, 2 * each);
            Calls(cut, before, 0, each + 2);
            world.Save(folder, before);
            var (second, after) = Started(world, plans[0].Plan, sharding, each);
            world.Load(folder, after);
            Checks.Holds(after.MicroSteps == 2, $"{after.MicroSteps} calls");
            Calls(second, after, each + 2, 2 * each);
            Checks.Same(whole.Values, second.Values);
        }

        void Calls(Model<float> model, Optimizer optimizer, int from, int to)
        {
            for (var call = from; call < to; call++)
            {
                model.Backward(call * world.Size + world.Rank);
                optimizer.Step();
            }
        }
    }

    static void Damaged(World world)
    {
        var (model, optimizer) = Started(world, plans[0].Plan, Sharding.State);
        Steps(world, model, optimizer, 0, 1);
        var folder = Folder(world);
        world.Save(folder, optimizer);
        if (!world.IsFirst) return;
        var file = Directory.GetFiles(folder, "*.bin", SearchOption.AllDirectories)[0];
        var bytes = File.ReadAllBytes(file);
        bytes[17] ^= 1;
        File.WriteAllBytes(file, bytes);
        Checks.Throws<InvalidDataException>(() => ShardedState.Read(folder));
        File.WriteAllBytes(file, bytes[..^1]);
        Checks.Throws<InvalidDataException>(() => ShardedState.Read(folder));
    }
}
