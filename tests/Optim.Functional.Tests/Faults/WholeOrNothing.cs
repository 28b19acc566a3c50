using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Faults;

/// <summary>A step of which anything fails has changed nothing, on either face; and the next one is made.</summary>
[Collection(nameof(Alone))]
public class WholeOrNothing
{
    public static TheoryData<string, string> Ways =>
    [
        .. Odd.Ways.Select(way => (nameof(Odd), way)),
        .. OddModel.Ways.Select(way => (nameof(OddModel), way)),
        .. OddWhole.Ways.Select(way => (nameof(OddWhole), way)),
    ];

    static IRule Rule(string name, string wrong = "") => name switch
    {
        nameof(Odd) => new Odd(Wrong: wrong),
        nameof(OddModel) => new OddModel(Wrong: wrong),
        _ => new OddWhole(Wrong: wrong),
    };

    // The last one is the shortest, so that what the others have reserved would do for it.
    static readonly (string Name, int Length)[] Shapes = [("first", 300), ("second", 41), ("other", 7), ("last", 5)];

    static NDArray Numbers(int seed, int length) => Face.Random<double>(new(seed), [length]);

    static Params Start => Params.Of(Shapes.Select(s => (s.Name, Numbers(s.Length, s.Length))));

    static Params Gradients(int step) => Params.Of(Shapes.Select(s => (s.Name, Numbers(step, s.Length))));

    /// <summary>Three groups, of which the last has two parameters; after two steps in which the very last took no part, so that its state
    /// is new.</summary>
    static Optimizer Stepped(IRule rule)
    {
        var own = Start.Entries.Select(e => new Parameter(e.Value, e.Key)).ToArray();
        var optimizer = new Optimizer([new ParamGroup(own[0]), new ParamGroup(own[1]), new ParamGroup(own[2..])], rule);
        for (var t = 0; t < 2; t++)
        {
            Give(optimizer, t);
            own[3].Grad = null;
            optimizer.Step();
        }
        return optimizer;
    }

    static void Give(Optimizer optimizer, int step)
    {
        foreach (var p in optimizer.ParamGroups.SelectMany(g => g.Parameters)) p.Grad = Gradients(step)[p.Name!];
    }

    static Exception Fails(Action step)
    {
        var fault = Record.Exception(step);
        Assert.NotNull(fault);
        Assert.IsNotType<NullReferenceException>(fault);
        Assert.IsNotType<IndexOutOfRangeException>(fault);
        return fault;
    }

    [Theory, MemberData(nameof(Ways))]
    public void In_place_nothing_is_changed_and_the_next_step_is_made(string rule, string wrong)
    {
        var (optimizer, never) = (Stepped(Rule(rule)), Stepped(Rule(rule)));
        Give(optimizer, 7);
        Give(never, 7);
        var before = Face.Snapshot(optimizer);
        optimizer.ParamGroups[2]["wrong"] = wrong;
        Fails(optimizer.Step);
        optimizer.ParamGroups[2]["wrong"] = "";
        Assert.Equal(before, Face.Snapshot(optimizer));
        Assert.Equal(2, optimizer.Steps);
        optimizer.Step();
        never.Step();
        Assert.Equal(Face.Snapshot(never), Face.Snapshot(optimizer));
    }

    [Theory, MemberData(nameof(Ways))]
    public void On_the_pure_face_the_arguments_stay_as_they_are(string rule, string wrong)
    {
        var (good, bad) = (Rule(rule).For(Select.Named("last"), Rule(rule)), Rule(rule).For(Select.Named("last"), Rule(rule, wrong)));
        var (θ, s) = good.Step(Start, Params.Of(Gradients(0).Entries.Where(e => e.Key != "last").Select(e => (e.Key, e.Value))),
            good.Init(Start));
        var (g, before) = (Gradients(7), Text(θ, s));
        var gradients = g.ToString();
        Fails(() => bad.Step(θ, g, s));
        Assert.Equal((before, gradients), (Text(θ, s), g.ToString()));
        Assert.NotEqual(before, Text(good.Step(θ, g, s)));
    }

    static string Text((Params θ, State s) at) => Text(at.θ, at.s);

    static string Text(Params θ, State s) => string.Concat(θ.Values.Select(Face.Bits)) + s
        + string.Concat(Enumerable.Range(0, θ.Count).SelectMany(i => s[i].Slots.Values).Select(Face.Bits))
            + string.Join(' ', s.SharedScalars);

