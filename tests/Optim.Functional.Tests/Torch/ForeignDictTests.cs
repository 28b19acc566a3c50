namespace Optim.Functional.Tests.TorchFace;

/// <summary>State dicts that others wrote: torch 1.x, tolist(), a scheduler.</summary>
public class ForeignDictTests
{
    const string Sgd = """{"lr":0.5,"momentum":0.9,"dampening":0,"weight_decay":0,"nesterov":false,"maximize":false,"foreach":null,"params":[0]}""";

    static StateDict Dict(string state, string group) => StateDict.FromJson($$"""{"state":{{state}},"param_groups":[{{group}}]}""");

    [Fact]
    public void A_momentum_buffer_of_None_is_one_that_is_not_there_yet()
    {
        var (θ, plain) = (new float[2], new float[2]);
        var loaded = new Optimizer([new Parameter(θ) { Grad = new float[] { 1, 2 } }], new SGD(0.5, Momentum: 0.9));
        loaded.LoadStateDict(Dict("""{"0":{"momentum_buffer":null}}""", Sgd));
        var fresh = new Optimizer([new Parameter(plain) { Grad = new float[] { 1, 2 } }], new SGD(0.5, Momentum: 0.9, Dampening: 0));
        loaded.Step();
        fresh.Step();
        Assert.Equal(plain, θ);
    }

    [Fact]
    public void Tensors_written_by_tolist_load()
    {
        var p = new Parameter(NDArray.Of(new float[] { 1, 2, 3, 4, 5, 6 }, 2, 3));
        var optimizer = new Optimizer([p], new Adam());
        optimizer.LoadStateDict(Dict(
            """{"0":{"step":3.0,"exp_avg":[[1,2,3],[4,5,0.10000000149011612]],"exp_avg_sq":[[0,0,0],[1,1,1]]}}""",
            """{"lr":0.5,"betas":[0.9,0.999],"eps":1e-8,"weight_decay":0,"amsgrad":false,"maximize":false,"params":[0]}"""));
        Assert.Equal(3, optimizer.State(p).Step);
        Assert.Equal([1, 2, 3, 4, 5, 0.1f], optimizer.State(p).Slots["exp_avg"].As<float>().Data);
        Assert.Equal(0.5, optimizer.ParamGroups[0].Lr);
    }

    [Theory]
    [InlineData("[[1,2,3],[4,5]]", "is not a tensor")]
    [InlineData("[1,2,\"x\"]", "is not a tensor")]
    [InlineData("[[1,2],[3,4],[5,6]]", "exp_avg has shape [3, 2] in the saved state, the parameter [2, 3]")]
    public void Lists_that_are_no_tensor_of_that_shape_are_told(string list, string told)
    {
        var optimizer = new Optimizer([new Parameter(NDArray.Of(new float[6], 2, 3))], new Adam());
        var dict = Dict("""{"0":{"step":3,"exp_avg":LIST,"exp_avg_sq":[[0,0,0],[1,1,1]]}}""".Replace("LIST", list), """{"params":[0]}""");
        Assert.Contains(told, Assert.Throws<ArgumentException>(() => optimizer.LoadStateDict(dict)).Message);
    }

    [Fact]
    public void LBFGS_goes_on_from_lists()
    {
        Parameter Start() => new(new double[] { -1.2, 1, 0.5 });
        var (a, b) = (Start(), Start());
        var (one, two) = (new Optimizer([a], new LBFGS(MaxIter: 3)), new Optimizer([b], new LBFGS(MaxIter: 3)));
        one.Step(() => Face.Quadratic([a], 1));
        var json = System.Text.RegularExpressions.Regex.Replace(one.StateDict().ToJson(), """\{"dtype":"float64","shape":\[3\],"values":(\[[^\]]*\])\}""", "$1");
        Assert.DoesNotContain("dtype", json);
        b.Value.As<double>().Set(a.Value);
        two.LoadStateDict(StateDict.FromJson(json));
        one.Step(() => Face.Quadratic([a], 1));
        two.Step(() => Face.Quadratic([b], 1));
        Assert.Equal(a.Value.As<double>().Data, b.Value.As<double>().Data);
    }

    [Fact]
    public void A_schedulers_initial_lr_and_keys_of_others_survive_a_load()
    {
        var optimizer = new Optimizer([new Parameter(new float[2])], new SGD(0.1, Momentum: 0.9));
        optimizer.LoadStateDict(Dict("{}", Sgd[..^1] + ""","initial_lr":0.7,"layer":"head","decays":[1,2]}"""));
        Assert.Equal((0.7, "head"), (optimizer.ParamGroups[0]["initial_lr"], optimizer.ParamGroups[0]["layer"]));
        var saved = Face.Again(optimizer.StateDict()).ParamGroups[0];
        Assert.Equal((0.7, "head"), (saved["initial_lr"], saved["layer"]));
        Assert.Equal([1L, 2L], Assert.IsType<object?[]>(saved["decays"]).Select(x => Assert.IsType<long>(x)));
        Assert.Contains("foreach", saved.Keys);
    }

    [Fact]
    public void An_option_of_another_rule_is_told()
    {
        var optimizer = new Optimizer([new Parameter(new float[2])], new SGD(0.1));
        var dict = Dict("{}", Sgd[..^1] + ""","rho":0.9}""");
        Assert.Contains("has the option 'rho'", Assert.Throws<ArgumentException>(() => optimizer.LoadStateDict(dict)).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_load_takes_over_is_told(bool strict)
    {
        var optimizer = new Optimizer([new Parameter(new float[2])], new SGD(0.1));
        var report = optimizer.LoadStateDict(Dict("{}", Sgd), strict);
        Assert.Equal(["group 0: lr is 0.5 now, was 0.1", "group 0: momentum is 0.9 now, was 0"], report.Changed);
        Assert.Contains("lr is 0.5 now, was 0.1", report.ToString());
    }

    [Fact]
    public void AdamW_is_decoupled_whatever_is_done_to_it()
    {
        var coupled = new AdamW() with { DecoupledWeightDecay = false };
        var message = Assert.Throws<ArgumentException>(() => new Optimizer([new Parameter(new float[2])], coupled)).Message;
        Assert.Contains("AdamW: decoupled_weight_decay must be true, got false", message);
        var optimizer = new Optimizer([new Parameter(new float[2])], new AdamW());
        var adam = """{"lr":0.5,"betas":[0.9,0.999],"eps":1e-8,"weight_decay":0.1,"amsgrad":false,"maximize":false,"params":[0],"decoupled_weight_decay":""";
        var refused = Assert.Throws<ArgumentException>(() => optimizer.LoadStateDict(Dict("{}", adam + "false}")));
        Assert.Contains("that is Adam, and not AdamW", refused.Message);
        Assert.True(optimizer.LoadStateDict(Dict("{}", adam + "true}")).Complete);
    }
}
