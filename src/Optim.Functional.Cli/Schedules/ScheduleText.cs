using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Optim.Functional.Cli;

/// <summary>A schedule in words: <c>Cosine(1000) after Linear(100)</c>, <c>Exponential(0.999) with MultiStep([300, 600]) times 0.5</c>.</summary>
/// <remarks>
/// schedule = part { with part }; part = single [ times number ] [ after [ steps of ] part ]; single = Name ( values ), each with its name
/// before a colon or without, or ( schedule ).
/// </remarks>
internal sealed partial class ScheduleText
{
    const string With = "with", After = "after", Times = "times", Of = "of";

    /// <summary>The schedules that have a name here: those made of numbers alone.</summary>
    public static readonly IReadOnlyList<Type> Known =
    [
        typeof(Constant), typeof(Linear), typeof(Exponential), typeof(StepDecay), typeof(MultiStep), typeof(Polynomial), typeof(Cosine),
        typeof(CosineWave), typeof(WarmRestarts), typeof(Cyclic), typeof(OneCycle), typeof(InverseSquareRoot), typeof(WarmupStableDecay),
        typeof(AnnealTo),
    ];

    readonly string text;
    readonly Match[] words;
    int next;

    ScheduleText(string text)
    {
        this.text = text;
        words = Words().Matches(text).ToArray();
    }

    public static ISchedule Parse(string text)
    {
        var all = new ScheduleText(text);
        var schedule = all.Schedule();
        return all.next == all.words.Length ? schedule : throw all.Wanted("with, times, after or the end");
    }

    /// <summary>Steps after which nothing changes any more, where that is known.</summary>
    public static long? LengthOf(ISchedule schedule) => schedule switch
    {
        Constant s => s.Steps,
        Linear s => s.Steps,
        Polynomial s => s.Steps,
        Cosine s => s.Steps,
        AnnealTo s => s.Steps,
        OneCycle s => s.TotalSteps,
        WarmupStableDecay s => s.Warmup + s.Stable + s.Decay,
        MultiStep { Milestones: { Count: > 0 } all } => all.Max(),
        Scaled s => LengthOf(s.Of),
        Joined s => LengthOf(s.Schedules[^1]) is { } last ? (s.Milestones.Count > 0 ? s.Milestones[^1] : 0) + last : null,
        Chained s => s.Schedules.Select(LengthOf).Max(),
        _ => null,
    };

    ISchedule Schedule()
    {
        var found = Part();
        while (Takes(With)) found = found.With(Part());
        return found;
    }

    ISchedule Part()
    {
        var found = Single();
        if (Takes(Times)) found = Made(() => found.Times(Number()));
        if (!Takes(After)) return found;
        long? steps = null;
        if (next + 1 < words.Length && words[next + 1].Value == Of)
        {
            steps = (long)Number();
            next++;
        }
        var first = Part();
        var all = steps ?? LengthOf(first) ?? throw Misuse.NoLength(first.GetType().Name);
        return Made(() => first.Then(first is Joined { Milestones: { Count: > 0 } begun } ? all - begun[^1] : all, found));
    }

    ISchedule Single()
    {
        if (Takes("("))
        {
            var inner = Schedule();
            return Takes(")") ? inner : throw Wanted(")");
        }
        var name = Word("the name of a schedule");
        var type = Known.FirstOrDefault(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw Misuse.UnknownSchedule(name, [.. Known.Select(t => t.Name)]);
        var constructor = type.GetConstructors().Single();
        var parameters = constructor.GetParameters();
        var values = Array.ConvertAll(parameters, p => p.HasDefaultValue ? p.DefaultValue : DBNull.Value);
        var place = 0;
        if (Takes("(") && !Takes(")"))
            do
            {
                if (next + 1 < words.Length && words[next + 1].Value == ":")
                {
                    var option = Word("a name").Replace("_", "");
                    next++;
                    place = Array.FindIndex(parameters, p => p.Name!.Equals(option, StringComparison.OrdinalIgnoreCase));
                }
                if (place < 0 || place >= parameters.Length) throw Misuse.ScheduleOptions(type.Name, Signature(parameters));
                values[place] = Value(parameters[place++]);
            }
            while (Takes(",") || (Takes(")") ? false : throw Wanted(", or )")));
        if (values.Contains(DBNull.Value)) throw Misuse.ScheduleOptions(type.Name, Signature(parameters));
        return Made(() => (ISchedule)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, values, null));
    }

    ISchedule Made(Func<ISchedule> make)
    {
        try { return make(); }
        catch (ArgumentException e) { throw Misuse.BadSchedule(text, e); }
    }

    object Value(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (type == typeof(IReadOnlyList<long>)) return List();
        if (type == typeof(bool)) return bool.TryParse(Word("true or false"), out var on) ? on : throw Wanted("true or false", back: 1);
        if (type.IsEnum) return Enum.TryParse(type, Word(string.Join(", ", Enum.GetNames(type))), true, out var found) ? found : throw Wanted(string.Join(", ", Enum.GetNames(type)), back: 1);
        var number = Number();
        if (type == typeof(double)) return number;
        if (number != Math.Floor(number)) throw Wanted($"a whole number for {parameter.Name}", back: 1);
        return type == typeof(int) ? (int)number : (long)number;
    }

    long[] List()
    {
        if (!Takes("[")) throw Wanted("[ and numbers");
        var all = new List<long>();
        while (!Takes("]"))
        {
            all.Add((long)Number());
            Takes(",");
        }
        return [.. all];
    }

    bool Takes(string word)
    {
        if (next >= words.Length || !words[next].Value.Equals(word, StringComparison.OrdinalIgnoreCase)) return false;
        next++;
        return true;
    }

    string Word(string wanted) => next < words.Length && char.IsLetter(words[next].Value[0]) ? words[next++].Value : throw Wanted(wanted);

    double Number() =>
        next < words.Length && double.TryParse(words[next].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) && next++ >= 0 ? x
        : throw Wanted("a number");

    Misuse Wanted(string wanted, int back = 0)
    {
        var at = next - back;
        return Misuse.ScheduleSyntax(text, at < words.Length ? words[at].Index : text.Length, wanted);
    }

    static string Signature(ParameterInfo[] parameters) =>
        string.Join(", ", parameters.Select(p => p.HasDefaultValue ? $"{Spelling(p)}: {OptionText.Format(p.DefaultValue)}" : Spelling(p)));

    static string Spelling(ParameterInfo parameter) => Names.Torch(char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..]);

    [GeneratedRegex(@"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[A-Za-z_]\w*|\S")]
    private static partial Regex Words();
}