    [Theory]
    [InlineData(nameof(Odd), "Run is never called", "Odd: its Bind called use.Run 0 times, and must call it once")]
    [InlineData(nameof(Odd), "Run is called twice", "Odd: its Bind called use.Run 2 times, and must call it once")]
    [InlineData(nameof(Odd), "five slots for four", "Odd: its formula has a SlotCount of 5, its Slots are 4")]
    [InlineData(nameof(Odd), "nine slots", "Odd: it has 9 slots with those of its stages, there can be 8")]
    [InlineData(nameof(Odd), "five scalars", "Odd: it carries 5 scalars, there can be 4")]
    [InlineData(nameof(Odd), "a slot of another shape", "Odd: short has shape [1], the parameter [5]")]
    [InlineData(nameof(OddModel), "Run is called twice", "OddModel: its Measure called use.Run 2 times")]
    [InlineData(nameof(OddModel), "two terms for one", "OddModel: what is measured has 2 terms, its Sums are 1")]
    [InlineData(nameof(OddModel), "two slots for one", "OddModel: its formula has a SlotCount of 2, its Slots are 1")]
    [InlineData(nameof(OddModel), "five sums", "OddModel: its Sums are 5, there can be 1 to 4")]
    [InlineData(nameof(OddWhole), "more memory than WorkOf says",
        "A whole rule takes 6 elements of working memory, more than the 5 that its WorkOf says")]
    [InlineData(nameof(OddWhole), "too much memory", "A whole rule asks for 9,223,372,036,854,775,807 elements of working memory")]
    [InlineData(nameof(OddWhole), "a pass without its slots", "A pass has a SlotCount of 1, and is given 0 further operands")]
    [InlineData(nameof(OddWhole), "a pass with the gradient first", "has the gradient elsewhere than as its second operand")]
    [InlineData(nameof(OddWhole), "a pass with the gradient as a slot", "has the gradient elsewhere than as its second operand")]
    [InlineData(nameof(OddWhole), "a pass of other lengths", "A pass has a further operand of 1 elements, wanted 5")]
    [InlineData(nameof(OddWhole), "rows of a vector", "Rows and columns are of the last two dimensions, and the parameter's shape is [5]")]
    public void What_is_wrong_is_told(string rule, string wrong, string told)
    {
        var p = new Parameter(new double[5], "p") { Grad = new double[5] };
        Assert.Contains(told, Fails(new Optimizer([p], Rule(rule, wrong)).Step).Message);
    }

    /// <summary>Elsewhere it would not be scaled, and as a slot be written.</summary>
    [Theory]
    [InlineData("a pass with the gradient first")]
    [InlineData("a pass with the gradient as a slot")]
    [InlineData("a sum with the gradient as a slot")]
    [InlineData("a move along the gradient itself")]
    public void A_whole_rule_has_the_gradient_as_second_operand_or_says_so(string wrong)
    {
        foreach (var plan in (Plan[])[new OddWhole(Wrong: wrong).ClipNorm(0.5), new OddWhole(Wrong: wrong).LossScale(4)])
        {
            var p = new Parameter(new double[] { 1, 2 }, "p") { Grad = new double[] { 3, 4 } };
            Assert.Contains("the gradient elsewhere than as its second operand", Fails(new Optimizer([p], plan).Step).Message);
            Assert.Equal([1, 2], p.Value.As<double>().Data);
            Assert.Equal([3, 4], p.Grad!.As<double>().Data);
        }
    }

    [Fact]
    public void A_whole_rule_sees_the_gradient_with_its_plans_scale()
    {
        var p = new Parameter(new double[] { 1, 2 }, "p") { Grad = new double[] { 8, 16 } };
        new Optimizer([p], new OddWhole(Lr: 0.5).LossScale(4)).Step();
        Assert.Equal([1 - 0.5 * 2, 2 - 0.5 * 4], p.Value.As<double>().Data);
    }

    [Theory, InlineData(0), InlineData(2)]
    public void A_stage_that_does_not_hand_its_formula_on_once_is_refused_and_nothing_is_changed(int calls)
    {
        var optimizer = Stepped(new Adam());
        Give(optimizer, 7);
        optimizer.Plan = new Adam().With(new Times(calls));
        var message = Face.Refused<InvalidOperationException>(optimizer, optimizer.Step);
        Assert.Contains($"Adam: a stage's Around called use.Run so that there are {calls} steps, and must call it once", message);
        optimizer.Plan = new Adam().Plan();
        optimizer.Step();
        Assert.Equal(3, optimizer.Steps);
    }

    [Fact]
    public void A_cautious_formula_with_more_slots_than_there_are_is_refused_before_it_is_measured()
    {
        var p = new Parameter(new double[5], "p") { Grad = new double[5] };
        Assert.Contains("SlotCount of 5, its Slots are 4",
            Fails(new Optimizer([p], new Odd(Wrong: "five slots for four").Cautious()).Step).Message);
    }

    [Fact]
    public void A_whole_rule_whose_options_ask_for_more_memory_gets_it_at_the_next_step()
    {
        var p = new Parameter(new double[3], "p") { Grad = new double[3] };
        var optimizer = new Optimizer([p], new Working());
        optimizer.Step();
        optimizer.ParamGroups[0]["times"] = 50;
        optimizer.Step();
        Assert.Equal(2, optimizer.State(p).Step);
    }

    internal sealed record Working(double Lr = 1, int Times = 1) : IWholeRule
    {
        public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => [];
        public long WorkOf(IReadOnlyList<int> shape) => (long)shape[0] * Times;
        public void Step<T>(in Whole<T> x) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => x.Work(x.Length * Times);
    }
}
