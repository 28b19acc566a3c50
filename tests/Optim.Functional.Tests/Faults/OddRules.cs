using System.Numerics;

namespace Optim.Functional.Tests.Faults;

/// <summary>A formula of four slots and three scalars that does not keep the contract in the way that it is told to.</summary>
internal sealed record Odd(double Lr = 0.5, string Wrong = "") : IElementwiseRule
{
    static readonly SlotSpec[] Four = ["a", "b", "c", "d"], Nine = [.. Four, "e", "f", "g", "h", "i"], More = [.. Four, "more"];
    static readonly SlotSpec[] Large = [.. Four, new("more") { Shape = _ => [int.MaxValue, int.MaxValue] }];
    static readonly SlotSpec[] Short = [.. Four[..3], new("short") { Shape = _ => [1] }];
    static readonly string[] Three = ["x", "y", "z"], Five = [.. Three, "v", "w"];

    public static readonly string[] Ways =
    [
        "Bind throws", "Run is never called", "Run is called twice", "five slots for four", "nine slots", "five scalars", "After throws",
        "Slots throws",
        "First throws", "Start throws", "a slot too large", "a slot of another shape", "Learn throws",
    ];

    public IReadOnlyList<SlotSpec> Slots => Wrong switch
    {
        "nine slots" => Nine,
        "First throws" => More,
        "a slot too large" => Large,
        "a slot of another shape" => Short,
        "Slots throws" => throw new NotSupportedException(Wrong),
        _ => Four,
    };

    public IReadOnlyList<string> Scalars => Wrong == "five scalars" ? Five : Three;
    public double First(SlotSpec slot, double lr) => slot.Key == "more" ? throw new NotSupportedException(Wrong) : 0;
    public Scalars Start(double lr) => Wrong == "Start throws" ? throw new NotSupportedException(Wrong) : new(lr, 1, 2);
    public Scalars After(in Turn now) =>
        Wrong == "After throws" ? throw new NotSupportedException(Wrong) : new(now.Before.S1 / 2, now.T, now.Lr);
    public IReadOnlyList<string> ModelScalars => ["n"];

    public Scalars Learn(Scalars before, double lr, ReadOnlySpan<double> sums) =>
        Wrong == "Learn throws" ? throw new NotSupportedException(Wrong) : new(before.S1 + 1);

    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        if (Wrong == "Bind throws") throw new NotSupportedException(Wrong);
        if (Wrong == "five slots for four") use.Run(new At<L, On>(L.Of(-now.Lr)));
        else if (Wrong != "Run is never called") use.Run(new At<L, Off>(L.Of(-now.Lr)));
        if (Wrong == "Run is called twice") use.Run(new At<L, Off>(L.Of(-now.Lr)));
    }

    readonly record struct At<L, Five>(L γ) : IFormula<L> where L : struct, ILane<L> where Five : struct, IFlag
    {
        public static int SlotCount => Five.Set ? 5 : 4;

        public L Update(L θ, L g, ref Slots<L> s)
        {
            s.S1 += g;
            s.S2 = θ;
            (s.S3, s.S4) = (s.S4 + g, g);
            if (Five.Set) s.S5 = g;
            return g;
        }

        public L Apply(L θ, L u) => L.Fma(γ, u, θ);
    }
}

/// <summary>The same of a rule that measures its parameters.</summary>
internal sealed record OddModel(double Lr = 0.5, string Wrong = "") : IModelRule
{
    static readonly SlotSpec[] One = ["a"];

    public static readonly string[] Ways = ["Measure throws", "Run is never called", "Run is called twice", "two terms for one",
        "two slots for one", "five sums"];

    public IReadOnlyList<SlotSpec> Slots => One;
    public IReadOnlyList<string> ModelScalars => ["n"];
    public int Sums => Wrong == "five sums" ? 5 : 1;
    public Scalars Learn(Scalars before, double lr, ReadOnlySpan<double> sums) => new(before.S1 + sums[0]);

