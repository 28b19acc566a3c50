using System.Text.Json;

namespace Optim.Functional.Tests.TorchFace;

public class StateDictTests
{
    static readonly float[] Hard =
    [
        float.NaN,
        float.PositiveInfinity,
        float.NegativeInfinity,
        -0.0f,
        0,
        float.Epsilon,
        -float.Epsilon,
        1.1754942e-38f,
        float.MaxValue,
        float.MinValue,
        0.1f, 1 / 3f, 16777217, 1e-45f, 3.4028233e38f, 123456789,
    ];

    static Optimizer Stepped(string name = "Adam", int steps = 3)
    {
        var optimizer = new Optimizer([Face.Single("w", 2, 3), Face.Single(Face.Rule(name), "b", 3)], Face.Rule(name));
        for (var t = 0; t < steps; t++) Face.Step(optimizer, t);
        return optimizer;
    }

    static float[] Moment(StateDict saved) => ((NDArray)saved.State[0]["exp_avg"]!).As<float>().Data;

    [Fact]
    public void Every_float32_comes_back_from_JSON_to_the_bit()
    {
        var optimizer = new Optimizer([new Parameter(new float[Hard.Length])], new Adam());
        optimizer.ParamGroups[0].Parameters[0].Grad = new float[Hard.Length];
        optimizer.Step();
        Hard.CopyTo(optimizer.State(optimizer.ParamGroups[0].Parameters[0]).Slots["exp_avg"].As<float>().Data, 0);
        Assert.Equal(Face.Bits(Hard), Face.Bits(Moment(Face.Again(optimizer.StateDict()))));
    }

    [Fact]
    public void Random_bit_patterns_of_both_types_come_back_from_JSON()
    {
        var random = new Random(1);
        NDArray single = Enumerable
            .Range(0, 2000)
            .Select(_ => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)))
            .ToArray();
        NDArray twice = Enumerable
            .Range(0, 2000)
            .Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)))
            .ToArray();
        Assert.All([single, twice], t =>
            Assert.Equal(Face.Bits(t), Face.Bits(JsonSerializer.Deserialize<NDArray>(JsonSerializer.Serialize(t))!)));
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void JSON_read_back_and_written_again_is_the_same_text(string name)
    {
        var text = Stepped(name).StateDict().ToJson();
        Assert.Equal(text, StateDict.FromJson(text).ToJson());
    }

    [Fact]
    public void An_infinite_option_and_a_large_whole_one_survive_JSON()
    {
        var optimizer = new Optimizer([Face.Double("w", 1)], new ASGD(T0: double.PositiveInfinity, Alpha: 1e18, Lambd: -0.0));
        var fresh = new Optimizer([Face.Double("w", 1)], new ASGD());
        fresh.LoadStateDict(Face.Again(optimizer.StateDict()));
        Assert.Equal(optimizer.ParamGroups[0].Rule, fresh.ParamGroups[0].Rule);
        Assert.True(double.IsNegative(((ASGD)fresh.ParamGroups[0].Rule).Lambd));
    }

    [Fact]
    public void A_parameter_named_like_a_number_keeps_its_name()
    {
        string[] names = ["NaN", "Infinity", "-Infinity", "1", "", "ключ \"\\\n"];
        var optimizer = new Optimizer(names.Select(n => Face.Single(n, 1)), new Adam());
        Assert.Equal(names, Face.Again(optimizer.StateDict()).ParamGroups[0]["param_names"]);
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void A_state_dict_stays_as_it_was_when_the_optimizer_steps_on(string name)
    {
        var optimizer = Stepped(name);
        var saved = optimizer.StateDict();
        var before = saved.ToJson();
        for (var t = 10; t < 13; t++) Face.Step(optimizer, t);
        Assert.Equal(before, saved.ToJson());
        Assert.NotEqual(before, optimizer.StateDict().ToJson());
    }

    [Theory, MemberData(nameof(Face.Rules), MemberType = typeof(Face))]
    public void An_optimizer_that_loaded_a_dict_does_not_write_to_it(string name)
    {
        var (saved, fresh) = (Stepped(name).StateDict(), Stepped(name, steps: 0));
        var before = saved.ToJson();
        fresh.LoadStateDict(saved);
        for (var t = 10; t < 13; t++) Face.Step(fresh, t);
        Assert.Equal(before, saved.ToJson());
    }

    [Fact]
    public void Writing_to_a_loaded_dict_does_not_reach_the_optimizer()
    {
        var (saved, fresh) = (Stepped().StateDict(), Stepped(steps: 0));
        fresh.LoadStateDict(saved);
        var before = Face.Snapshot(fresh);
        Array.Fill(Moment(saved), 7f);
        Assert.Equal(before, Face.Snapshot(fresh));
    }

    [Fact]
    public void It_is_laid_out_as_torch_lays_it_out()
    {
        var saved = Stepped().StateDict();
        Assert.Equal(["step", "exp_avg", "exp_avg_sq"], saved.State[0].Keys);
        Assert.Equal(new[] { 0, 1 }, saved.ParamGroups[0]["params"]);
        Assert.Equal(new[] { "w", "b" }, saved.ParamGroups[0]["param_names"]);
        Assert.Equal(new[] { 0.9, 0.999 }, saved.ParamGroups[0]["betas"]);
    }

    [Fact]
    public void A_parameter_that_never_had_a_gradient_has_no_entry()
    {
        var optimizer = new Optimizer([Face.Single("w", 1), Face.Single("b", 1)], new Adam());
        optimizer.ParamGroups[0].Parameters[1].Grad = new float[1];
        optimizer.Step();
        Assert.Equal([1], optimizer.StateDict().State.Keys);
    }
}
