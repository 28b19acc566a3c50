using System.Reflection;
using Microsoft.FSharp.Core;

namespace Optim.Functional.Cli;

/// <summary>Makes a rule of its type alone.</summary>
internal static class RuleMaker
{
    const string LearningRate = "lr";
    const double UsualRate = 0.1;

    /// <summary>A rule of its defaults, with <see cref="UsualRate"/> for a learning rate that has none;
    /// null where there is no such rule.</summary>
    public static IRule? Make(Type type, out string why)
    {
        (why, var making) = Way(type);
        try
        {
            return making?.Invoke();
        }
        catch (Exception e)
        {
            why = $"made of its defaults it throws {e.GetType().Name}: {e.Message}";
            return null;
        }
    }

    static (string Why, Func<IRule>? Making) Way(Type type)
    {
        if (type.ContainsGenericParameters) return ("it is generic", null);
        var info = RuleInfo.Of(type);
        var required = info.Options.Where(o => o.Required).Select(o => o.Name).ToArray();
        var missing = info
            .Options.Where(o => o.Required && (o.Name, o.Type) != (LearningRate, typeof(double)))
            .Select(o => o.Name)
            .ToArray();
        if (info.Options.Count > 0 && missing.Length == 0)
            return ("", () => info.Create(required.ToDictionary(name => name, _ => (object?)UsualRate)));

        var constructors = type.GetConstructors();
        if (constructors.FirstOrDefault(c => c.GetParameters().All(IsOptional)) is { } constructor)
            return ("", () =>
                (IRule)
                    constructor.Invoke(
                        BindingFlags.DoNotWrapExceptions,
                        null,
                        [.. constructor.GetParameters().Select(p => p.HasDefaultValue ? p.DefaultValue : null)],
                        null));
        if (type.IsValueType && constructors.Length == 0) return ("", () => (IRule)Activator.CreateInstance(type)!);
        if (constructors.Length == 0) return ("it has no public constructor", null);
        if (missing.Length == 0) missing = [.. constructors[0].GetParameters().Where(p => !IsOptional(p)).Select(p => p.Name!)];
        return ($"its constructor has no default for {string.Join(", ", missing)}", null);
    }

    // F# writes ?lr where C# writes lr = null.
    static bool IsOptional(ParameterInfo p) => p.HasDefaultValue || p.IsDefined(typeof(OptionalArgumentAttribute));
}
