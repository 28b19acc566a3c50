namespace Optim.Functional.Cli;

/// <summary>The processes that train together, each with batches of its own.</summary>
/// <param name="World">The processes.</param>
internal sealed record Processes(World World)
{
    public int Count => World.Size;

    /// <summary>Null where there is no other.</summary>
    public static Processes? Of(World? world, string? sharding)
    {
        Sharding what = default;
        if (sharding is not null && !(Enum.TryParse(sharding, ignoreCase: true, out what) && Enum.IsDefined(what)))
            throw Misuse.BadValue("sharding", sharding, "none, state or gradients");
        return world is null or { Size: 1 } ? null : new(world.With(what, SumOrder.Ranks));
    }

    /// <summary>Runs a command in each of them. The first one prints.</summary>
    public static int Run(Terminal terminal, Func<Terminal, World, int> command)
    {
        using var world = Begin();
        // Open MPI gives each process a terminal of its own, whatever it was started in.
        var own = terminal with
        {
            Out = world.IsFirst ? terminal.Out : TextWriter.Null,
            Interactive = world.Size == 1 && terminal.Interactive,
        };
        if (world.Note is not null) own.Line(world.Note);
        try { return command(own, world); }
        catch (Exception e) when (e is Misuse or NotSupportedException)
        {
            if (!world.IsFirst) return Tool.Misused; // all have found the same, and the first says it
            throw e as Misuse ?? new Misuse(e.Message, e);
        }
    }

    static World Begin()
    {
        try { return Mpi.Init(); }
        catch (NotSupportedException e) { throw new Misuse(e.Message, e); }
    }
}
