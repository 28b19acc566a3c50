using static System.FormattableString;

namespace Optim.Functional;

/// <summary>What processes keep of an optimizer's state.</summary>
public enum Sharding
{
    /// <summary>Each has all of it.</summary>
    None,
    /// <summary>Each has a part, and steps that part of the parameters: ZeRO-1 (Rajbhandari et al., arXiv:1910.02054v3).</summary>
    State,
    /// <summary>Of summed gradients too: ZeRO-2. A gradient is the world's as soon as it is handed over: <see cref="Parameter.Grad"/> is
    /// then null.</summary>
    Gradients,
}

/// <summary>In which order gradients are added.</summary>
public enum SumOrder
{
    /// <summary>As the library likes: the last bits differ with the number of processes.</summary>
    Any,
    /// <summary>By rank, call after call: the bits of one process that accumulates the gradients of rank 0, 1, ... of the first call, then
    /// of the second.</summary>
    Ranks,
}

/// <summary>The processes of a job, which make steps together.</summary>
/// <remarks>All of them make the same optimizers, call the same steps, and leave by <see cref="Dispose"/>. What one does alone is
/// noticed: the others end with a message that names it.</remarks>
public sealed class World : ProcessGroup, IDisposable
{
    /// <summary>Bytes of a bucket where none are asked for: docs/distributed.md has the measurement.</summary>
    public const int DefaultBucket = 4 << 20;

    readonly Session? session;
    readonly bool isOwner;
    readonly ConditionalWeakTable<Parameter, IReady> waiting;

    internal World(Session session, Launcher launcher)
    {
        (this.session, isOwner, waiting) = (session, true, []);
        Library = session.Library.Version();
        Note = session.Rank == 0 ? launcher.Note(Library, Launcher.Version()) : null;
    }

    World(string note) => (Library, Note, isOwner, waiting) = ("none", note, true, []);

    World(World of)
    {
        (session, waiting, Library, Note) = (of.session, of.waiting, of.Library, of.Note);
        (Sharding, Order, Bucket) = (of.Sharding, of.Order, of.Bucket);
    }

    internal static World OfOne(string note) => new(note);

    /// <inheritdoc/>
    public override int Rank => session?.Rank ?? 0;

    /// <inheritdoc/>
    public override int Size => session?.Size ?? 1;

    /// <summary>Whether this process is the first: the one that prints and writes pictures.</summary>
    public bool IsFirst => Rank == 0;

    /// <summary>The MPI library, such as "Open MPI v4.1.4".</summary>
    public string Library { get; }

    /// <summary>What the first process knows of how the job was started: that it is a world of one, or that library and launcher are of
    /// different versions. Null where there is nothing.</summary>
    public string? Note { get; }

    /// <summary>What processes keep of an optimizer's state.</summary>
    public Sharding Sharding { get; private init; }

    /// <summary>In which order gradients are added.</summary>
    public SumOrder Order { get; private init; }

    /// <summary>Bytes of gradients that are sent together.</summary>
    public int Bucket { get; private init; } = DefaultBucket;

    /// <summary>The same processes, for optimizers that go about it in another way.</summary>
    /// <param name="sharding">What processes keep of the state.</param>
    /// <param name="order">In which order gradients are added.</param>
    /// <param name="bucket">Bytes of gradients that are sent together, at least; a parameter stays whole.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bucket of less than a byte.</exception>
    public World With(Sharding? sharding = null, SumOrder? order = null, int? bucket = null) => new(this)
    {
        Sharding = sharding ?? Sharding,
        Order = order ?? Order,
        Bucket = bucket is < 1 ? throw MpiFault.Bucket(bucket.Value) : bucket ?? Bucket,
    };

