using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;

namespace Optim.Functional;

/// <summary>One option of a rule, by torch's name.</summary>
/// <param name="Name">torch's name: <c>weight_decay</c>, <c>betas</c>.</param>
/// <param name="Type">double, int, bool or string; double[] for a tuple, double?[] where an entry of it may be null.</param>
/// <param name="Default">Value where none is given; null also where there is none (SGD's lr).</param>
/// <param name="Required">Whether it must be given.</param>
public sealed record OptionInfo(string Name, Type Type, object? Default, bool Required);

/// <summary>A rule's options as torch names them, read off its constructor: so options are written once, in the rule.</summary>
/// <remarks>Works for any rule whose constructor parameters have properties of the same name. A rule without such a constructor has no options.</remarks>
public sealed class RuleInfo
{
    internal const DynamicallyAccessedMemberTypes Seen = DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicProperties;
    static readonly ConcurrentDictionary<Type, RuleInfo> Known = new();
    readonly ConstructorInfo? constructor;
    readonly (ParameterInfo Parameter, PropertyInfo Property, string Option, int Index)[] parts = [];

    RuleInfo([DynamicallyAccessedMembers(Seen)] Type type)
    {
        (RuleType, Name) = (type, type.Name);
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var candidate in type.GetConstructors().OrderByDescending(c => c.GetParameters().Length))
        {
            var found = candidate.GetParameters().Select(p => (p, q: properties.FirstOrDefault(q => q.Name.Equals(p.Name, StringComparison.OrdinalIgnoreCase)))).ToArray();
            if (found.Length == 0 || found.Any(f => f.q?.PropertyType != f.p.ParameterType)) continue;
            constructor = candidate;
            parts = Array.ConvertAll(found, f => f.p.GetCustomAttribute<TupleAttribute>() is { } t ? (f.p, f.q!, t.Name, t.Index) : (f.p, f.q!, Names.Torch(Capital(f.p.Name!)), -1));
            break;
        }
        Options = [.. parts.GroupBy(p => p.Option).Select(g => g.First().Index < 0
            ? new OptionInfo(g.Key, Bare(g.First().Parameter.ParameterType), Default(g.First().Parameter), !g.First().Parameter.HasDefaultValue)
            : g.All(p => p.Parameter.HasDefaultValue) ? new OptionInfo(g.Key, TupleType(g), Entries(g, p => Default(p.Parameter)), false)
            : new OptionInfo(g.Key, TupleType(g), null, true))];
    }

    /// <summary>The options of a rule's type.</summary>
    public static RuleInfo Of([DynamicallyAccessedMembers(Seen)] Type rule)
    {
        if (Known.TryGetValue(rule ?? throw Fault.Null(nameof(rule)), out var known)) return known;
        return Known.GetOrAdd(rule, new RuleInfo(rule));
    }

    /// <summary>The rule's name.</summary>
    public string Name { get; }

    /// <summary>The record or class that implements it.</summary>
    [DynamicallyAccessedMembers(Seen)] public Type RuleType { get; }

    /// <summary>All options, in the order of the constructor.</summary>
    public IReadOnlyList<OptionInfo> Options { get; }

    /// <summary>Whether a step needs a closure: <see cref="IClosureRule"/>.</summary>
    public bool ClosureDriven => typeof(IClosureRule).IsAssignableFrom(RuleType);

    /// <summary>A rule with these options, the others at their defaults.</summary>
    /// <param name="options">By torch's names. Numbers may be of any numeric type, tuples any sequence of two.</param>
    /// <exception cref="ArgumentException">An option is unknown, of another type, out of range, or required and missing.</exception>
    public IRule Create(IReadOnlyDictionary<string, object?> options)
    {
        foreach (var name in (options ?? throw Fault.Null(nameof(options))).Keys)
            if (!Options.Any(o => o.Name == name)) throw Fault.UnknownOption(Name, name, Options.Select(o => o.Name));
        foreach (var o in Options)
            if (o.Required && !options.ContainsKey(o.Name)) throw Fault.RequiredOption(Name, o.Name);
        return Build(p => options.TryGetValue(p.Option, out var value) ? Coerce(p.Option, p.Index, p.Parameter.ParameterType, value) : p.Parameter.DefaultValue);
    }

    /// <summary>The rule's options by torch's names.</summary>
    public IReadOnlyDictionary<string, object?> Read(IRule rule) => Read((object)rule);

    internal IReadOnlyDictionary<string, object?> Read(object rule) => parts.GroupBy(p => p.Option).ToDictionary(g => g.Key,
        g => g.First().Index < 0 ? g.First().Property.GetValue(rule) : Entries(g, p => p.Property.GetValue(rule)));

    static Type TupleType(IEnumerable<(ParameterInfo Parameter, PropertyInfo, string, int)> parts) =>
        parts.Any(p => Nullable.GetUnderlyingType(p.Parameter.ParameterType) is not null) ? typeof(double?[]) : typeof(double[]);

    /// <summary>A tuple's entries: double[], or double?[] where one may be null.</summary>
    static Array Entries(IEnumerable<(ParameterInfo Parameter, PropertyInfo Property, string, int)> parts,
        Func<(ParameterInfo Parameter, PropertyInfo Property, string, int), object?> value) =>
        TupleType(parts) == typeof(double[]) ? parts.Select(p => (double)value(p)!).ToArray() : parts.Select(p => (double?)value(p)).ToArray();

    /// <summary>The same rule with one option changed, validated.</summary>
    /// <exception cref="ArgumentException">The option is unknown, of another type, or out of range.</exception>
    public IRule With(IRule rule, string option, object? value) => parts.Any(p => p.Option == option)
        ? Build(p => p.Option == option ? Coerce(option, p.Index, p.Parameter.ParameterType, value) : p.Property.GetValue(rule))
        : throw Fault.UnknownOption(Name, option, Options.Select(o => o.Name));

    /// <summary>The arguments of the constructor that make a rule or a stage, in order, by the constructor's own names: what code that makes it again says.</summary>
    public IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> Arguments(object rule) => Array.ConvertAll(parts, p =>
    {
        var value = p.Property.GetValue(rule);
        return (p.Parameter.Name!, value, p.Parameter.HasDefaultValue && Equals(value, p.Parameter.DefaultValue));
    });

    /// <summary>torch's words for a property: betas[0] for Beta1, weight_decay for WeightDecay.</summary>
    internal string Spelling(string property) => parts.FirstOrDefault(p => p.Property.Name == property) is { Index: >= 0 } part
        ? $"{part.Option}[{part.Index}]" : Names.Torch(property);

    /// <summary>An option's value as torch prints it.</summary>
    internal static string Text(object? value) => value switch
    {
        null => "null",
        Array all => $"({string.Join(", ", all.Cast<object?>().Select(Text))})",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    /// <summary>The name of a rule or stage, then its options.</summary>
    internal static string Print(IRule rule) => Print(rule.Name, Of(rule.GetType()).Read(rule));

    internal static string Print(IStage stage) => Print(stage.GetType().Name, Of(stage.GetType()).Read(stage));

    static string Print(string name, IReadOnlyDictionary<string, object?> options) =>
        $"{name} ({string.Join(", ", options.Select(o => $"{o.Key}: {Text(o.Value)}"))})";

    IRule Build(Func<(ParameterInfo Parameter, PropertyInfo Property, string Option, int Index), object?> argument)
    {
        var rule = (IRule)constructor!.Invoke(BindingFlags.DoNotWrapExceptions, null, Array.ConvertAll(parts, p => argument(p)), null);
        rule.Validate();
        return rule;
    }

    object? Coerce(string option, int index, Type type, object? value)
    {
        var (bare, given) = (Bare(type), value);
        if (index >= 0)
        {
            var two = value switch
            {
                ITuple t => [.. Enumerable.Range(0, t.Length).Select(i => t[i])],
                IEnumerable e and not string => e.Cast<object?>().ToArray(),
                _ => Array.Empty<object?>(),
            };
            var many = parts.Count(p => p.Option == option);
            if (two.Length != many) throw Fault.OptionType(Name, option, $"{(many == 2 ? "two" : many)} numbers", value);
            given = two[index];
        }
        if (given is null && (Nullable.GetUnderlyingType(type) is not null || type == typeof(string))) return null;
        if (bare.IsInstanceOfType(given)) return given;
        double? number = given is IConvertible c && c.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.Decimal ? c.ToDouble(CultureInfo.InvariantCulture) : null;
        if (bare == typeof(double) && number is { } x) return x;
        if (bare == typeof(int) && number is { } n && n == Math.Floor(n) && Math.Abs(n) <= int.MaxValue) return (int)n;
        throw Fault.OptionType(Name, option, bare == typeof(double) ? "a number" : bare == typeof(int) ? "a whole number" : bare == typeof(bool) ? "true or false" : "a text", value);
    }

    static object? Default(ParameterInfo p) => p.HasDefaultValue ? p.DefaultValue : null;
    static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;
    static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
