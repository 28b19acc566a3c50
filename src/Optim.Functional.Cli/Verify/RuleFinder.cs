using System.Reflection;

namespace Optim.Functional.Cli;

/// <summary>The rules of an assembly: public static values first, then the types that none of these is of.</summary>
internal sealed record RuleFinder(IReadOnlyList<Found> Rules, IReadOnlyList<Unmade> Unmade)
{
    public static RuleFinder Search(RuleFile file)
    {
        var (rules, unmade) = (new List<Found>(), new List<Unmade>());
        var types = Types(file);
        foreach (var member in types.Where(t => t is { IsVisible: true, ContainsGenericParameters: false }).SelectMany(Values))
        {
            if (Read(member, out var why) is { } rule) Add(new(rule is Plan ? member.Name : rule.Name, rule, member.Name));
            else if (why.Length > 0) unmade.Add(new(member.Name, why));
        }
        var kinds = types
            .Where(t => t is { IsInterface: false, IsAbstract: false } && typeof(IRule).IsAssignableFrom(t) && t != typeof(Plan))
            .ToArray();
        foreach (var type in kinds.Where(t => t.IsVisible && rules.All(r => r.Rule.GetType() != t)))
        {
            if (RuleMaker.Make(type, out var why) is { } rule) Add(new(rule.Name, rule, ""));
            else unmade.Add(new(type.Name.Split('`')[0], why));
        }
        if (rules.Count + unmade.Count == 0) throw Misuse.NoRule(file.Path, What(file, types, kinds));
        return new(Distinct(rules), unmade);

        void Add(Found rule)
        {
            if (!rules.Any(rule.IsAs)) rules.Add(rule);
        }
    }

    /// <summary>The rules to verify.</summary>
    public IReadOnlyList<Found> Chosen(RuleFile file, string? name)
    {
        if (name is null) return Rules.Count > 0 ? Rules : throw Misuse.NotMade(file.Path, Unmade);
        if (Rules.Where(r => r.Answers(name)).ToArray() is { Length: > 0 } chosen) return chosen;
        throw Unmade.FirstOrDefault(u => u.Answers(name)) is { } unmade ? Misuse.NotMade(unmade)
            : Misuse.UnknownRule(file.Path, name, [.. Rules.Select(r => r.Name), .. Unmade.Select(u => u.Name)]);
    }

    static IEnumerable<MemberInfo> Values(Type type)
    {
        const BindingFlags Static = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return [
            .. type.GetProperties(Static)
                .Where(p =>
                    typeof(IRule).IsAssignableFrom(p.PropertyType)
                    && p.GetMethod is { IsPublic: true }
                    && p.GetIndexParameters().Length == 0),
            .. type.GetFields(Static).Where(f => typeof(IRule).IsAssignableFrom(f.FieldType)),
        ];
    }

    static IRule? Read(MemberInfo member, out string why)
    {
        why = "";
        try
        {
            return (IRule?)(member is PropertyInfo property ? property.GetValue(null) : ((FieldInfo)member).GetValue(null));
        }
        catch (TargetInvocationException e)
        {
            // Of a value at the top of a file, the failure of that file's first lines is what helps.
            var cause = e.InnerException is TypeInitializationException { InnerException: { } first } ? first : e.InnerException!;
            why = $"reading this value throws {cause.GetType().Name}: {cause.Message}";
            return null;
        }
    }

    // Two rules of one name are told apart by the value or the type that they come from.
    static Found[] Distinct(List<Found> rules) =>
        [.. rules.Select(r => rules.Count(other => other.Name == r.Name) == 1 ? r
            : r with { Name = $"{r.Name} ({(r.Value.Length > 0 ? r.Value : r.Rule.GetType().FullName!.Replace('+', '.'))})" })];

    static Type[] Types(RuleFile file)
    {
        try
        {
            return file.Assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            // What cannot be loaded may be no rule; with no rule at all it is the likely cause.
            var types = e.Types.OfType<Type>().ToArray();
            var cause = e.LoaderExceptions.OfType<Exception>().First();
            return types.Any(typeof(IRule).IsAssignableFrom)
                ? types
                : throw (cause is IOException ? Misuse.NoDependency(file.Path, cause) : Unfit(file, cause));
        }
    }

    /// <summary>What is said of a file that was built with another version of the library.</summary>
    public static Misuse Unfit(RuleFile file, Exception cause)
    {
        var library = typeof(IRule).Assembly.GetName();
        var built = file.Assembly.GetReferencedAssemblies().FirstOrDefault(a => a.Name == library.Name);
        return Misuse.Unfit(
            file.Path,
            built is null ? "no version of Optim.Functional" : $"Optim.Functional {built.Version!.ToString(3)}",
            library.Version!.ToString(3),
            cause);
    }

    static string What(RuleFile file, Type[] types, Type[] hidden) =>
        hidden.Length > 0 ? $"{string.Join(", ", hidden.Select(t => t.Name))} {(hidden.Length == 1 ? "is" : "are")} not public"
        : types.FirstOrDefault(t => t is { IsInterface: false, IsAbstract: true } && typeof(IRule).IsAssignableFrom(t)) is { } type
            ? $"{type.Name} is abstract"
        : file.Assembly.GetReferencedAssemblies().Any(a => a.Name == typeof(IRule).Assembly.GetName().Name)
            ? $"none of its {types.Length} types implements IElementwiseRule, IModelRule, IWholeRule or IClosureRule"
        : "it does not refer to Optim.Functional";
}