    /// <summary>Says that a gradient is as it will be at the next step, so that it can go on its way while others are computed. Those that
    /// are not handed over go with the step.</summary>
    /// <remarks>All processes hand over the same parameters, in whatever order; buckets leave from the last parameter to the first, as
    /// a backward pass makes them. With <see cref="Accumulate"/> that keeps sums, gradients go with the step, unless they are those of
    /// all processes at each call (<see cref="SumOrder.Ranks"/>, <see cref="Sharding.Gradients"/>).</remarks>
    /// <exception cref="ArgumentException">The parameter is in no optimizer over this world, or has no gradient.</exception>
    /// <exception cref="InvalidOperationException">It was handed over already.</exception>
    public void Ready(Parameter parameter)
    {
        if (session is null || Size == 1) return;
        if (!waiting.TryGetValue(parameter, out var exchange)) throw MpiFault.NotOver(parameter.Name);
        exchange.Ready(parameter);
    }

    internal override IExchange<T> Join<T>(Optimizer optimizer)
    {
        var exchange = new Exchange<T>(Session, this, optimizer);
        foreach (var group in optimizer.ParamGroups)
            foreach (var p in group.Parameters) waiting.AddOrUpdate(p, exchange);
        return exchange;
    }

    internal Session Session => session is { HasEnded: false } ? session : throw MpiFault.Ended();

    /// <summary>Writes an optimizer's parameters and state into a folder, all processes at once, with one index. The folder holds the state
    /// before or this one, whole, whatever happens meanwhile. All processes call it.</summary>
    /// <param name="folder">The same folder for all of them; made where it is not there.</param>
    /// <param name="optimizer">An optimizer over this world, whose parameters have names.</param>
    /// <param name="note">A text of the caller's own, of the first process: where the run stands.</param>
    /// <exception cref="InvalidOperationException">A parameter has no name; or another process could not write.</exception>
    public void Save(string folder, Optimizer optimizer, string? note = null) => new Shards(this, optimizer).Save(folder, note);

    /// <summary>Takes over what <see cref="Save"/> has written, by however many processes. All processes call it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="optimizer">An optimizer over this world with parameters of the same names and shapes.</param>
    /// <param name="strict">Whether all must fit, as in <see cref="Optimizer.LoadStateDict(StateDict, bool)"/>. False where other numbers
    /// of processes add up other numbers of calls (<see cref="Accumulate"/>), which is a difference of plans.</param>
    /// <returns>What was loaded and what not, and the note.</returns>
    /// <exception cref="InvalidDataException">It is no such folder, or not whole.</exception>
    /// <exception cref="ArgumentException">Something does not fit.</exception>
    public (LoadReport Report, string? Note) Load(string folder, Optimizer optimizer, bool strict = true) =>
        new Shards(this, optimizer).Load(folder, strict);

    /// <summary>An optimizer's whole state, whatever parts processes have of it. All processes call it.</summary>
    /// <returns>In the first process what one process alone would save; null in the others.</returns>
    public StateDict? Gather(Optimizer optimizer) => Size == 1 ? optimizer.StateDict() : new Gathering(this, optimizer).Run();

    internal (nint Start, nint Length) PartOf(Member m, int rank) =>
        waiting.TryGetValue(m.Parameter, out var exchange) ? exchange.PartOf(m.Number, rank) : throw MpiFault.NotOver(m.Parameter.Name);

    /// <summary>Waits until all processes are here.</summary>
    public void Barrier()
    {
        if (Size > 1) Session.Barrier("a barrier");
    }

    /// <summary>The mean of a number of each process, the same for all.</summary>
    public double Mean(double number)
    {
        if (Size == 1) return number;
        var all = Session.AllGather(BitConverter.GetBytes(number), "a mean");
        var sum = 0.0;
        for (var r = 0; r < Size; r++) sum += BitConverter.ToDouble(all, r * sizeof(double));
        return sum / Size;
    }

    /// <inheritdoc/>
    public override Params Mean(Params gradients) => Size == 1 ? gradients : new Means(Session).Of(gradients);

    /// <summary>Leaves, and waits until all have left.</summary>
    public void Dispose()
    {
        if (isOwner) session?.End();
    }

    /// <summary>Rank, size and library, and the note.</summary>
    public override string ToString() => Invariant($"rank {Rank} of {Size}, {Library}") + (Note is null ? "" : $"; {Note}");
}