    public void Measure<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L>
    {
        if (Wrong == "Measure throws") throw new NotSupportedException(Wrong);
        if (Wrong == "two terms for one") use.Run(new Terms<L, On, Off>());
        else if (Wrong == "two slots for one") use.Run(new Terms<L, Off, On>());
        else if (Wrong != "Run is never called") use.Run(new Terms<L, Off, Off>());
        if (Wrong == "Run is called twice") use.Run(new Terms<L, Off, Off>());
    }

    readonly record struct Terms<L, TwoTerms, TwoSlots> : IMeasure<L>
        where L : struct, ILane<L>
        where TwoTerms : struct, IFlag
        where TwoSlots : struct, IFlag
    {
        public static int SlotCount => TwoSlots.Set ? 2 : 1;
        static int IMeasure<L>.Terms => TwoTerms.Set ? 2 : 1;
        public void Measure(L θ, L g, Slots<L> s, ref Slots<L> terms) => terms.S1 = g * s.S1;
    }

    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
        use.Run(new At<L>(L.Of(-now.Lr)));

    readonly record struct At<L>(L γ) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 1;
        public L Update(L θ, L g, ref Slots<L> s) => s.S1 += g;
        public L Apply(L θ, L u) => L.Fma(γ, u, θ);
    }
}

/// <summary>The same of a rule that looks at a whole parameter.</summary>
internal sealed record OddWhole(double Lr = 0.5, string Wrong = "") : IWholeRule
{
    static readonly SlotSpec[] One = ["a"];

    public static readonly string[] Ways =
    [
        "Step throws when it has written", "more memory than WorkOf says", "WorkOf throws", "too much memory", "a pass without its slots",
        "a pass that writes to the gradient", "a pass with the gradient first", "a pass with the gradient as a slot",
        "a sum with the gradient as a slot", "a move along the gradient itself", "a pass of other lengths", "rows of a vector",
        "After throws",
    ];

    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => One;
    public IReadOnlyList<string> Scalars => Wrong == "After throws" ? ["x"] : [];
    public Scalars After(in Turn now) => Wrong == "After throws" ? throw new NotSupportedException(Wrong) : default;

    public long WorkOf(IReadOnlyList<int> shape) => Wrong switch
    {
        "WorkOf throws" => throw new NotSupportedException(Wrong),
        "too much memory" => long.MaxValue,
        _ => shape[0],
    };

    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var u = x.Work(x.Length);
        x.Each(new Pass.CopySecond(), u, x.G, to: u);
        x.Each(new Pass.Copy(), u, u, to: x.Slot(0));
        x.Each(new Pass.Move(-x.Now.Lr, 1), x.θ, u, to: x.θ);
        if (Wrong == "Step throws when it has written") throw new NotSupportedException(Wrong);
        if (Wrong == "more memory than WorkOf says") x.Work(1);
        if (Wrong == "a pass without its slots") x.Each(new Sum(), x.θ, u, to: x.θ);
        if (Wrong == "a pass that writes to the gradient") x.Each(new Pass.Copy(), u, u, to: x.G);
        if (Wrong == "a pass with the gradient first") x.Each(new Pass.Copy(), x.G, u, to: u);
        if (Wrong == "a pass with the gradient as a slot") x.Each(new Sum(), u, u, to: u, s1: x.G);
        if (Wrong == "a sum with the gradient as a slot") x.Sum(default(Term.Value), u, u, s1: x.G);
        if (Wrong == "a move along the gradient itself") x.Move(x.G, x.Now.Lr);
        if (Wrong == "a pass of other lengths") x.Each(new Sum(), u, u, to: x.θ, s1: x.Slot(0).Slice(0, 1));
        if (Wrong == "rows of a vector") x.RowMeans(default(Term.Value), u, u, to: x.θ);
    }

    readonly record struct Sum : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>());

        readonly record struct At<L> : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;
            public L Step(L θ, L g, ref Slots<L> s) => s.S1 += g;
        }
    }
}

/// <summary>A stage that hands the formula on so many times.</summary>
internal sealed record Times(int Calls) : IUpdateStage
{
    int IUpdateStage.Order => 0;

    void IUpdateStage.Around<L, A, U>(in A formula, in Turn now, in Measured measured, ref U use)
    {
        for (var k = 0; k < Calls; k++) use.Run(formula);
    }
}
