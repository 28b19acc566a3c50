namespace Optim.Functional.Tests.Orthogonal;

public class MuonRoutingTests
{
    static Parameter Named(string name, params int[] shape) => new(Tensor(shape), name);

    static NDArray Tensor(int[] shape)
    {
        var n = shape.Aggregate(1, (n, d) => n * d);
        double[] numbers = [.. Enumerable.Range(1, n).Select(i => Math.Sin(i))];
        return shape.Length == 0 ? NDArray.Scalar(numbers[0]) : NDArray.Of(numbers, shape);
    }

    /// <summary>A small GPT-2.</summary>
    static Parameter[] Gpt =>
    [
        Named("transformer.wte.weight", 11, 4), Named("transformer.wpe.weight", 6, 4),
        Named("transformer.h.0.ln_1.weight", 4), Named("transformer.h.0.ln_1.bias", 4),
        Named("transformer.h.0.attn.c_attn.weight", 12, 4), Named("transformer.h.0.attn.c_attn.bias", 12),
        Named("transformer.h.0.attn.c_proj.weight", 4, 4), Named("transformer.h.0.mlp.c_fc.weight", 16, 4),
        Named("transformer.h.0.mlp.c_proj.weight", 4, 16), Named("transformer.ln_f.weight", 4), Named("lm_head.weight", 11, 4),
    ];

    static string[] ToMuon(MuonRouting routing) => [.. routing.Routes.Where(r => r.To == Route.Muon).Select(r => r.Name)];

    static string Why(MuonRouting routing, string name) => routing.Routes.Single(r => r.Name == name).Why;

    [Fact]
    public void Hidden_matrices_go_to_Muon_and_embeddings_heads_norms_and_biases_to_AdamW()
    {
        var routing = MuonRouting.Of(Gpt);
        Assert.Equal([
            "transformer.h.0.attn.c_attn.weight", "transformer.h.0.attn.c_proj.weight", "transformer.h.0.mlp.c_fc.weight",
            "transformer.h.0.mlp.c_proj.weight"], ToMuon(routing));
        Assert.Equal("an embedding, by its name 'wte'", Why(routing, "transformer.wte.weight"));
        Assert.Equal("an embedding, by its name 'wpe'", Why(routing, "transformer.wpe.weight"));
        Assert.Equal("a head, by its name 'lm_head'", Why(routing, "lm_head.weight"));
        Assert.Equal("a bias", Why(routing, "transformer.h.0.attn.c_attn.bias"));
        Assert.Equal("a vector", Why(routing, "transformer.ln_f.weight"));
    }

    [Theory]
    [InlineData("model.embed_tokens.weight", "an embedding, by its name 'embed_tokens'")]
    [InlineData("model.tok_embeddings.weight", "an embedding, by its name 'tok_embeddings'")]
    [InlineData("bert.embeddings.word_embeddings.weight", "an embedding, by its name 'embeddings'")]
    [InlineData("output.weight", "a head, by its name 'output'")]
    [InlineData("score.weight", "a head, by its name 'score'")]
    [InlineData("model.value_head.weight", "a head, by its name 'value_head'")]
    [InlineData("Head.Weight", "a head, by its name 'head'")]
    [InlineData("layers.0.norm_table.weight", "a norm, by its name 'norm_table'")]
    public void Names_say_it_of_matrices(string name, string why) =>
        Assert.Equal(why,
            Why(MuonRouting.Of([Named("wte", 3, 4), Named("h.weight", 4, 4), Named(name, 5, 4), Named("lm_head", 3, 4)]), name));

    [Theory]
    [InlineData("layers.0.attention.heads.2.weight")]
    [InlineData("layers.0.attention.output.dense.weight")]
    [InlineData("layers.0.attention.output.weight")]
    [InlineData("layers.0.remember.weight")]
    [InlineData("layers.0.overhead.weight")]
    public void Words_within_other_words_do_not(string name) =>
        Assert.Equal("a hidden matrix",
            Why(MuonRouting.Of([Named("wte", 3, 4), Named(name, 5, 4), Named("lm_head", 3, 4)]), name));

    [Fact]
    public void Without_names_for_them_the_first_matrix_reads_the_input_and_the_last_makes_the_output()
    {
        var routing = MuonRouting.Of(
            [Named("fc1.weight", 8, 3), Named("fc1.bias", 8), Named("fc2.weight", 8, 8), Named("fc3.weight", 2, 8), Named("fc3.bias", 2)]);
        Assert.Equal(["fc2.weight"], ToMuon(routing));
        Assert.Equal("the first matrix, which reads the input", Why(routing, "fc1.weight"));
        Assert.Equal("the last matrix, which makes the output", Why(routing, "fc3.weight"));
    }

    [Fact]
    public void Convolutions_and_experts_go_to_Muon_as_far_as_it_takes_them()
    {
        Parameter[] model =
        [
            Named("patch_embed.weight", 4, 3, 2, 2), Named("conv2.weight", 6, 4, 3, 3), Named("experts.w1", 2, 4, 6),
            Named("conv1d.weight", 4, 4, 3), Named("row.weight", 1, 4), Named("temperature"), Named("head.weight", 2, 6),
        ];
        var routing = MuonRouting.Of(model);
        Assert.Equal(["conv2.weight", "experts.w1"], ToMuon(routing));
        Assert.Equal("a convolution along a line, by its name 'conv1d': its shape is that of a stack of matrices",
            Why(routing, "conv1d.weight"));
        Assert.Equal("a matrix of one row or column, which is a vector", Why(routing, "row.weight"));
        Assert.Equal("a single number", Why(routing, "temperature"));
        // torch's Muon takes none of these, and the report says so.
        model = [.. model, Named("h.weight", 4, 4)];
        routing = MuonRouting.Of(model, muon: new Muon());
        Assert.Equal(["h.weight"], ToMuon(routing));
        Assert.Contains("Muon is of matrices, which have two dimensions", Why(routing, "conv2.weight"));
    }

