using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Optim.Functional.Cli;

/// <summary>What the library's own documentation, the XML file beside it, says of a rule and its options.
/// Empty where the file is missing.</summary>
internal static partial class RuleDocs
{
    static readonly Lazy<IReadOnlyDictionary<string, XElement>> members = new(Read);

    public static string Summary(RuleInfo rule) => Plain(Member(rule)?.Element("summary"));

    /// <summary>The summary without the rule's name, where it begins with it.</summary>
    public static string About(RuleInfo rule)
    {
        var words = Summary(rule).Split(": ", 2);
        return words.Length == 2 && words[0].Replace("-", "").Replace(" ", "") == rule.Name ? words[1] : string.Join(": ", words);
    }

    /// <summary>The first source that its remarks begin with.</summary>
    public static string Paper(RuleInfo rule) => Source().Match(Plain(Member(rule)?.Element("remarks"))).Value;

    public static string Option(RuleInfo rule, string option) => string.Join(" ", rule.RuleType.GetConstructors()
        .OrderByDescending(c => c.GetParameters().Length).First().GetParameters()
        .Where(p => IsOf(p, option))
        .Select(p => Plain(Member(rule)?.Elements("param").FirstOrDefault(e => e.Attribute("name")?.Value == p.Name))));

    // Beta1 and Beta2 are betas, WeightDecay is weight_decay.
    static bool IsOf(ParameterInfo parameter, string option) =>
        parameter.GetCustomAttribute<TupleAttribute>() is { } tuple ? tuple.Name == option
        : option.Replace("_", "").Equals(parameter.Name, StringComparison.OrdinalIgnoreCase);

    static XElement? Member(RuleInfo rule) => members.Value.GetValueOrDefault($"T:{rule.RuleType.FullName}");

    static IReadOnlyDictionary<string, XElement> Read()
    {
        var path = Path.Combine(AppContext.BaseDirectory, typeof(Registry).Assembly.GetName().Name + ".xml");
        return File.Exists(path)
            ? XDocument.Load(path).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value)
            : new Dictionary<string, XElement>();
    }

    // A reference to code is named by its last word: T:Optim.Functional.AdamW is AdamW.
    static string Plain(XElement? text) => text is null ? "" : Spaces().Replace(string.Concat(text.Nodes().Select(node => node switch
    {
        XElement { Name.LocalName: "see" or "paramref" } e => (e.FirstAttribute?.Value ?? "").Split('.', ':')[^1],
        XElement e => e.Value,
        XText t => t.Value,
        _ => "",
    })), " ").Trim();

    /// <summary>Up to the end of what names a year or a preprint.</summary>
    [GeneratedRegex(@"^.*?(?:\d{4}|arXiv:\d+).*?(?=[.;] |[.;]$|$)")]
    private static partial Regex Source();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
