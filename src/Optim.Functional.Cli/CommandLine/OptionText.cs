using System.Globalization;

namespace Optim.Functional.Cli;

/// <summary>Options of an optimizer between text and the types the Registry names.</summary>
internal static class OptionText
{
    const string None = "none";

    public static object? Parse(OptionInfo option, string text)
    {
        var type = Plain(option.Type);
        if (!option.Required && option.Default is null && text is None or "null") return null;
        if (type == typeof(string)) return text;
        if (type == typeof(bool) && bool.TryParse(text, out var yes)) return yes;
        if (type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole;
        if (type == typeof(double) && Number(text) is { } number) return number;
        if (type.IsArray && Tuple(text, ((Array)option.Default!).Length) is { } tuple) return tuple;
        throw Misuse.BadValue(option.Name, text, Wanted(option));
    }

    public static string Format(object? value) => value switch
    {
        null => None,
        bool b => b ? "true" : "false",
        double.PositiveInfinity => "inf",
        double x => x.ToString("R", CultureInfo.InvariantCulture).Replace("E-0", "e-").Replace("E", "e"),
        Array xs => string.Join(',', xs.Cast<object?>().Select(Format)),
        IFormattable x => x.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>What stands for the value in the help; empty for a switch.</summary>
    public static string Placeholder(OptionInfo option) => Plain(option.Type) switch
    {
        var t when t == typeof(bool) => "",
        var t when t == typeof(int) => "INTEGER",
        var t when t == typeof(double) => "NUMBER",
        var t when t.IsArray => string.Join(',', Enumerable.Repeat("NUMBER", ((Array)option.Default!).Length)),
        _ => "TEXT",
    };

    static string Wanted(OptionInfo option) => Placeholder(option) switch
    {
        "" => "true or false",
        "INTEGER" => $"a whole number{Example(option)}",
        "NUMBER,NUMBER" => $"two numbers with a comma between{Example(option)}",
        "NUMBER,NUMBER,NUMBER" => $"three numbers with commas between{Example(option)}",
        _ => $"a number{Example(option)}",
    };

    static string Example(OptionInfo option) => option.Default is null ? "" : $" such as {Format(option.Default)}";

    static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    /// <summary>So many numbers, of which some may be none, which the optimizer may refuse; null where the text is not that.</summary>
    static Array? Tuple(string text, int length)
    {
        var entries = text.Split(',');
        if (entries.Length != length || entries.Any(e => e is not (None or "null") && Number(e) is null)) return null;
        double?[] numbers = Array.ConvertAll(entries, Number);
        return numbers.Contains(null) ? numbers : Array.ConvertAll(numbers, x => x!.Value);
    }

    static double? Number(string text) =>
        text is "inf" ? double.PositiveInfinity :
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) ? x : null;
}