    [Fact]
    public void The_report_prints_what_went_where_and_why() => Assert.Equal("""
        Muon: 2 of 6 parameters, 56 of 102 numbers
          h.0.fc.weight    [6, 4]  a hidden matrix
          h.0.proj.weight  [4, 8]  a hidden matrix
        AdamW: 4 of 6 parameters, 46 of 102 numbers
          wte.weight       [5, 4]  an embedding, by its name 'wte'
          h.0.fc.bias      [6]     a bias
          h.0.norm.weight  [4]     a vector
          lm_head.weight   [4, 4]  a head, by its name 'lm_head'
        """, MuonRouting.Of([
            Named("wte.weight", 5, 4), Named("h.0.fc.weight", 6, 4), Named("h.0.fc.bias", 6), Named("h.0.norm.weight", 4),
            Named("h.0.proj.weight", 4, 8), Named("lm_head.weight", 4, 4)]).ToString().ReplaceLineEndings("\n"));

    [Fact]
    public void What_is_decided_wrongly_is_said_by_name()
    {
        var routing = MuonRouting.Of(Gpt, route: [("*.c_attn.weight", Route.Other), ("transformer.wpe.*", Route.Muon)]);
        Assert.Equal(["transformer.wpe.weight", "transformer.h.0.attn.c_proj.weight", "transformer.h.0.mlp.c_fc.weight",
            "transformer.h.0.mlp.c_proj.weight"], ToMuon(routing));
        Assert.Equal("said by '*.c_attn.weight'", Why(routing, "transformer.h.0.attn.c_attn.weight"));
        // Also where a place decides.
        Assert.Equal(["fc1", "fc2"], ToMuon(MuonRouting.Of([Named("fc1", 3, 4), Named("fc2", 3, 3), Named("fc3", 2, 3)],
            route: [("fc1", Route.Muon)])));
    }

    static string Refused(Func<MuonRouting> made) => Assert.Throws<ArgumentException>(made).Message;

    [Fact]
    public void What_cannot_be_is_refused_with_its_reason()
    {
        Assert.Contains("'transformer.ln_f.weight' of shape [4] cannot go to Muon: Muon is of matrices",
            Refused(() => MuonRouting.Of(Gpt, route: [("*.ln_f.weight", Route.Muon)])));
        Assert.Contains("there is no parameter 'wt'. There are: transformer.wte.weight, ",
            Refused(() => MuonRouting.Of(Gpt, route: [("wt", Route.Muon)])));
        Assert.Contains("parameter 1 has no name", Refused(() => MuonRouting.Of([Named("a", 2, 2), new Parameter(Tensor([2, 2]))])));
        Assert.Contains("no parameter is a hidden matrix: 'fc1' is the first matrix, which reads the input; 'fc2' is the last matrix",
            Refused(() => MuonRouting.Of([Named("fc1", 3, 4), Named("fc2", 2, 3)])));
        Assert.Contains("'a*' has a *", Refused(() => MuonRouting.Of([Named("a*", 3, 4)])));
        Assert.Contains("names must differ", Refused(() => MuonRouting.Of([Named("a", 3, 4), Named("a", 3, 4)])));
        Assert.Contains("LBFGS, which has parts or asks for the loss", Refused(() => MuonRouting.Of(Gpt, muon: new LBFGS())));
    }

    [Fact]
    public void Both_faces_step_by_it_to_the_same_bits_and_each_parameter_by_its_own_rule()
    {
        Params start = Params.Of(Gpt.Select(p => (p.Name!, p.Value))), θ = start, g = start;
        var plan = MuonRouting.Of(start).Plan;
        var state = plan.Init(θ);
        var parameters = Gpt;
        var optimizer = new Optimizer(parameters, MuonRouting.Of(parameters).Plan);
        Assert.Equal(plan, optimizer.Plan);
        Assert.Equal(["Muon", "AdamW"], optimizer.ParamGroups.Select(group => group.Rule.Name));
        for (var t = 0; t < 3; t++)
        {
            (θ, state) = plan.Step(θ, g, state);
            foreach (var p in parameters) p.Grad = g[p.Name!];
            optimizer.Step();
        }
        foreach (var p in parameters)
        {
            Assert.Equal(θ[p.Name!].As<double>().ToArray(), p.Value.As<double>().ToArray());
            var alone = Params.Of((p.Name!, start[p.Name!]));
            IRule rule = MuonRouting.Of(start).Routes.Single(r => r.Name == p.Name).To == Route.Muon
                ? new Muon(AdjustLrFn: "match_rms_adamw", Matrices: "convolutions") : new AdamW();
            var s = rule.Init(alone);
            for (var t = 0; t < 3; t++) (alone, s) = rule.Step(alone, Params.Of((p.Name!, g[p.Name!])), s);
            Assert.Equal(alone[0].As<double>().ToArray(), p.Value.As<double>().ToArray());
        }
    }

    [Fact]
    public void It_is_saved_as_any_plan_and_loaded_only_where_the_same_goes_the_same_way()
    {
        var optimizer = new Optimizer(Gpt, MuonRouting.Of(Gpt).Plan);
        var saved = StateDict.FromJson(optimizer.StateDict().ToJson());
        new Optimizer(Gpt, MuonRouting.Of(Gpt).Plan).LoadStateDict(saved);
        Assert.Throws<ArgumentException>(() =>
            new Optimizer(Gpt, MuonRouting.Of(Gpt, route: [("*.c_fc.weight", Route.Other)]).Plan).LoadStateDict(saved));
    }
}
