using System.Globalization;

namespace Optim.Functional.Tests;

public class FactoryTests
{
    const string File = "src/Optim.Functional/Torch/Optim.cs";

    [Fact]
    public void Torchs_functions_are_the_registrys() => Derived.Check(File, _ => $$"""
        namespace Optim.Functional;

        // Written from the registry: OPTIM_UPDATE=1 ./build.sh test writes it anew.
        public static partial class Torch
        {
            /// <summary>torch.optim: for each optimizer its function, with torch's parameter names and defaults.</summary>
            public static class @optim
            {
        {{string.Join("\n\n", Registry.All.Select(Functions))}}
            }
        }

        """.ReplaceLineEndings("\n"));

    static string Functions(RuleInfo rule)
    {
        var names = string.Join(", ", rule.Options.Select(o => o.Name));
        var lacking = rule.Options.FirstOrDefault(o => o.Required) is { } required ? $" A group needs {required.Name} of its own where none is given here." : "";
        return $"""
                    /// <summary><see cref="Functional.{rule.Name}"/> in place.</summary>
                    public static Optimizer {rule.Name}(IEnumerable<Parameter> parameters,
                        {string.Join(", ", rule.Options.Select(o => Declared(o, o.Required)))}) =>
                        {rule.Name}([new ParamGroup(parameters)], {names});

                    /// <summary><see cref="Functional.{rule.Name}"/> in place, with options per group.{lacking}</summary>
                    [OverloadResolutionPriority(1)]
                    public static Optimizer {rule.Name}(IEnumerable<ParamGroup> groups,
                        {string.Join(", ", rule.Options.Select(o => Declared(o, false)))}) =>
                        Make<{rule.Name}>(groups, {string.Join(", ", rule.Options.Select(o => $"(\"{o.Name}\", {o.Name})"))});
            """;
    }

    /// <summary>Of a tuple whose entries may be null those that are so by default are.</summary>
    static string Tuple(Array entries, bool nullable) =>
        $"({string.Join(", ", entries.Cast<double?>().Select(x => nullable && x is null ? "double?" : "double"))})";

    static string Declared(OptionInfo o, bool required) => required ? $"{Type(o)} {o.Name}" : o.Default switch
    {
        null or double[] or double?[] => $"{Type(o)}? {o.Name} = null",
        bool b => $"bool {o.Name} = {(b ? "true" : "false")}",
        double.PositiveInfinity => $"double {o.Name} = double.PositiveInfinity",
        double x => $"double {o.Name} = {(x != 0 && Math.Abs(x) is < 1e-2 or >= 1e4 ? x.ToString("0.###e0", CultureInfo.InvariantCulture) : x.ToString(CultureInfo.InvariantCulture))}",
        int i => $"int {o.Name} = {i}",
        var other => throw new InvalidOperationException($"{o.Name}: no C# text for the default {other}."),
    };

    static string Type(OptionInfo o) =>
        o.Type.IsArray ? Tuple((Array)o.Default!, o.Type == typeof(double?[])) : o.Type == typeof(double) ? "double"
            : o.Type == typeof(int) ? "int"
        : o.Type == typeof(bool) ? "bool" : o.Type == typeof(string) ? "string" : throw new InvalidOperationException($"{o.Name}: no C# name for {o.Type}.");
}
