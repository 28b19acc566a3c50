using System.Collections;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Optim.Functional;

/// <summary>One option of a rule, by torch's name.</summary>
/// <param name="Name">torch's name: <c>weight_decay</c>, <c>betas</c>.</param>
/// <param name="Type">double, int, bool, string or <see cref="BlockSizes"/>; double[] for a tuple, double?[] where an entry of it may be
/// null.</param>
/// <param name="Default">Value where none is given; null also where there is none (SGD's lr).</param>
/// <param name="Required">Whether it must be given.</param>
public sealed record OptionInfo(string Name, Type Type, object? Default, bool Required)
{
    bool PrintMembers(StringBuilder text)
    {
        text.Append($"Name = {Name}, Type = {Type}, Default = {RuleInfo.Text(Default)}, Required = {Required}");
        return true;
    }
}

/// <summary>A rule's options as torch names them, read off its constructor: so options are written once, in the rule.</summary>
/// <remarks>Works for any rule whose constructor parameters have properties of the same name. A rule without such a constructor has no
/// options.</remarks>
public sealed class RuleInfo
{
    internal const DynamicallyAccessedMemberTypes Seen =
        DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicProperties;
    static readonly ConcurrentDictionary<Type, RuleInfo> Known = new();
    readonly ConstructorInfo? constructor;
    readonly Part[] parts = [];
    readonly ILookup<string, Part> options;

    /// <summary>A parameter of the constructor, which is an option, or, with an index from 0, an entry of a tuple in torch.</summary>
    readonly record struct Part(ParameterInfo Parameter, PropertyInfo Property, string Option, int Index = -1)
    {
        public static Part Of(ParameterInfo parameter, PropertyInfo property) =>
            parameter.GetCustomAttribute<TupleAttribute>() is { } tuple
                ? new(parameter, property, tuple.Name, tuple.Index)
                : new(parameter, property, Names.Torch(char.ToUpperInvariant(parameter.Name![0]) + parameter.Name[1..]));

        public bool MayBeNull => Nullable.GetUnderlyingType(Parameter.ParameterType) is not null;

        /// <summary>The type without its null.</summary>
        public Type Type => Nullable.GetUnderlyingType(Parameter.ParameterType) ?? Parameter.ParameterType;
    }

