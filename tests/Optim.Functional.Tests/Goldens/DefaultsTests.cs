using System.Reflection;

namespace Optim.Functional.Tests.Goldens;

/// <summary>Options, their defaults and the layout of saved groups are torch's,
/// but for <see cref="Differences"/> and torch's execution flags.</summary>
public class DefaultsTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => GoldenFolder.Rows(Kind.Defaults);
    static readonly MethodInfo[] factories = typeof(Torch.optim).GetMethods(BindingFlags.Public | BindingFlags.Static);

    public static IEnumerable<TheoryDataRow<string>> Factories => factories.Select(m => new TheoryDataRow<string>($"{m}"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Defaults_are_torchs(string at) => Tally.Run(at, c =>
    {
        var torch = c.Json.GetProperty("defaults").Options();
        foreach (var option in c.Rule.Options)
        {
            if (Differences.Added.TryGetValue((c.Optimizer, option.Name), out var added))
            {
                Assert.Equal(added, option.Default);
                continue;
            }
            Assert.True(torch.Remove(option.Name, out var theirs), $"{c.Optimizer}: torch has no option '{option.Name}'.");
            var differs = Differences.Defaults.TryGetValue((c.Optimizer, option.Name), out var known);
            if (differs) Assert.Equal(known.Torch, theirs);
            Same($"{c.Optimizer}'s {option.Name}", differs ? known.Ours : theirs, option.Default);
            Assert.Equal(option.Name == "lr" && c.Optimizer == "SGD", option.Required);
        }
        foreach (var (option, value) in torch) Assert.Equal(Differences.Fixed.GetValueOrDefault((c.Optimizer, option)), value);
    });

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_saved_group_has_torchs_keys(string at) => Tally.Run(at, c =>
    {
        string[] beside = [.. Json.ExecutionFlags, .. Differences.Fixed.Keys.Where(k => k.Optimizer == c.Optimizer).Select(k => k.Option)];
        var rule = c.Rule.Create(c.Optimizer == "SGD" ? new Dictionary<string, object?> { ["lr"] = 1e-3 } : []);
        var ours = new Optimizer([new Parameter(NDArray.Of(new double[] { 1, 2 }, 1, 2))], rule).StateDict().ParamGroups.Single();
        var added = Differences.Added.Keys.Where(k => k.Optimizer == c.Optimizer).Select(k => k.Option).ToArray();
        var keys = c.Json.GetProperty("param_group_keys").EnumerateArray().Select(k => k.GetString()!);
        Assert.Equal(keys.Except(beside).Order(), ours.Keys.Except(added).Order());
        var theirs = c.Json.GetProperty("state_dict_param_groups")[0].Options();
        foreach (var (key, value) in ours)
            if (!added.Contains(key) && !Differences.Defaults.ContainsKey((c.Optimizer, key)))
                Same($"{c.Optimizer}'s saved {key}", theirs[key], value);
    });

    public static IEnumerable<TheoryDataRow<string>> CasesBeyond =>
        GoldenFolder.Rows(Kind.Replay, c => c.Has("defaults") && c.Found is { } rule && Registry.All.Contains(rule));

    [Theory]
    [MemberData(nameof(CasesBeyond))]
    public void Defaults_are_the_authors(string at) => Tally.Run(at, c =>
    {
        if (c.Optimizer == "CautiousLion") return; // Lion with other betas
        var theirs = Beyond.Options(c.Json.GetProperty("defaults").Options());
        Assert.Equal(c.Rule.Create(new Dictionary<string, object?>()), c.Rule.Create(theirs));
    });

    [Theory]
    [MemberData(nameof(Factories))]
    public void A_factory_has_its_rules_options_and_defaults(string signature)
    {
        var factory = factories.Single(m => $"{m}" == signature);
        var (rule, parameters) = (Registry.Find(factory.Name), factory.GetParameters());
        Assert.Equal(rule.Options.Select(o => o.Name).Order(), parameters.Skip(1).Select(p => p.Name!).Order());
        object?[] arguments = [.. parameters.Select(p => p.HasDefaultValue ? p.DefaultValue : null)];
        if (rule.Options.Any(o => o is { Name: "lr", Required: true })) arguments[1] = 0.1;
        Parameter[] members = [new(NDArray.Of(new double[] { 1, 2 }, 1, 2))];
        arguments[0] = parameters[0].ParameterType.IsAssignableFrom(typeof(Parameter[])) ? members : new[] { new ParamGroup(members) };
        var group = ((Optimizer)factory.Invoke(null, arguments)!).ParamGroups.Single();
        Assert.Equal(rule.RuleType, group.Rule.GetType());
        foreach (var option in rule.Options)
            Same($"{signature}: {option.Name}", option.Required ? 0.1 : option.Default, group.Options[option.Name]);
    }

    [Fact]
    public void Every_optimizer_has_a_factory_for_parameters_and_one_for_groups() =>
        Assert.Equal(Registry.All.SelectMany(r => new[] { r.Name, r.Name }).Order(), factories.Select(m => m.Name).Order());

    /// <summary>Numbers are compared as numbers: torch's 0 is our 0.0.</summary>
    static void Same(string what, object? want, object? got) =>
        Assert.True(Text(want) == Text(got), $"{what} is {Text(got)}, torch has {Text(want)}.");

    static string Text(object? value) => value switch
    {
        null => "None",
        System.Collections.IEnumerable many and not string => $"({string.Join(", ", many.Cast<object?>().Select(Text))})",
        int or double => $"{Convert.ToDouble(value):R}",
        _ => $"{value}",
    };
}
