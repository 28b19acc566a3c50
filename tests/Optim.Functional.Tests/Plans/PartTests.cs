using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Plans;

/// <summary>Several rules in one optimizer, by name or shape.</summary>
public class PartTests
{
    static readonly (string Name, int[] Shape)[] Model = [("fc1.weight", [4, 3]), ("fc1.bias", [4]), ("fc2.weight", [2, 4]),
        ("fc2.bias", [2])];

    static Params Start => Params.Of(Model.Select(m => (m.Name, Face.Random<double>(new(m.Name.Length + m.Shape[0]), m.Shape))));

    static Params Gradients(int step) => Params.Of(Model.Select(m => (m.Name, Face.Random<double>(new(100 * step + m.Shape[0]), m.Shape))));

    static readonly Dictionary<string, (Plan Plan, IRule Part, IRule Others, Func<string, bool> IsPart)> Plans = new()
    {
        ["Muon for matrices"] = (new AdamW(Lr: 0.1).For(Select.Matrices, new Muon(Lr: 0.1)), new Muon(Lr: 0.1), new AdamW(Lr: 0.1), n =>
            n.EndsWith("weight")),
        ["no decay on biases"] = (new AdamW(Lr: 0.1, WeightDecay: 0.5).For(Select.Named("*.bias"), new AdamW(Lr: 0.1, WeightDecay: 0)),
            new AdamW(Lr: 0.1, WeightDecay: 0), new AdamW(Lr: 0.1, WeightDecay: 0.5), n => n.EndsWith("bias")),
        ["an average and a schedule of its own"] = (new AdamW(Lr: 0.1)
            .For(Select.Matrices, new LAMB(Lr: 0.1).Ema(0.5).Schedule(new Cosine(5))),
            new LAMB(Lr: 0.1).Ema(0.5).Schedule(new Cosine(5)), new AdamW(Lr: 0.1), n => n.EndsWith("weight")),
        ["outer stages for both"] = (new AdamW(Lr: 0.1).Schedule(new Cosine(5)).Ema(0.5).For(Select.Vectors, new SGD(0.1).Ema(0.75)),
            new SGD(0.1).Ema(0.75).Schedule(new Cosine(5)), new AdamW(Lr: 0.1).Schedule(new Cosine(5)).Ema(0.5), n => n.EndsWith("bias")),
        ["two of one rule that shares scalars"] = (new ScheduleFreeAdamW(Lr: 0.1).For(Select.Vectors, new ScheduleFreeAdamW(Lr: 0.2)),
            new ScheduleFreeAdamW(Lr: 0.2), new ScheduleFreeAdamW(Lr: 0.1), n => n.EndsWith("bias")),
    };

    public static TheoryData<string> Names => [.. Plans.Keys];

    static Optimizer InPlace(IRule rule, Func<string, bool>? only = null) =>
        new(Start.Copy().Entries.Where(e => only?.Invoke(e.Key) ?? true).Select(e => new Parameter(e.Value, e.Key)), rule);

    static void Step(Optimizer optimizer, int step)
    {
        foreach (var p in All(optimizer)) p.Grad = Gradients(step)[p.Name!];
        optimizer.Step();
    }

    static IEnumerable<Parameter> All(Optimizer optimizer) => optimizer.ParamGroups.SelectMany(g => g.Parameters);

    static Parameter Named(Optimizer optimizer, string name) => All(optimizer).First(p => p.Name == name);

    [Theory, MemberData(nameof(Names))]
    public void One_optimizer_has_the_bits_of_one_for_each_part_and_of_the_pure_face(string name)
    {
        var (plan, part, rest, isPart) = Plans[name];
        Optimizer one = InPlace(plan), ofPart = InPlace(part, isPart), ofRest = InPlace(rest, n => !isPart(n));
        var (θ, s) = (Start, plan.Init(Start));
        for (var t = 0; t < 4; t++)
        {
            Step(one, t);
            Step(ofPart, t);
            Step(ofRest, t);
            (θ, s) = plan.Step(θ, Gradients(t), s);
        }
        foreach (var (key, _) in Model)
        {
            var (p, apart, own) = (Named(one, key), isPart(key) ? ofPart : ofRest, one.State(Named(one, key)));
            Assert.Equal(Face.Bits(Named(apart, key).Value), Face.Bits(p.Value));
            Assert.Equal(Face.Bits(θ[key]), Face.Bits(p.Value));
            Assert.Equal(apart.State(Named(apart, key)).ToString(), own.ToString());
            Assert.Equal(s[key].ToString(), own.ToString());
        }
        Assert.NotEmpty(s.ToString());
    }

