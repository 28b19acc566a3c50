using MathNet.Numerics.LinearAlgebra;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Faults;

/// <summary>Rules of a user's own that do not keep the contract.</summary>
[Collection(nameof(Alone))]
public class OwnRules
{
    /// <summary>θ ← θ - lr g, named after its town; throws in Bind above lr 1, or in the formula from a call on.</summary>
    public sealed record Descent(double Lr = 0.5, int Throws = 0) : IElementwiseRule
    {
        public string Name => "Bonn";
        public IReadOnlyList<SlotSpec> Slots => ["last"];
        public SparseGradients Sparse => SparseGradients.Touched;

        public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
        {
            if (Lr > 1) throw new NotSupportedException("too fast");
            if (Throws > 0) use.Run(new Failing<L>(new() { Left = Throws })); else use.Run(new At<L>(L.Of(-Lr)));
        }

        readonly record struct At<L>(L γ) : IFormula<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;
            public L Update(L θ, L g, ref Slots<L> s) => s.S1 = g;
            public L Apply(L θ, L u) => L.Fma(γ, u, θ);
        }

        sealed class Calls
        {
            public int Left;
        }

        readonly record struct Failing<L>(Calls Calls) : IFormula<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;
            public L Update(L θ, L g, ref Slots<L> s) =>
                Interlocked.Decrement(ref Calls.Left) > 0 ? s.S1 = g : throw new NotSupportedException("no formula");
            public L Apply(L θ, L u) => L.Of(7);
        }
    }

    public sealed record Miscounted : IElementwiseRule
    {
        public IReadOnlyList<SlotSpec> Slots => [];
        public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> => use.Run(new At<L>());

        readonly record struct At<L> : IFormula<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 2;
            public L Update(L θ, L g, ref Slots<L> s) => g;
            public L Apply(L θ, L u) => θ;
        }
    }

    public sealed record Nothing : IRule;

    public sealed record Paired([Tuple("betas", 0)] double Beta1, [Tuple("betas", 1)] double Beta2) : IRule;

    static Parameter One(string name, int n) => new(new double[n], name) { Grad = Enumerable.Repeat(1.0, n).ToArray() };

    [Fact]
    public void After_a_Bind_that_threw_the_next_step_steps_only_its_own_parameters()
    {
        var (a, b) = (One("a", 20), One("b", 20));
        var optimizer = new Optimizer([new ParamGroup(a), new ParamGroup(b) { ["lr"] = 2 }], new Descent());
        Assert.Equal("too fast", Assert.Throws<NotSupportedException>(optimizer.Step).Message);
        Assert.Equal(new double[20], b.Value.As<double>().Data);
        var before = a.Value.As<double>().Data[0];
        optimizer.ParamGroups[1].Lr = 0.25;
        b.Grad = null;
        optimizer.Step();
        Assert.Equal(new double[20], b.Value.As<double>().Data);
        Assert.Equal(before - 0.5, a.Value.As<double>().Data[0]);
    }

    [Fact]
    public void After_a_Bind_that_threw_the_next_step_writes_no_element_of_its_sparse_gradients()
    {
        var p = new Parameter(new double[4], "p") { Grad = Vector<double>.Build.SparseOfIndexed(4, [(1, 2.0)]) };
        var optimizer = new Optimizer([p], new Descent(Lr: 2));
        Assert.Throws<NotSupportedException>(optimizer.Step);
        p.Value.As<double>().Data[1] = 7;
        optimizer.ParamGroups[0].Lr = 0.5;
        p.Grad = Vector<double>.Build.SparseOfIndexed(4, [(2, 2.0)]);
        optimizer.Step();
        Assert.Equal([0, 7, -1, 0], p.Value.As<double>().Data);
    }

    [Fact]
    public void The_pure_step_gives_nothing_back_when_Bind_throws()
    {
        var (θ, rule) = (Params.Of(("a", new double[] { 1 })), new Descent());
        var s = rule.Init(θ);
        Assert.Throws<NotSupportedException>(() => (rule with { Lr = 2 }).Step(θ, θ, s));
        Assert.False(s["a"].Exists);
        Assert.Equal(0.5, rule.Step(θ, θ, s).Parameters[0].As<double>().Data[0]);
    }

    [Fact]
    public void A_formula_that_throws_on_another_thread_throws_at_the_caller()
    {
        var optimizer = new Optimizer([One("a", 5000)], new Descent(Throws: 2))
        {
            Execution = new() { Threads = 4, SerialUpTo = 0, ChunkLength = 32 },
        };
        for (var i = 0; i < 20; i++) Assert.Equal("no formula", Assert.Throws<NotSupportedException>(optimizer.Step).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_formula_that_throws_whatever_its_numbers_are_changes_nothing(bool isStaged)
    {
        var (a, b) = (One("a", 20), One("b", 20));
        IRule rule = isStaged ? new Descent().Ema(0.5) : new Descent();
        var optimizer = new Optimizer([new ParamGroup(a), new ParamGroup(b) { ["throws"] = 1 }], rule);
        Assert.Equal("no formula", Assert.Throws<NotSupportedException>(optimizer.Step).Message);
        Assert.Equal(new double[20], a.Value.As<double>().Data);
        Assert.Equal(new double[20], b.Value.As<double>().Data);
        Assert.False(optimizer.State(a).Exists);
        optimizer.ParamGroups[1]["throws"] = 0;
        optimizer.Step();
        Assert.All(new[] { a, b }, p => Assert.All(p.Value.As<double>().Data, x => Assert.Equal(-0.5, x)));
    }

    [Fact]
    public void A_slot_count_that_is_not_the_number_of_slots_is_told()
    {
        var message = Assert.Throws<InvalidOperationException>(new Optimizer([One("a", 3)], new Miscounted()).Step).Message;
        Assert.Contains("Miscounted: its formula has a SlotCount of 2, its Slots are 0", message);
    }

    [Fact]
    public void A_rule_without_a_formula_is_refused() =>
        Assert.Contains(
            "Nothing is no gradient rule and no closure rule",
            Assert.Throws<ArgumentException>(() => new Optimizer([One("a", 3)], new Nothing())).Message);

    [Fact]
    public void A_pair_without_defaults_is_a_required_option()
    {
        var info = RuleInfo.Of(typeof(Paired));
        Assert.Equal(("betas", true), (info.Options[0].Name, info.Options[0].Required));
        Assert.Contains(
            "required option 'betas'",
            Assert.Throws<ArgumentException>(() => info.Create(new Dictionary<string, object?>())).Message);
        Assert.Equal(new Paired(0.5, 0.25), info.Create(new Dictionary<string, object?> { ["betas"] = (0.5, 0.25) }));
    }

    [Fact]
    public void A_rules_own_name_goes_through_both_faces_and_the_saved_state()
    {
        var (θ, rule) = (Params.Of(("a", new double[] { 1 })), new Descent());
        var (_, s) = rule.Run(x => x, 2, θ, rule.Init(θ));
        Assert.Equal("Bonn", rule.Step(θ, θ, s).State.Rule);
        var optimizer = new Optimizer([One("a", 3)], rule);
        Assert.Equal(("Bonn", "Bonn"), (optimizer.Name, optimizer.StateDict().Rule));
        Assert.True(optimizer.LoadStateDict(Face.Again(optimizer.StateDict())).Complete);
    }
}
