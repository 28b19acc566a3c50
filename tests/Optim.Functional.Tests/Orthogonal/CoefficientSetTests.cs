using Optim.Functional.Tests.Goldens;

namespace Optim.Functional.Tests.Orthogonal;

public class CoefficientSetTests
{
    public static TheoryData<string> Sets => MuonGoldens.Names("coefficient_sets");

    [Theory, MemberData(nameof(Sets))]
    public void A_named_set_is_its_authors_to_the_last_bit(string name)
    {
        var (theirs, ours) = (MuonGoldens.Find("coefficient_sets", name), NewtonSchulz.Find(name));
        Assert.Equal(name, ours.Name);
        Assert.Equal(MuonGoldens.Coefficients(theirs), ours.Coefficients);
        Assert.Equal(theirs.GetProperty("norm_factor").GetDouble(), ours.NormFactor);
        Assert.Equal(theirs.GetProperty("eps").GetDouble(), ours.Eps);
        Assert.Equal(theirs.GetProperty("eps_rule").GetString(), ours.NormRule == NormRule.Add ? "add" : "max");
        Assert.Equal(theirs.GetProperty("beyond_end").GetString() switch
        {
            "fixed" => BeyondEnd.Refuse,
            "repeat_last" => BeyondEnd.RepeatLast,
            _ => BeyondEnd.Cycle,
        }, ours.BeyondEnd);
        var atOne = theirs.GetProperty("value_at_one").Doubles();
        for (var k = 0; k < atOne.Length; k++) Assert.Equal(atOne[k], ours.At(k).Of(1), 1e-14);
    }

    [Fact]
    public void There_are_no_other_sets() =>
        Assert.Equal(MuonGoldens.Of("coefficient_sets").Select(MuonGoldens.Name), NewtonSchulz.All.Select(s => s.Name));

    [Fact]
    public void Beyond_its_end_a_set_cycles_repeats_its_last_or_refuses()
    {
        var (cycle, last, none) = (NewtonSchulz.Find("nv_aol"), NewtonSchulz.Find("nv_cans"), NewtonSchulz.Find("polar_express"));
        Assert.Equal(cycle.Coefficients[1], cycle.At(5));
        Assert.Equal(last.Coefficients[4], last.At(5));
        Assert.Equal(last.Coefficients[4], last.At(50));
        Assert.Contains("'dion_polar_express' are of 5 iterations, from 1 on, asked for those of 6",
            Assert.Throws<ArgumentException>(() => none.At(5)).Message);
        Assert.Equal("Muon: ns_steps must be at most 5 with the coefficients 'dion_polar_express', got 8; they were made for so many and "
            + "no more.", Assert.Throws<ArgumentException>(() => new Muon(NsSteps: 8, Coefficients: "polar_express")).Message);
    }

    [Fact]
    public void A_short_name_is_one_of_them_in_any_case_and_another_is_refused_with_all_that_there_are()
    {
        Assert.Same(NewtonSchulz.Find("dion_polar_express"), NewtonSchulz.Find("Polar_Express"));
        Assert.Same(NewtonSchulz.Find("keller_jordan"), NewtonSchulz.Find("original"));
        var message = Assert.Throws<ArgumentException>(() => new Muon(Coefficients: "polar")).Message;
        Assert.StartsWith("Muon: coefficients must be one of keller_jordan, dion_ns, ", message);
        Assert.EndsWith("got 'polar'.", message);
        Assert.All(NewtonSchulz.Names, name => Assert.Contains(name, message));
    }

    [Fact]
    public void Saved_options_name_the_set_and_a_loaded_group_has_it()
    {
        var muon = new Optimizer([new Parameter(NDArray.Of<double>([1, 2, 3, 4], 2, 2), "w")], new Muon(Coefficients: "cans"));
        var saved = StateDict.FromJson(muon.StateDict().ToJson());
        Assert.Equal("cans", saved.ParamGroups[0]["coefficients"]);
        var other = new Optimizer([new Parameter(NDArray.Of<double>([1, 2, 3, 4], 2, 2), "w")], new Muon());
        other.LoadStateDict(saved);
        Assert.Equal("cans", ((Muon)other.ParamGroups[0].Rule).Coefficients);
    }
}
