using System.Globalization;
using System.Text.Json;

namespace Optim.Functional;

/// <summary>One number for all groups, or one for each: <c>0.1</c>, <c>new[] { 0.1, 0.01 }</c>.</summary>
public readonly struct PerGroup
{
    readonly double one;

    PerGroup(double one, double[]? each) => (this.one, Each) = (one, each);

    internal double[]? Each { get; }

    internal object Value => Each ?? (object)one;

    /// <summary>One for all groups.</summary>
    public static implicit operator PerGroup(double one) => new(one, null);

    /// <summary>One for each group, in order.</summary>
    public static implicit operator PerGroup(double[] each) => new(0, each ?? throw Fault.Null("the numbers"));
}

/// <summary>A scheduler's options by torch's names: they are saved with its epochs, and what was saved takes their place.</summary>
sealed class SchedulerOptions : Dictionary<string, object?>
{
    /// <summary>Options that are functions, which no file holds.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Saved => this.Where(o => o.Value is not (Delegate or Delegate[]));

    /// <summary>Counts, where an option has a value for each group.</summary>
    public void Check(string scheduler, int groups)
    {
        foreach (var (name, value) in this)
            if (name is "max_lr" or "base_lr" or "swa_lr" or "min_lr" && value is double[] each && each.Length != groups)
                throw Fault.GroupCount(scheduler, name, groups, each.Length);
    }

    public double Number(string name, int group = 0) => this[name] switch
    {
        double[] each => each[group],
        var one => Convert.ToDouble(one, CultureInfo.InvariantCulture),
    };

    public long Whole(string name) => Convert.ToInt64(this[name], CultureInfo.InvariantCulture);

    public bool Is(string name) => (bool)this[name]!;

    public void Load(string scheduler, IReadOnlyDictionary<string, object?> state)
    {
        var found = Saved.Where(o => state.ContainsKey(o.Key)).ToDictionary(o => o.Key, o => Like(scheduler, o.Key, o.Value, state[o.Key]));
        foreach (var (name, value) in found) this[name] = value;
    }

    static object? Like(string scheduler, string name, object? has, object? got) => Plain(got) switch
    {
        null => null,
        var value when has is long[] => Numbers(scheduler, name, value).Select(x => (long)x).ToArray(),
        object?[] or double[] or long[] => Numbers(scheduler, name, got),
        bool value when has is bool => value,
        string value when has is string => value,
        IConvertible number and not (bool or string) when has is not (bool or string) => has is long ? number.ToInt64(null) : number.ToDouble(null),
        _ => throw Fault.SchedulerState(scheduler, name, got),
    };

    public static long Whole(IReadOnlyDictionary<string, object?> state, string scheduler, string name) =>
        Plain(state.GetValueOrDefault(name)) is IConvertible number and not (bool or string) && number.ToDouble(null) is var x && x == Math.Floor(x)
            ? (long)x : throw Fault.SchedulerState(scheduler, name, state.GetValueOrDefault(name));

    public static double[] List(IReadOnlyDictionary<string, object?> state, string scheduler, string name) =>
        Numbers(scheduler, name, state.GetValueOrDefault(name));

    static double[] Numbers(string scheduler, string name, object? got) => Plain(got) switch
    {
        double[] all => all,
        long[] all => Array.ConvertAll(all, x => (double)x),
        object?[] all => Array.ConvertAll(all, x => x is IConvertible number and not (bool or string) ? number.ToDouble(CultureInfo.InvariantCulture)
            : throw Fault.SchedulerState(scheduler, name, got)),
        _ => throw Fault.SchedulerState(scheduler, name, got),
    };

    /// <summary>What System.Text.Json has read, as plain values.</summary>
    public static object? Plain(object? value) => value is not JsonElement json ? value : json.ValueKind switch
    {
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True or JsonValueKind.False => json.GetBoolean(),
        JsonValueKind.Array => json.EnumerateArray().Select(e => Plain(e)).ToArray(),
        JsonValueKind.Object => json.EnumerateObject().ToDictionary(e => e.Name, e => Plain(e.Value)),
        _ => null,
    };
}
