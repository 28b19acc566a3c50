namespace Optim.Functional.Tests.Goldens;

/// <summary>What torch refuses is refused, what it accepts is accepted, but for <see cref="Differences.Refused"/>.</summary>
public class ValidationTests
{
    public static IEnumerable<TheoryDataRow<string>> Arguments => GoldenFolder.Rows(Kind.Validation, c => !c.Has("situation"));
    public static IEnumerable<TheoryDataRow<string>> Scenes => GoldenFolder.Rows(Kind.Validation, c => c.Has("situation"));

    [Theory]
    [MemberData(nameof(Arguments))]
    public void Arguments_are_refused_where_torch_refuses_them(string at) => Tally.Run(at, c =>
    {
        var options = c.Json.GetProperty("options").Options();
        if (!c.Has("error")) { c.Rule.Create(options); return; }
        var e = Assert.ThrowsAny<ArgumentException>(() => c.Rule.Create(options));
        Assert.StartsWith(c.Optimizer + ":", e.Message);
        Assert.Contains(options, o => e.Message.Contains(o.Key.TrimEnd('s'), StringComparison.Ordinal)
            || o.Value is object?[] two && two.Any(v => e.Message.Contains($"got {v}", StringComparison.Ordinal)));
    });

    [Theory]
    [MemberData(nameof(Arguments))]
    public void The_same_options_written_to_a_group_are_refused_too(string at) => Tally.Run(at, c =>
    {
        var defaults = c.Optimizer == "SGD" ? new Dictionary<string, object?> { ["lr"] = 0.1 } : [];
        var group = new Optimizer([new Parameter(NDArray.Of(new double[] { 1, 2 }, 1, 2))], c.Rule.Create(defaults)).ParamGroups[0];
        void Write()
        {
            foreach (var (option, value) in c.Json.GetProperty("options").Options()) group[option] = value;
        }
        if (c.Has("error")) Assert.ThrowsAny<ArgumentException>(Write); else Write();
    });

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Situations_are_refused_where_torch_refuses_them(string at) => Tally.Run(at, c =>
    {
        var refused = Differences.Refused.ContainsKey((c.Optimizer, c.Json.GetProperty("situation").GetString()!));
        Assert.False(refused && c.Has("error"), $"{c.At} is listed as a difference, but torch refuses it too.");
        if (refused || c.Has("error")) Assert.ThrowsAny<ArgumentException>(() => Situations.Make(c)); else Situations.Make(c);
    });

    [Fact]
    public void Every_difference_in_what_is_refused_is_written_down()
    {
        var page = File.ReadAllText(Path.Combine(GoldenFolder.Repository!, "docs", "differences-from-torch.md"));
        Assert.All(Differences.Refused.Values, reason => Assert.Contains(reason, page));
    }

    [Fact]
    public void Every_number_that_torch_loses_is_written_down()
    {
        var page = File.ReadAllText(Path.Combine(GoldenFolder.Repository!, "docs", "differences-from-torch.md"));
        Assert.All(Differences.Better, b => Assert.Contains($"{b.Optimizer}: {b.Reason}", page));
    }

    [Fact]
    public void Every_difference_from_an_authors_code_is_written_down()
    {
        var page = File.ReadAllText(Path.Combine(GoldenFolder.Repository!, "docs", "differences-from-torch.md"));
        Assert.All(Differences.Beyond, b => Assert.Contains($"{b.Optimizer}: {b.Reason}", page));
        Assert.All(Differences.Added.Keys, a => Assert.Contains($"{a.Optimizer}'s `{a.Option}`", page));
    }
}
