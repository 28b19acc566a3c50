using System.Text.Json;
using static System.FormattableString;

namespace Optim.Functional;

/// <summary>An optimizer's parameters and state in the files of all processes.</summary>
/// <remarks>
/// The files of a save stand in a folder of their own; the index names it, and is replaced as a whole once all of them are on the disk. So
/// whatever ends a save, the state is the old or the new one. A folder that the index does not name is left over, and goes with the next
/// save.
/// </remarks>
sealed class Shards(World world, Optimizer optimizer)
{
    readonly Member[] members = Member.Of(optimizer);
    readonly Votes? votes = world.Size > 1 ? new(world.Session) : null;

    public void Save(string path, string? note)
    {
        if (members.Any(m => m.Parameter.Name is null)) throw MpiFault.Unnamed();
        var folder = Together(() => Begin(path));
        var (pieces, mark, rest) = Locally(() => Write(Path.Combine(path, folder)));
        var tables = AllGather(ShardIndex.Pack(writer => Piece.Write(writer, pieces)));
        var marks = AllGather(ShardIndex.Pack(writer => Write(writer, mark)));
        var rests = AllGather(rest.ToJson());
        Together(() =>
        {
            var all = Merged(Array.ConvertAll(rests, StateDict.FromJson));
            var index = new ShardIndex(folder, Array.ConvertAll(marks, Mark), [.. tables.SelectMany(Pieces)], all, note);
            WholeFile.Write(Path.Combine(path, ShardIndex.FileName), index.Write);
            RemoveOthers(path, folder);
            return "";
        });
    }

    static void Write(Utf8JsonWriter writer, ShardMark mark)
    {
        writer.WriteStartObject();
        writer.WriteString("file", mark.File);
        writer.WriteNumber("bytes", mark.Bytes);
        writer.WriteNumber("crc32c", mark.Check);
        writer.WriteEndObject();
    }

    static ShardMark Mark(string json)
    {
        using var of = JsonDocument.Parse(json);
        var mark = of.RootElement;
        return new(mark.GetProperty("file").GetString()!, mark.GetProperty("bytes").GetInt64(), mark.GetProperty("crc32c").GetUInt32());
    }

    static Piece[] Pieces(string json)
    {
        using var of = JsonDocument.Parse(json);
        return Piece.Read(of.RootElement);
    }

    /// <summary>Does something in the first process; all have its text.</summary>
    string Together(Func<string> work)
    {
        var done = Locally(() => world.IsFirst ? work() : "");
        return world.Size > 1 ? world.Session.Broadcast(done, 0, "a checkpoint") : done;
    }

    /// <summary>Does something in each process; where it fails in one, all throw.</summary>
    R Locally<R>(Func<R> work)
    {
        var (result, fault) = (default(R), default(Exception));
        try { result = work(); }
        catch (Exception e) when (votes is not null) { fault = e; }
        votes?.Take(fault);
        return fault is null ? result! : throw fault;
    }

    string[] AllGather(string own) => world.Size > 1 ? world.Session.AllGather(own, "a checkpoint") : [own];