    [Theory, MemberData(nameof(Names))]
    public void A_saved_run_goes_on_by_names_from_any_step(string name)
    {
        var plan = Plans[name].Plan;
        var whole = InPlace(plan);
        for (var t = 0; t < 4; t++) Step(whole, t);
        for (var cut = 0; cut < 4; cut++)
        {
            var first = InPlace(plan);
            for (var t = 0; t < cut; t++) Step(first, t);
            // In another order: the names find their places.
            var second = new Optimizer(All(first).Reverse().Select(p => new Parameter(p.Value.Clone(), p.Name)), plan);
            Assert.True(second.LoadStateDict(Face.Again(first.StateDict())).Complete);
            for (var t = cut; t < 4; t++) Step(second, t);
            foreach (var p in All(whole))
            {
                Assert.Equal(Face.Bits(p.Value), Face.Bits(Named(second, p.Name!).Value));
                Assert.Equal(whole.State(p).ToString(), second.State(Named(second, p.Name!)).ToString());
            }
        }
    }

    [Fact]
    public void The_saved_groups_say_their_rule_and_a_load_what_parts_differ()
    {
        var optimizer = InPlace(Plans["Muon for matrices"].Plan);
        var saved = optimizer.StateDict();
        Assert.Equal("Muon + AdamW", saved.Rule);
        Assert.Equal(["Muon", "AdamW"], saved.ParamGroups.Select(g => g["rule"]));
        Assert.Equal(new[] { "fc1.weight", "fc2.weight" }, saved.ParamGroups[0]["param_names"]);
        var other = InPlace(new AdamW(Lr: 0.1).For(Select.Named("fc1.*"), new Adam()));
        var message = Face.Refused<ArgumentException>(other, () => other.LoadStateDict(Face.Again(saved)));
        Assert.Contains("made by Muon + AdamW", message);
        Assert.Contains("the saved plan has the parts", message);
        Assert.Contains("group 0 is of Muon in the saved state, of Adam in the optimizer", message);
    }

    [Fact]
    public void A_group_of_the_users_own_is_split_and_keeps_its_options()
    {
        var own = Start.Entries.Select(e => new Parameter(e.Value, e.Key)).ToArray();
        var optimizer = new Optimizer([new ParamGroup(own[..2]) { ["lr"] = 0.5 }, new ParamGroup(own[2..])],
            Plans["Muon for matrices"].Plan);
        Assert.Equal([("Muon", 0.5), ("AdamW", 0.5), ("Muon", 0.1), ("AdamW", 0.1)],
            optimizer.ParamGroups.Select(g => (g.Rule.Name, g.Lr)));
        Assert.All(optimizer.ParamGroups, g => Assert.Single(g.Parameters));
    }

    [Fact]
    public void A_group_that_is_added_later_gets_the_rule_of_its_part_and_one_that_is_refused_adds_nothing()
    {
        var optimizer = new Optimizer([Face.Double("fc1.bias", 3)], Plans["Muon for matrices"].Plan);
        Face.Step(optimizer, 1);
        optimizer.AddParamGroup(new(Face.Double("fc1.weight", 4, 3), Face.Double("fc22.bias", 4)));
        Assert.Equal(["AdamW", "Muon", "AdamW"], optimizer.ParamGroups.Select(g => g.Rule.Name));
        Face.Step(optimizer, 2);
        // Of the two groups that it would become the second has a name that is there already.
        Assert.Contains("'fc1.bias'", Face.Refused<ArgumentException>(optimizer, () =>
            optimizer.AddParamGroup(new(Face.Double("fc3.weight", 4, 3), Face.Double("fc1.bias", 4)))));
        Assert.Equal(3, optimizer.ParamGroups.Count);
        optimizer.AddParamGroup(new(Face.Double("fc3.weight", 4, 3)));
    }

