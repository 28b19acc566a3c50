using System.Text.Json;

namespace Optim.Functional;

/// <summary>The parts of an optimizer's state brought together in the first process, tensor by tensor.</summary>
sealed class Gathering(World world, Optimizer optimizer)
{
    readonly Member[] members = Member.Of(optimizer);

    public StateDict? Run()
    {
        if (!optimizer.HasParts) return world.IsFirst ? optimizer.StateDict() : null;
        var rests = world.Session.AllGather(optimizer.PartsToStateDict().ToJson(), "a state");
        var rest = Shards.Merged(Array.ConvertAll(rests, StateDict.FromJson));
        var state = new Dictionary<int, IReadOnlyDictionary<string, object?>>(rest.State);
        foreach (var m in members)
        {
            var entries = new Dictionary<string, object?>(state.GetValueOrDefault(m.Number) ?? new Dictionary<string, object?>());
            foreach (var (slot, owner) in SlotsOf(m)) entries[slot] = owner < 0 ? Together(m, slot) : FromOne(m, slot, owner);
            if (entries.Count > 0) state[m.Number] = entries;
        }
        return world.IsFirst ? new(state, rest.ParamGroups, rest.Rule, rest.Plan) : null;
    }

    NDArray? Own(Member m, string slot) => m.Group.States[m.Index].ToEntries().GetValueOrDefault(slot) as NDArray;

    /// <summary>The slots of a parameter, and the process that has all of one; -1 where each has a part.</summary>
    (string Slot, int Owner)[] SlotsOf(Member m)
    {
        var isWhole = m.Group.Stepped[m.Index].Length == m.Length;
        var own = ShardIndex.Pack(writer =>
        {
            writer.WriteStartObject();
            foreach (var (key, value) in m.Group.States[m.Index].ToEntries())
                if (value is NDArray) writer.WriteBoolean(key, isWhole);
            writer.WriteEndObject();
        });
        var slots = new Dictionary<string, int>();
        foreach (var (rank, text) in world.Session.AllGather(own, "a state").Index())
        {
            using var json = JsonDocument.Parse(text);
            foreach (var slot in json.RootElement.EnumerateObject())
                if (!slots.TryGetValue(slot.Name, out var known) || known < 0) slots[slot.Name] = slot.Value.GetBoolean() ? rank : -1;
        }
        return [.. slots.Select(s => (s.Key, s.Value))];
    }

    NDArray? Together(Member m, string slot) =>
        m.Value is NDArray<float> single ? Together(m, single, slot) : Together(m, (NDArray<double>)m.Value, slot);

    NDArray<T>? Together<T>(Member m, NDArray<T> θ, string slot) where T : unmanaged, IFloatingPointIeee754<T>
    {
        NDArray<T>? all = world.IsFirst ? (NDArray<T>)θ.Uninitialised() : null;
        for (var rank = 0; rank < world.Size; rank++)
        {
            var (start, length) = world.PartOf(m, rank);
            var from = rank == world.Rank ? (NDArray<T>)Own(m, slot)! : null;
            Send(from?.Place, all?.Place.After(start), length, rank);
        }
        return all;
    }

    NDArray? FromOne(Member m, string slot, int owner) =>
        m.Value is NDArray<float> ? FromOne<float>(m, slot, owner) : FromOne<double>(m, slot, owner);

    NDArray<T>? FromOne<T>(Member m, string slot, int owner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var own = world.Rank == owner ? (NDArray<T>)Own(m, slot)! : null;
        var text = own is null ? "" : $"{string.Join(',', own.Dims)}|{own.ColumnMajor}|{own.IsComplex}";
        var words = world.Session.Broadcast(text, owner, "a state").Split('|');
        int[] dims = [.. words[0].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        var (columnMajor, complex) = (bool.Parse(words[1]), bool.Parse(words[2]));
        var length = NDArray.Elements(dims, complex);
        var all = world.IsFirst ? New() : null;
        Send(own?.Place, all?.Place, (nint)length, owner);
        return all;

        NDArray<T> New() => new(Allocation.New<T>(length, complex, cleared: false), dims, columnMajor, complex: complex);
    }

    /// <summary>Numbers of one process, to the first.</summary>
    void Send<T>(Place<T>? from, Place<T>? to, nint length, int owner) where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Most = 1 << 20;
        for (nint at = 0; at < length; at += Most)
        {
            var n = (int)nint.Min(Most, length - at);
            var room = new Buffer<T>(n);
            from?.After(at).CopyTo(room.Place, n);
            var request = world.Session.Broadcast<T>(room.At(), n, owner);
            world.Session.Wait(ref request);
            if (to is { } target) room.Place.CopyTo(target.After(at), n);
        }
    }
}
