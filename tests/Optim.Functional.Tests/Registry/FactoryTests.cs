using System.Globalization;
using System.Text;

namespace Optim.Functional.Tests;

public class FactoryTests
{
    const string File = "src/Optim.Functional/Torch/Optim.cs", Modules = "src/Optim.Functional.TorchSharp/ModuleOptimizers.cs";

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

    [Fact]
    public void The_functions_of_a_TorchSharp_module_are_the_registrys() => Derived.Check(Modules, _ => $$"""
        using TorchSharp;

        namespace Optim.Functional;

        // Written from the registry: OPTIM_UPDATE=1 ./build.sh test writes it anew.
        public static partial class ModuleOptimizers
        {
        {{string.Join("\n\n", Registry.All.Select(OfModule))}}
        }

        """.ReplaceLineEndings("\n"));

    static string OfModule(RuleInfo rule) => Outdented($"""
                    /// <summary><see cref="Functional.{rule.Name}"/> of the module's parameters.</summary>
                    public static TorchOptimizer {rule.Name}(this torch.nn.Module module,
            {Folded("", rule.Options.Select(o => Declared(o, o.Required)), ") =>", Inner)}
            {Folded($"Made(module, groups => Torch.optim.{rule.Name}(groups, ", rule.Options.Select(o => o.Name), "));", Inner + 4)}
            """);

    /// <summary>Of a class that stands in no other one.</summary>
    static string Outdented(string text) => string.Join("\n", text.ReplaceLineEndings("\n").Split('\n').Select(line => line[4..]));

    static string Functions(RuleInfo rule)
    {
        var lacking = rule.Options.FirstOrDefault(o => o.Required) is { } required
            ? $"\n        /// A group needs {required.Name} of its own where none is given here."
            : "";
        return $"""
                    /// <summary><see cref="Functional.{rule.Name}"/> in place.</summary>
                    public static Optimizer {rule.Name}(IEnumerable<Parameter> parameters,
            {Folded("", rule.Options.Select(o => Declared(o, o.Required)), ") =>", Inner)}
            {Folded($"{rule.Name}([new ParamGroup(parameters)], ", rule.Options.Select(o => o.Name), ");", Inner + 4)}

                    /// <summary><see cref="Functional.{rule.Name}"/> in place, with options per group.{lacking}</summary>
                    [OverloadResolutionPriority(1)]
                    public static Optimizer {rule.Name}(IEnumerable<ParamGroup> groups,
            {Folded("", rule.Options.Select(o => Declared(o, required: false)), ") =>", Inner)}
            {Folded($"Make<{rule.Name}>(groups, ", rule.Options.Select(o => $"(\"{o.Name}\", {o.Name})"), ");", Inner + 4)}
            """;
    }

    /// <summary>How far a function's lines stand in, and how long they may be.</summary>
    const int Inner = 12, Width = 110;

    /// <summary>A list in as many lines as it needs, those after the first one further in.</summary>
    static string Folded(string start, IEnumerable<string> items, string end, int indent)
    {
        var text = new StringBuilder(new string(' ', Inner) + start);
        var line = text.Length;
        foreach (var item in items.SkipLast(1).Select(item => item + ", ").Append(items.Last() + end))
        {
            if (line + item.Length > Width)
            {
                text.Length--; // the blank
                text.Append('\n').Append(' ', indent);
                line = indent;
            }
            text.Append(item);
            line += item.Length;
        }
        return text.ToString();
    }

    /// <summary>Of a tuple whose entries may be null those that are so by default are.</summary>
    static string Tuple(Array entries, bool nullable) =>
        $"({string.Join(", ", entries.Cast<double?>().Select(x => nullable && x is null ? "double?" : "double"))})";

    static string Declared(OptionInfo o, bool required) => required ? $"{Type(o)} {o.Name}" : o.Default switch
    {
        null or double[] or double?[] => $"{Type(o)}? {o.Name} = null",
        bool b => $"bool {o.Name} = {(b ? "true" : "false")}",
        double.PositiveInfinity => $"double {o.Name} = double.PositiveInfinity",
        double x => $"double {o.Name} = {Number(x)}",
        int i => $"int {o.Name} = {i}",
        string text => $"string {o.Name} = \"{text}\"",
        var other => throw new InvalidOperationException($"{o.Name}: no C# text for the default {other}."),
    };

    /// <summary>As a programmer writes it.</summary>
    static string Number(double x) =>
        x.ToString(x != 0 && Math.Abs(x) is < 1e-2 or >= 1e4 ? "0.###e0" : "R", CultureInfo.InvariantCulture);

    static string Type(OptionInfo o) =>
        o.Type.IsArray ? Tuple((Array)o.Default!, o.Type == typeof(double?[]))
        : o.Type == typeof(double) ? "double"
        : o.Type == typeof(int) ? "int"
        : o.Type == typeof(bool) ? "bool"
        : o.Type == typeof(string) ? "string"
        : o.Type == typeof(BlockSizes) ? nameof(BlockSizes)
        : throw new InvalidOperationException($"{o.Name}: no C# name for {o.Type}.");
}