    [Fact]
    public void A_split_group_with_an_option_that_one_of_its_rules_lacks_is_refused()
    {
        var group = new ParamGroup(Start.Entries.Select(e => new Parameter(e.Value, e.Key))) { ["betas"] = (0.5, 0.5) };
        Assert.Contains("Muon: there is no option 'betas'",
            Assert.Throws<ArgumentException>(() => new Optimizer([group], Plans["Muon for matrices"].Plan)).Message);
    }

    [Fact]
    public void The_first_part_that_matches_counts()
    {
        var plan = new Adam().For(Select.Named("fc1.*"), new SGD(1)).For(Select.Matrices, new Muon());
        Assert.Equal(["SGD", "SGD", "Muon", "Adam"], Model.Select(m => plan.For(m.Name, m.Shape).Rule.Name));
        Assert.Equal("SGD + Muon + Adam", plan.Name);
    }

    [Theory]
    [InlineData("*.bias", "fc1.bias", true)]
    [InlineData("*.bias", "fc1.bias2", false)]
    [InlineData("fc*.w*t", "fc12.weight", true)]
    [InlineData("fc1.bias", "fc1.bias", true)]
    [InlineData("*", "", true)]
    [InlineData("fc1", "fc12", false)]
    public void A_star_stands_for_any_run_of_characters(string pattern, string name, bool matches) =>
        Assert.Equal(matches, Select.Named(pattern).Matches(name, [3]));

    [Fact]
    public void A_parameter_without_a_name_is_in_no_part_by_name() => Assert.False(Select.Named("*").Matches(null, [3]));

    [Fact]
    public void What_cannot_be_a_part_is_refused()
    {
        var adam = new Adam();
        Assert.Contains("cannot have parts of its own",
            Assert.Throws<ArgumentException>(() => adam.For(Select.Matrices, adam.For(Select.Vectors, adam))).Message);
        Assert.Contains("looks at all gradients together",
            Assert.Throws<ArgumentException>(() => adam.For(Select.Matrices, adam.ClipNorm(1))).Message);
        Assert.Contains("is in no plan with parts", Assert.Throws<ArgumentException>(() => adam.For(Select.Matrices, new LBFGS())).Message);
        Assert.Contains("is in no plan with parts", Assert.Throws<ArgumentException>(() => new LBFGS().For(Select.Matrices, adam)).Message);
        Assert.Contains("the selection", Assert.Throws<ArgumentNullException>(() => adam.For(null!, adam)).Message);
        Assert.Contains("cannot go around it",
            Assert.Throws<ArgumentException>(() => adam.FlushDenormals().For(Select.Matrices, new Muon())).Message);
        Assert.Contains("'fc1.bias' of shape [4] cannot be stepped: Muon is of matrices",
            Assert.Throws<ArgumentException>(() => InPlace(new Muon())).Message);
        Assert.Contains("'fc1.bias' of shape [4] cannot be stepped",
            Assert.Throws<ArgumentException>(() => new Muon().Init(Start)).Message);
    }

    [Fact]
    public void Clipping_is_of_the_norm_of_all_parts_together()
    {
        var plan = new SGD(1).ClipNorm(2).For(Select.Named("b"), new SGD(0.5));
        var (θ, _) = plan.Step(Params.Of(("a", new double[1]), ("b", new double[1])),
            Params.Of(("a", new double[] { 3 }), ("b", new double[] { 4 })),
            plan.Init(Params.Of(("a", new double[1]), ("b", new double[1]))));
        Assert.Equal((-3 * 2 / (5 + 1e-6), -2 * 2 / (5 + 1e-6)), (θ["a"].As<double>().Data[0], θ["b"].As<double>().Data[0]));
    }
}