    RuleInfo([DynamicallyAccessedMembers(Seen)] Type type)
    {
        (RuleType, Name) = (type, type.Name);
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var candidate in type.GetConstructors().OrderByDescending(c => c.GetParameters().Length))
        {
            var found = candidate.GetParameters()
                .Select(p => (p, q: properties.FirstOrDefault(q => q.Name.Equals(p.Name, StringComparison.OrdinalIgnoreCase))))
                .ToArray();
            if (found.Length == 0 || found.Any(f => f.q?.PropertyType != f.p.ParameterType)) continue;
            constructor = candidate;
            parts = Array.ConvertAll(found, f => Part.Of(f.p, f.q!));
            break;
        }
        options = parts.ToLookup(p => p.Option);
        Options = [.. options.Select(Info)];
    }

    static OptionInfo Info(IGrouping<string, Part> option)
    {
        var type = option.First().Index < 0 ? option.First().Type : TupleType(option);
        var isRequired = !option.All(p => p.Parameter.HasDefaultValue);
        return new(option.Key, type, isRequired ? null : Value(option, p => p.Parameter.DefaultValue), isRequired);
    }

    static Type TupleType(IEnumerable<Part> parts) => parts.Any(p => p.MayBeNull) ? typeof(double?[]) : typeof(double[]);

    /// <summary>An option's value: of a tuple its entries, double[], or double?[] where one may be null.</summary>
    static object? Value(IEnumerable<Part> parts, Func<Part, object?> of) =>
        parts.First().Index < 0 ? of(parts.First())
        : TupleType(parts) == typeof(double[]) ? parts.Select(p => (double)of(p)!).ToArray()
        : parts.Select(p => (double?)of(p)).ToArray();

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
        foreach (var name in (options ?? throw Fault.Null(nameof(options))).Keys) Check(name);
        foreach (var o in Options)
            if (o.Required && !options.ContainsKey(o.Name)) throw Fault.RequiredOption(Name, o.Name);
        return Build(p => options.TryGetValue(p.Option, out var value) ? Coerce(p, value) : p.Parameter.DefaultValue);
    }

    void Check(string option)
    {
        if (!options.Contains(option)) throw Fault.UnknownOption(Name, option, Options.Select(o => o.Name));
    }

    /// <summary>The rule's options by torch's names.</summary>
    public IReadOnlyDictionary<string, object?> Read(IRule rule) => Read((object)rule);

    internal IReadOnlyDictionary<string, object?> Read(object rule) =>
        options.ToDictionary(o => o.Key, o => Value(o, p => p.Property.GetValue(rule)));

    /// <summary>The same rule with one option changed, validated.</summary>
    /// <exception cref="ArgumentException">The option is unknown, of another type, or out of range.</exception>
    public IRule With(IRule rule, string option, object? value)
    {
        Check(option);
        return Build(p => p.Option == option ? Coerce(p, value) : p.Property.GetValue(rule));
    }

    /// <summary>The arguments of the constructor that make a rule or a stage, in order, by the constructor's own names: what code that
    /// makes it again says.</summary>
    public IReadOnlyList<(string Parameter, object? Value, bool IsDefault)> Arguments(object rule) => Array.ConvertAll(parts, p =>
    {
        var value = p.Property.GetValue(rule);
        return (p.Parameter.Name!, value, p.Parameter.HasDefaultValue && Equals(value, p.Parameter.DefaultValue));
    });

    /// <summary>torch's words for a property: betas[0] for Beta1, weight_decay for WeightDecay.</summary>
    internal string Spelling(string property) =>
        parts.FirstOrDefault(p => p.Property.Name == property) is { Option: not null, Index: >= 0 } part
        ? $"{part.Option}[{part.Index}]"
        : Names.Torch(property);

    /// <summary>An option's value as torch prints it.</summary>
    internal static string Text(object? value) => value switch
    {
        null => "null",
        Array or IEnumerable<long> or IEnumerable<IStage> when value is IEnumerable all => $"({string.Join(", ", all.Cast<object?>().Select(Text))})",
        Delegate => "of the step",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    /// <summary>The name of a rule or stage, then its options.</summary>
    internal static string Print(IRule rule) => Print(rule.Name, Of(rule.GetType()).Read(rule));

    internal static string Print(IStage stage) => Print(stage.GetType().Name, Of(stage.GetType()).Read(stage));

    static string Print(string name, IReadOnlyDictionary<string, object?> options) =>
        $"{name} ({string.Join(", ", options.Select(o => $"{o.Key}: {Text(o.Value)}"))})";

    IRule Build(Func<Part, object?> argument)
    {
        var rule = (IRule)constructor!.Invoke(BindingFlags.DoNotWrapExceptions, null, Array.ConvertAll(parts, p => argument(p)), null);
        rule.Validate();
        return rule;
    }

    object? Coerce(Part part, object? value)
    {
        var given = part.Index < 0 ? value : Entry(part, value);
        if (given is null && (part.MayBeNull || part.Type == typeof(string))) return null;
        if (part.Type.IsInstanceOfType(given)) return given;
        if (part.Type == typeof(BlockSizes) && (given is null || BlockSizes.From(given) is not null)) return BlockSizes.From(given);
        if (given is IConvertible c && c.GetTypeCode() is >= TypeCode.SByte and <= TypeCode.Decimal)
        {
            var number = c.ToDouble(CultureInfo.InvariantCulture);
            if (part.Type == typeof(double)) return number;
            if (part.Type == typeof(int) && number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue) return (int)number;
        }
        throw Fault.OptionType(Name, part.Option, Words(part.Type), value);
    }

    object? Entry(Part part, object? tuple)
    {
        object?[] entries = tuple switch
        {
            ITuple t => [.. Enumerable.Range(0, t.Length).Select(i => t[i])],
            IEnumerable e and not string => [.. e.Cast<object?>()],
            _ => [],
        };
        var count = options[part.Option].Count();
        return entries.Length == count ? entries[part.Index]
            : throw Fault.OptionType(Name, part.Option, $"{(count == 2 ? "two" : count)} numbers", tuple);
    }

    static string Words(Type type) =>
        type == typeof(double) ? "a number" : type == typeof(int) ? "a whole number"
        : type == typeof(bool) ? "true or false" : type == typeof(BlockSizes) ? "whole numbers above 0" : "a text";
}
