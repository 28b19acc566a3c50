namespace Optim.Functional.Tests.Plans;

/// <summary>Rules and options that a stage refuses.</summary>
public class StageRefusalTests
{
    sealed record Rateless : IElementwiseRule
    {
        public IReadOnlyList<SlotSpec> Slots => [];
        public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
            throw new NotSupportedException();
    }

    public static TheoryData<string, string> Refusals => new()
    {
        {
            "ASGD cautious",
            "ASGD: Cautious (least: 0.001, plus_one: False) cannot go around it: "
            + "this rule's formula gives the new parameter itself and no update"
        },
        {
            "ScheduleFreeAdamW cautious",
            "ScheduleFreeAdamW: Cautious (least: 0.001, plus_one: False) cannot go around it: "
            + "this rule's formula gives the new parameter itself"
        },
        {
            "a whole rule that ends in no move, cautious",
            "OddWhole: Cautious (least: 0.001, plus_one: False) cannot go around it: "
            + "it changes the update of single elements, which this rule does not make"
        },
        {
            "LAMB flush",
            "LAMB: FlushDenormals () cannot go around it: it changes the slots of single elements, which this rule does not step one by one"
        },
        {
            "LBFGS clip",
            "LBFGS: ClipNorm (max_norm: 1, eps: 1E-06) cannot go around it: it would change the slope that its closure's loss has; "
            + "clip in the closure"
        },
        { "LBFGS ema", "LBFGS: Ema (decay: 0.999) cannot go around it: a closure rule makes several steps in one" },
        { "LBFGS cosine", "LBFGS: Cosine (steps: 2, eta_min: 0) cannot go around it: a closure rule makes several steps in one" },
        { "no lr cosine", "Rateless: Cosine (steps: 2, eta_min: 0) cannot go around it: this rule has no lr" },
        { "part flush", "LAMB: FlushDenormals () cannot go around it" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public void A_stage_refuses_what_it_cannot_go_around(string what, string told) =>
        Assert.StartsWith(told, Assert.Throws<ArgumentException>(() => what switch
        {
            "ASGD cautious" => new ASGD().Cautious(),
            "ScheduleFreeAdamW cautious" => new ScheduleFreeAdamW().Cautious(),
            "a whole rule that ends in no move, cautious" => new Faults.OddWhole().Cautious(),
            "LAMB flush" => new LAMB().FlushDenormals(),
            "LBFGS clip" => new LBFGS().ClipNorm(1),
            "LBFGS ema" => new LBFGS().Ema(),
            "LBFGS cosine" => new LBFGS().Schedule(new Cosine(2)),
            "no lr cosine" => new Rateless().Schedule(new Cosine(2)),
            _ => new AdamW().For(Select.Vectors, new LAMB()).FlushDenormals(),
        }).Message);

    [Fact]
    public void Options_of_stages_that_are_out_of_range_are_refused()
    {
        Assert.Contains("LossScale: scale must be a finite number other than 0, got 0",
            Assert.Throws<ArgumentException>(() => new Adam().LossScale(0)).Message);
        Assert.Contains("Cosine: steps must be more than 0, got 0", Assert.Throws<ArgumentException>(() => new Cosine(0)).Message);
        Assert.Contains("Ema: decay must be in [0, 1], got 2", Assert.Throws<ArgumentException>(() => new Adam().Ema(2)).Message);
        Assert.Contains("weight_decay must be >= 0, got -1",
            Assert.Throws<ArgumentException>(() => new Adam().CautiousWeightDecay(-1)).Message);
        Assert.Contains("least", Assert.Throws<ArgumentException>(() => new Cautious(0)).Message);
        Assert.Contains("got 2", Assert.Throws<ArgumentException>(() => new Adam().With(new Ema(0.5) with { Decay = 2 })).Message);
    }
}
