namespace Optim.Functional.Tests.Cuda;

/// <summary>A rule of a user's own, in ordinary C#: a table, a loop, an option in the formula itself, a number computed of
/// constants.</summary>
sealed record OwnRule(double Lr = 0.01, double Bend = 0.3) : IElementwiseRule
{
    static readonly double[] coefficients = [0.5, -0.25, 0.125];
    static readonly SlotSpec[] slots = ["m"];

    public string Name => nameof(OwnRule);
    public IReadOnlyList<SlotSpec> Slots => slots;
    double IGradientRule.Lr => Lr;

    public void Validate() { }

    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
        use.Run(new At<L>(L.Of(0.9), L.Of(now.Lr) * L.Of(-1.5) - L.NotZero(0), Bend));

    readonly record struct At<L>(L β, L α, double Bend) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 1;

        public L Update(L θ, L g, ref Slots<L> s)
        {
            var p = L.Of(0);
            foreach (var c in coefficients) p = L.Fma(p, g, L.Of(c));
            return s.S1 = L.Lerp(L.Max(p, L.Min(-L.Abs(s.S1), L.Sign(g))), β * s.S1, L.Of(Bend));
        }

        public L Apply(L θ, L u) => L.Fma(α, u, θ);
    }
}
