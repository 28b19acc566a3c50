namespace Optim.Functional.Aot;

/// <summary>A rule written outside the library: θ goes half of the way back along a mean of its gradients.</summary>
sealed record Halving(double Lr = 0.5) : Rule, IElementwiseRule
{
    public override void Validate() { }

    public IReadOnlyList<SlotSpec> Slots { get; } = ["mean"];

    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
        use.Run(new At<L>(L.Of(now.Lr), L.Of(0.5)));

    readonly record struct At<L>(L α, L Half) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 1;

        public L Update(L θ, L g, ref Slots<L> s) => s.S1 = L.Lerp(s.S1, g, Half);

        public L Apply(L θ, L u) => θ - α * u;
    }
}