    string Begin(string path)
    {
        Directory.CreateDirectory(path);
        var folder = Invariant($"step-{optimizer.Steps}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path.Combine(path, folder));
        return folder;
    }

    static void RemoveOthers(string path, string folder)
    {
        foreach (var other in Directory.GetDirectories(path, "step-*"))
            if (Path.GetFileName(other) != folder) Directory.Delete(other, recursive: true);
    }

    (List<Piece>, ShardMark, StateDict) Write(string folder)
    {
        var rest = optimizer.PartsToStateDict();
        using var file = new ShardFile(folder, Invariant($"rank-{world.Rank}-of-{world.Size}.bin"));
        foreach (var m in members)
        {
            var (start, length) = PartOf(m);
            if (length > 0) file.Add(m.Parameter.Name!, "", m.Value, Cut(m.Value, start, length), start);
            foreach (var (key, slot) in m.Group.States[m.Index].ToEntries().Select(e => (e.Key, e.Value as NDArray)))
            {
                if (slot is null) continue;
                var isOfPart = optimizer.HasParts && length < m.Length;
                if (isOfPart && slot.Length == length) file.Add(m.Parameter.Name!, key, m.Value, slot, start);
                else if (slot.SameShape(m.Value)) file.Add(m.Parameter.Name!, key, slot, Cut(slot, start, length), start);
                else if (optimizer.HasParts || m.Number % world.Size == world.Rank) file.Add(m.Parameter.Name!, key, slot, slot, 0);
            }
        }
        return (file.Pieces, file.End(), rest);
    }

    (nint Start, nint Length) PartOf(Member m) => world.Size == 1 ? (0, (nint)m.Length) : world.PartOf(m, world.Rank);

    static NDArray Cut(NDArray of, nint start, nint length) =>
        of is NDArray<float> single ? Parts.Of(single, start, length) : Parts.Of((NDArray<double>)of, start, length);

    /// <summary>What is no tensor, of all processes: each knows some parameters' counts and scalars.</summary>
    public static StateDict Merged(StateDict[] all)
    {
        var state = new SortedDictionary<int, IReadOnlyDictionary<string, object?>>();
        foreach (var own in all)
            foreach (var (number, entries) in own.State) state.TryAdd(number, entries);
        return new(new Dictionary<int, IReadOnlyDictionary<string, object?>>(state), all[0].ParamGroups, all[0].Rule, all[0].Plan);
    }

    public (LoadReport Report, string? Note) Load(string path, bool strict)
    {
        var (report, note) = Locally(() =>
        {
            if (members.Any(m => m.Parameter.Name is null)) throw MpiFault.Unnamed();
            var index = ShardIndex.Read(path);
            using var reader = new ShardReader(path, index);
            foreach (var m in members) CheckShape(m, reader);
            return (optimizer.LoadParts(Read(index, reader), strict), index.Note);
        });
        optimizer.SpreadParameters();
        return (report, note);
    }

    static void CheckShape(Member m, ShardReader reader)
    {
        var name = m.Parameter.Name!;
        if (reader.Of(name, "") is not { } saved) throw MpiFault.OtherShape(name, "not there", m.Value.ShapeText);
        var own = m.Value;
        var got = Text(saved.Shape, saved.Type, saved.ColumnMajor, saved.IsComplex);
        var wanted = Text(own.Dims, own.ElementType == typeof(float) ? "float32" : "float64", own.ColumnMajor, own.IsComplex);
        if (got != wanted) throw MpiFault.OtherShape(name, got, wanted);
    }

    static string Text(int[] shape, string type, bool columnMajor, bool complex) =>
        $"{NDArray.Text(shape)} of {type}{(columnMajor ? ", column by column" : "")}{(complex ? ", complex" : "")}";

    /// <summary>This process's parts: of parameters into their place, of slots as a state dict.</summary>
    StateDict Read(ShardIndex index, ShardReader reader)
    {
        var byName = index.Rest.ParamGroups.SelectMany(g => ((int[])g["params"]!).Zip((string[])g["param_names"]!))
            .ToDictionary(p => p.Second, p => p.First);
        var state = new Dictionary<int, IReadOnlyDictionary<string, object?>>();
        foreach (var m in members)
        {
            var (name, part) = (m.Parameter.Name!, m.Group.Stepped[m.Index]);
            var start = ReferenceEquals(part, m.Value) ? 0 : part.StartIn(m.Value);
            reader.Read(name, "", part, start);
            if (part.Length == 0 && m.Length > 0 && m.Group.Plan.Whole is not null) continue; // another process's
            var saved = index.Rest.State.GetValueOrDefault(byName[name]);
            var entries = new Dictionary<string, object?>(saved ?? new Dictionary<string, object?>());
            foreach (var slot in reader.SlotsOf(name))
            {
                var isOfPart = reader.Of(name, slot)!.Value.Shape.SequenceEqual(m.Value.Dims);
                entries[slot] = isOfPart ? Part(reader, name, slot, part, start) : reader.Read(name, slot);
            }
            if (entries.Count > 0) state[byName[name]] = entries;
        }
        return new(state, index.Rest.ParamGroups, index.Rest.Rule, index.Rest.Plan);
    }

    static NDArray Part(ShardReader reader, string name, string slot, NDArray like, nint start)
    {
        var part = like.Uninitialised();
        reader.Read(name, slot, part, start);
        return part;
    }
}
