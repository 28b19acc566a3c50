using System.Text.Json;

namespace Optim.Functional.Tests.Saving;

/// <summary>What System.Text.Json makes of states and parameters: no slot is dropped in silence.</summary>
public class StateJsonTests
{
    static Params Start => Params.Of(("w", NDArray.Of<double>([1, 2, 3, 4, 5, 6], 2, 3)), ("b", new double[] { 7, 8 }));
    static Params Gradient(int t) => Params.Of(("w", NDArray.Of<double>([t, 1, -1, 0.5, 2, -t], 2, 3)), ("b", new double[] { 1, -1 }));

    static readonly IRule Rule = new Adam(Lr: 0.1);

    static (Params, State) Stepped(bool donate = false)
    {
        var (θ, s) = (Start, Rule.Init(Start));
        for (var t = 1; t < 4; t++) (θ, s) = Rule.Step(θ, Gradient(t), s, donate: donate);
        return (θ, s);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_state_in_JSON_has_its_slots_and_the_run_goes_on_from_it(bool donate)
    {
        var (θ, s) = Stepped(donate);
        var json = JsonSerializer.Serialize(s);
        Assert.Equal(s.ToStateDict().ToJson(), json);
        Assert.Contains("exp_avg_sq", json);
        var (again, report) = Rule.Load(JsonSerializer.Deserialize<StateDict>(json)!, θ);
        Assert.True(report.Complete);
        var (wanted, got) = (Rule.Step(θ, Gradient(4), s), Rule.Step(θ, Gradient(4), again));
        Assert.Equal(Lift.Trace.Bits<double>(wanted.Parameters, wanted.State), Lift.Trace.Bits<double>(got.Parameters, got.State));
    }

    sealed record Checkpoint(Params Parameters, State State, int Epoch);

    [Fact]
    public void A_state_within_other_JSON_has_its_slots_too()
    {
        var (θ, s) = Stepped();
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(new Checkpoint(θ, s, 7)));
        Assert.Equal(s.ToStateDict().ToJson(), json.RootElement.GetProperty("State").GetRawText());
        var again = json.RootElement.GetProperty("Parameters").Deserialize<Params>()!;
        Assert.Equal(θ["b"].As<double>().Data, again["b"].As<double>().Data);
    }

    [Fact]
    public void Reading_a_state_of_JSON_alone_says_to_use_Load()
    {
        var message = Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize<State>(JsonSerializer.Serialize(Stepped().Item2))).Message;
        Assert.Contains("JSON holds no State by itself", message);
        Assert.Contains("rule.Load(JsonSerializer.Deserialize<StateDict>(json), parameters)", message);
    }

    [Fact]
    public void An_optimizer_in_JSON_is_its_state_dict()
    {
        var optimizer = new Optimizer([new Parameter(new float[] { 1, 2 }, "w") { Grad = new float[] { 1, 1 } }], new Adam());
        optimizer.Step();
        var json = JsonSerializer.Serialize(optimizer);
        Assert.Equal(optimizer.StateDict().ToJson(), json);
        Assert.Contains("LoadStateDict", Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize<Optimizer>(json)).Message);
    }

    [Fact]
    public void The_state_of_one_parameter_in_JSON_is_its_entries()
    {
        var (_, s) = Stepped();
        var json = JsonSerializer.Serialize(s["b"]);
        Assert.StartsWith("""{"step":3,"exp_avg":{"dtype":"float64","shape":[2],"values":[""", json);
        var message = Assert.Throws<NotSupportedException>(() => JsonSerializer.Deserialize<ParameterState>(json)).Message;
        Assert.Contains("JSON holds no ParameterState by itself", message);
        Assert.Equal("{}", JsonSerializer.Serialize(Rule.Init(Start)["b"]));
    }

    [Fact]
    public void Parameters_come_back_from_JSON_in_order_with_shapes_and_bits()
    {
        NDArray W = NDArray.Of<double>([1, -0.0, double.NaN, 4, 0.1, 6], 2, 3);
        var θ = Params.Of(("w", W), ("", new double[] { }), ("a", Saved.Bits<double>(2000)));
        var again = JsonSerializer.Deserialize<Params>(JsonSerializer.Serialize(θ))!;
        Assert.Equal(θ.Names, again.Names);
        for (var i = 0; i < θ.Count; i++)
        {
            Assert.Equal(θ[i].Shape, again[i].Shape);
            Assert.Equal(Saved.Bytes<double>(θ[i].As<double>().Span), Saved.Bytes<double>(again[i].As<double>().Span));
        }
    }

    [Theory]
    [InlineData("[]", "The parameters: wanted an object, got []")]
    [InlineData("""{"w":1}""", "w: wanted an object, got 1")]
    [InlineData("""{"w":{"dtype":"float32","shape":[1],"values":[1]},"w":{"dtype":"float32","shape":[1],"values":[1]}}""", "'w' stands twice")]
    public void Parameters_that_are_none_are_refused(string json, string part) =>
        Assert.Contains(part, Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Params>(json)).Message);

    [Fact]
    public void What_was_donated_is_refused()
    {
        var (θ, s) = Stepped();
        Rule.Step(θ, Gradient(4), s, donate: true);
        Assert.Contains("donated", Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(s)).Message);
        Assert.Contains("donated", Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(θ)).Message);
    }
}
