using System.Text.Json;
using System.Text.Json.Nodes;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Faults;

/// <summary>Saved states that were damaged or forged: refused with a sentence, or loaded whole.</summary>
public class HostileJson
{
    static readonly string[] Forgeries =
    [
        "null", "true", "\"x\"", "\"NaN\"", "-1", "1.5", "1e10", "1e40", "1e999", "[]", "{}", "[null]", "[[1]]",
        """{"dtype":"float32","shape":[-1,-2],"values":[1,2]}""",
        """{"dtype":"float32","shape":[65536,65536],"values":[]}""",
        """{"dtype":"float64","shape":[],"values":[3]}""",
    ];

    static Optimizer Stepped(string rule)
    {
        var optimizer = new Optimizer([Face.Single(Face.Rule(rule), "a", 1), Face.Single(Face.Rule(rule), "bb", 2)], Face.Rule(rule));
        for (var t = 0; t < 2; t++) Face.Step(optimizer, t);
        return optimizer;
    }

    /// <summary>Loads strictly into one optimizer and what fits into another;
    /// both must step afterwards, and a refusal changes nothing.</summary>
    static void Survives(string rule, string json)
    {
        var (strict, lax) = (Stepped(rule), Stepped(rule));
        var before = Face.Snapshot(strict);
        try
        {
            var saved = StateDict.FromJson(json);
            lax.LoadStateDict(saved, strict: false);
            strict.LoadStateDict(saved);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            Assert.Equal(before, Face.Snapshot(strict));
            Assert.True(
                e.Message.Length > 20 && !e.Message.Contains("could not be converted"),
                $"{json} gives the poor message: {e.Message}");
        }
        Face.Step(strict, 3);
        Face.Step(lax, 3);
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void Any_node_may_be_forged(string rule)
    {
        var text = Stepped(rule).StateDict().ToJson();
        var count = Nodes(JsonNode.Parse(text)!).Count();
        Assert.True(count > 10);
        for (var i = 0; i < count; i++)
            foreach (var forgery in Forgeries)
            {
                var root = JsonNode.Parse(text)!;
                var node = Nodes(root).ElementAt(i);
                if (node.Parent is null) root = JsonNode.Parse(forgery);
                else if (node.Parent is JsonObject o) o[node.GetPropertyName()] = JsonNode.Parse(forgery);
                else node.Parent.AsArray()[node.GetElementIndex()] = JsonNode.Parse(forgery);
                Survives(rule, root?.ToJsonString() ?? "null");
            }
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void Any_node_may_be_missing_or_be_there_twice(string rule)
    {
        var text = Stepped(rule).StateDict().ToJson();
        var count = Nodes(JsonNode.Parse(text)!).Count();
        for (var i = 1; i < count; i++)
        {
            var (without, twice) = (JsonNode.Parse(text)!, JsonNode.Parse(text)!);
            var (gone, doubled) = (Nodes(without).ElementAt(i), Nodes(twice).ElementAt(i));
            if (gone.Parent is JsonObject o) o.Remove(gone.GetPropertyName()); else gone.Parent!.AsArray().RemoveAt(gone.GetElementIndex());
            Survives(rule, without.ToJsonString());
            if (doubled.Parent is JsonObject p)
                p["2nd " + doubled.GetPropertyName()] = doubled.DeepClone();
            else
                doubled.Parent!.AsArray().Add(doubled.DeepClone());
            Survives(rule, twice.ToJsonString());
            Survives(rule, twice.ToJsonString().Replace("2nd ", ""));
        }
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void A_text_cut_anywhere_is_refused(string rule)
    {
        var text = Stepped(rule).StateDict().ToJson();
        Assert.All(Enumerable.Range(0, text.Length), n => Assert.ThrowsAny<JsonException>(() => StateDict.FromJson(text[..n])));
    }

    [Theory]
    [InlineData("null", "wanted an object, got null")]
    [InlineData("[]", "wanted an object, got []")]
    [InlineData("{}", "state: wanted an object, got nothing")]
    [InlineData("""{"state":{},"state":{}}""", "'state' stands twice")]
    [InlineData("""{"state":{"0":{},"00":{}},"param_groups":[]}""", "parameter 0 stands twice")]
    [InlineData("""{"state":{"-1":{}},"param_groups":[]}""", "state.-1: wanted a parameter's number as key")]
    [InlineData("""{"state":{},"param_groups":[{"params":[0,1]},{"params":[1]}]}""", "parameter 1 stands twice")]
    [InlineData(
        """{"state":{},"param_groups":[{"params":[0,1],"param_names":["a"]}]}""",
        "param_groups[0].param_names: wanted 2 names, got [\"a\"]"
    )]
    [InlineData("""{"state":{},"param_groups":[{"params":[0,1],"param_names":["a","a"]}]}""", "'a' stands twice")]
    [InlineData("""{"state":{},"param_groups":[{"params":[-1]}]}""", "param_groups[0].params: wanted whole numbers from 0, got -1")]
    [InlineData(
        """{"state":{},"param_groups":[{"params":[],"lr":1e999}]}""",
        "param_groups[0].lr: wanted a number that fits float64, got 1e999"
    )]
    [InlineData(
        """{"state":{"0":{"m":{"dtype":"float16","shape":[0],"values":[]}}},"param_groups":[]}""",
        "state.0.m.dtype: wanted float32, float64, complex64 or complex128, got \"float16\""
    )]
    [InlineData(
        """{"state":{"0":{"m":{"dtype":"float32","shape":[1],"values":[3.5e38]}}},"param_groups":[]}""",
        "state.0.m.values: wanted a number that fits float32, got 3.5e38"
    )]
    [InlineData(
        """{"state":{"0":{"m":{"dtype":"float32","shape":[3,2],"values":[1,2]}}},"param_groups":[]}""",
        "state.0.m.values: wanted as many numbers as shape [3, 2] has, got [1,2]"
    )]
    [InlineData(
        """{"state":{"0":{"m":{"dtype":"float32","shape":"3","values":[1,2]}}},"param_groups":[]}""",
        "state.0.m.shape: wanted a list, got \"3\""
    )]
    [InlineData("""{"state":{"0":{"m\ud800":1}},"param_groups":[]}""", "state.0: wanted names of whole characters")]
    public void The_message_says_where_and_what(string json, string part) =>
        Assert.Contains(part, Assert.Throws<JsonException>(() => StateDict.FromJson(json)).Message);

    [Theory, InlineData("-1"), InlineData("2.5"), InlineData("1e300"), InlineData("\"NaN\""), InlineData("null")]
    public void A_step_that_is_no_count_is_refused(string value)
    {
        var optimizer = new Optimizer([Face.Single("a", 0)], new Adagrad());
        var forged = StateDict.FromJson(optimizer.StateDict().ToJson().Replace("\"step\":0", "\"step\":" + value));
        Assert.Contains(
            "'a': step is not a whole number from 0",
            Face.Refused<ArgumentException>(optimizer, () => optimizer.LoadStateDict(forged)));
    }

    static IEnumerable<JsonNode> Nodes(JsonNode node) => node switch
    {
        JsonObject o => o.Where(m => m.Value is not null).SelectMany(m => Nodes(m.Value!)).Prepend(node),
        JsonArray a => a.Where(x => x is not null).SelectMany(x => Nodes(x!)).Prepend(node),
        _ => [node],
    };
}
