// Within the laws' namespace, and without a using of it: dotnet format does not see the types of F# projects,
// and takes one for unnecessary.
namespace Optim.Functional.Properties.FromCSharp;

/// <summary>θ ← θ - α sign(g), where the sign of zero is as the formula is told.</summary>
public sealed record SignDescent(double Lr, double SignOfZero = 0) : IElementwiseRule
{
    public IReadOnlyList<SlotSpec> Slots => [];

    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
        use.Run(new At<L>(L.Of(-now.Lr), L.Of(0), L.Of(1), L.Of(SignOfZero)));

    readonly record struct At<L>(L α, L Zero, L One, L SignOfZero) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 0;

        public L Update(L θ, L g, ref Slots<L> s) => L.WhereGreater(g, Zero, One, L.WhereGreater(Zero, g, -One, SignOfZero));
        public L Apply(L θ, L u) => L.Fma(α, u, θ);
    }
}

/// <summary>Adam as the paper writes it, with roundings other than the library's, and so called.</summary>
public sealed record TextbookAdam(
    double Lr = 1e-3,
    [Tuple("betas", 0)] double Beta1 = 0.9,
    [Tuple("betas", 1)] double Beta2 = 0.999,
    double Eps = 1e-8
) : IElementwiseRule
{
    public string Name => "Adam";
    public IReadOnlyList<SlotSpec> Slots => ["exp_avg", "exp_avg_sq"];

    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
        use.Run(new At<L>(L.Of(now.Lr), L.Of(Beta1), L.Of(1 - Beta1), L.Of(Beta2), L.Of(1 - Beta2), L.NotZero(Eps),
            L.Of(1 - Math.Pow(Beta1, now.T)), L.Of(1 - Math.Pow(Beta2, now.T))));

    readonly record struct At<L>(L α, L β1, L β1c, L β2, L β2c, L ε, L C1, L C2) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 2;

        public L Update(L θ, L g, ref Slots<L> s)
        {
            s.S1 = β1 * s.S1 + β1c * g;
            s.S2 = β2 * s.S2 + β2c * (g * g);
            return α * (s.S1 / C1) / (L.Sqrt(s.S2 / C2) + ε);
        }

        public L Apply(L θ, L u) => θ - u;
    }
}

public class LawsTests
{
    [Fact]
    public void A_rule_that_is_right_obeys_every_law() => Laws.Check(new SignDescent(Lr: 0.125), cases: 20, seed: 1);

    [Fact]
    public void Another_Adam_that_rounds_otherwise_obeys_every_law() => Laws.Check(new TextbookAdam(), cases: 100, seed: 1);

    [Fact]
    public void A_broken_law_throws_with_its_sentence_the_smallest_case_as_code_and_the_seed()
    {
        var broken = Assert.Throws<LawBroken>(() => Laws.Check(new SignDescent(Lr: 0.125, SignOfZero: -1), cases: 20, seed: 1));
        Assert.Equal("""
            SignDescent breaks the law 'odd symmetry': The negated start with the negated gradients gives the negated result; slots keep their size.
              p0[0]: wanted 0.125, got -0.125
            The smallest case found, as code:
              using Optim.Functional;
              using Optim.Functional.Properties;
              Laws.Replay("odd symmetry", Case.Float64(new Optim.Functional.Properties.FromCSharp.SignDescent(Lr: 0.125, SignOfZero: -1.0), [[0.0]], [[[0.0]]]));
            Found with seed 1; again by Laws.Check(rule, cases: 20, seed: 1)
            """, broken.Message, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void The_code_of_a_counterexample_breaks_the_law_again() =>
        Assert.Throws<LawBroken>(() =>
            Laws.Replay(
                "odd symmetry",
                Case.Float64(
                    new Optim.Functional.Properties.FromCSharp.SignDescent(Lr: 0.125, SignOfZero: -1.0),
                    [
                        [0.0],
                    ],
                    [
                        [
                            [0.0],
                        ],
                    ])));

    [Fact]
    public void Absent_gradients_scenarios_and_descents_are_code_in_csharp_too()
    {
        Laws.Replay("odd symmetry", Case.Float32(new Adam(Lr: 0.1), [[1.0, 2.0], []], [[[1.0, double.NaN], []], [null, null]]));
        Laws.Replay(
            "faces",
            Scenario.Of(
                Case.Float64(
                    new Adam(),
                    [
                        [1.0],
                    ],
                    []),
                [Command.NewSetGrad(0, [1.0]), Command.Step, Command.NewReload(true)]));
        Laws.Replay("descent", Descent.Float64(new LBFGS(LineSearchFn: "strong_wolfe"), [[1.0]], [2.0], [0.0], [1.0], 2));
    }

    [Fact]
    public void A_law_refuses_what_it_is_not_about() =>
        Assert.StartsWith("The law 'faces' is about a Scenario, got a Case.", Assert.Throws<ArgumentException>(() =>
            Laws.Replay("faces", Case.Float64(new Adam(), [[1.0]], []))).Message);

    [Fact]
    public void An_unknown_law_is_named_with_those_there_are() =>
        Assert.StartsWith("There is no law 'face'. Laws: purity, ", Assert.Throws<ArgumentException>(() => Laws.Replay("face", 1)).Message);
}
