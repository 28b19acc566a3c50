using System.Globalization;
using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Surface.Tests.Culture;

/// <summary>What the library says is said in the same words and numbers in any country.</summary>
public class CultureTests
{
    /// <summary>As in Germany and Sweden, of which an invariant runtime knows nothing:
    /// comma, dots between thousands, a minus of its own.</summary>
    static CultureInfo Elsewhere()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.NumberFormat.NaNSymbol = "keine Zahl";
        culture.NumberFormat.PositiveInfinitySymbol = "unendlich";
        return culture;
    }

    static string Said(Func<object?> what, CultureInfo culture)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = culture;
            return $"{what()}";
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or KeyNotFoundException)
        {
            return e.Message;
        }
        finally { CultureInfo.CurrentCulture = before; }
    }

    static readonly double[] Numbers = [0.5, -1.25, double.NaN, double.PositiveInfinity, 1234567.5];

    static Params One(params double[] numbers) => Params.Of(("θ", numbers));

    static (Params, State) Stepped(IRule rule)
    {
        var θ = One(0.5, -1.25);
        return rule.Step(θ, One(0.25, -1e-9), rule.Init(θ));
    }

    static Optimizer Driven(IRule rule)
    {
        var parameter = new Parameter(new[] { 0.5, -1.25 }) { Grad = new[] { 0.25, -0.5 } };
        var optimizer = new Optimizer([parameter], rule);
        optimizer.Step();
        return optimizer;
    }

    static Optimizer Solved()
    {
        var parameter = new Parameter(new[] { 0.5, -1.25 }, "θ");
        var optimizer = new Optimizer([parameter], new LBFGS(Lr: 0.5));
        optimizer.Step(() =>
        {
            var θ = parameter.Value.As<double>().ToArray();
            parameter.Grad = Array.ConvertAll(θ, x => 2 * x);
            return θ.Sum(x => x * x);
        });
        return optimizer;
    }

    static StateDict Torn(Action<Dictionary<int, IReadOnlyDictionary<string, object?>>, Dictionary<string, object?>> change)
    {
        var saved = Driven(new Adam(Lr: 0.5)).StateDict();
        var (state, group) = (saved.State.ToDictionary(), saved.ParamGroups[0].ToDictionary());
        change(state, group);
        return new(state, [group], saved.Rule, saved.Plan);
    }

    static readonly Plan Everything = new Adam(Lr: 0.25).ClipNorm(0.5).OnNonFinite(NonFinite.Throw).LossScale(-0.5)
        .Schedule(new Cosine(1000, EtaMin: 1e-3)).Cautious().CautiousWeightDecay(0.01).Ema(0.125);

    static readonly Dictionary<string, Func<object?>> Sayings = new()
    {
        ["a tensor"] = () => NDArray.Of(Numbers),
        ["a tensor of complex numbers"] = () => NDArray.Of([new System.Numerics.Complex(0.5, -1.5)]),
        ["parameters"] = () => Params.Of(("θ", Numbers), ("x", new[] { 0.5f, -1e-9f })),
        ["a parameter"] = () => new Parameter(Numbers, "θ"),
        ["a rule"] = () => new AdamW(Lr: 0.5),
        ["a rule with a tuple of nulls"] = () => new Adafactor(),
        ["a rule with a missing option"] = () => new Prodigy(),
        ["a stage"] = () => new ClipNorm(0.5),
        ["a schedule"] = () => new Cosine(10, EtaMin: -0.5),
        ["a plan"] = () => Everything,
        ["a plan with parts"] = () => new AdamW().For(Select.Matrices, new Muon(Lr: 0.5)),
        ["a selection"] = () => Select.Matrices,
        ["a state"] = () => Stepped(new Adam()).Item2,
        ["a state with scalars"] = () => Stepped(new ASGD()).Item2,
        ["a state with shared scalars"] = () => Stepped(new Prodigy()).Item2,
        ["a parameter's state"] = () => Stepped(new ASGD()).Item2[0],
        ["an optimizer"] = () => Driven(Everything),
        ["a state dict"] = () => Driven(Everything).StateDict().ToJson(),
        ["a solver's state"] = () => Solved().StateDict().ToJson(),
        ["a pure solver's state"] = () =>
        {
            var (rule, θ) = (new LBFGS(), One(0.5, -1.25));
            return rule.Step(x => (x[0].As<double>().Span[0], x), θ, rule.Init(θ)).Item2;
        },
        ["a buffer"] = () => new ParameterBuffer<double>([("θ", [1000, 1000])]),
        ["an option out of range"] = () => new Adam(Lr: -0.5),
        ["a fraction out of range"] = () => new Adam(Beta1: 1.5),
        ["an option between"] = () => new Rprop(EtaMinus: 1.5),
        ["a limit out of range"] = () => new ClipNorm(-0.5),
        ["a decay out of range"] = () => new Ema(-0.5),
        ["a decay below 0"] = () => new CautiousWeightDecay(-0.5),
        ["a scale of 0"] = () => new LossScale(double.PositiveInfinity),
        ["a schedule without steps"] = () => new Cosine(-1),
        ["a schedule to nowhere"] = () => new Cosine(1, EtaMin: double.NaN),
        ["nesterov with dampening"] = () => new SGD(Lr: 0.1, Momentum: 0.9, Dampening: 0.5, Nesterov: true),
        ["an option of another type"] = () =>
            RuleInfo.Of(typeof(Adam)).Create(new Dictionary<string, object?> { ["betas"] = new[] { 0.5, -1.5, 2.5 } }),
        ["an option that is a number"] = () => RuleInfo.Of(typeof(Adam)).Create(new Dictionary<string, object?> { ["amsgrad"] = -0.5 }),
        ["a shape that does not fit"] = () => NDArray.Of(new double[3], 1000, 2000),
        ["a negative shape"] = () => NDArray.Of(new double[3], -1, -3),
        ["threads below 1"] = () => new Execution { Threads = -1 },
        ["steps below 0"] = () => new Adam().Run(x => x, -1, One(0.5), new Adam().Init(One(0.5))),
        ["a gradient that is not finite"] = () =>
            new Adam()
                .OnNonFinite(NonFinite.Throw)
                .Step(One(1, 2), One(0.5, double.NaN), new Adam().OnNonFinite(NonFinite.Throw).Init(One(1, 2))),
        ["a sparse gradient with decay"] = () =>
        {
            var rule = new SGD(Lr: 0.1, WeightDecay: 0.5);
            return rule.Step(One(1, 2), Params.Of(("θ", Vector<double>.Build.Sparse(2))), rule.Init(One(1, 2)));
        },
        ["an entry for no parameter"] = () =>
            Driven(new Adam(Lr: 0.5)).LoadStateDict(Torn((state, _) => state[-1] = new Dictionary<string, object?>())),
        ["a step that is no count"] = () => Driven(new Adam(Lr: 0.5)).LoadStateDict(Torn((state, _) =>
            state[0] = new Dictionary<string, object?>(state[0].ToDictionary()) { ["step"] = -0.5 })),
        ["options that are refused"] = () =>
            Driven(new Adam(Lr: 0.5)).LoadStateDict(Torn((_, group) => (group["lr"], group["eps"]) = (-0.5, -1.5))),
        ["another plan"] = () => Driven(new Adam()).LoadStateDict(Driven(Everything).StateDict()),
        ["another plan of the same stages"] = () => Driven(Everything).LoadStateDict(Driven(Everything.ClipNorm(1.5)).StateDict()),
    };

    public static TheoryData<string> What => [.. Sayings.Keys];

    [Theory]
    [MemberData(nameof(What))]
    public void It_is_said_alike_everywhere(string what) =>
        Assert.Equal(Said(Sayings[what], CultureInfo.InvariantCulture), Said(Sayings[what], Elsewhere()));

    [Fact]
    public void The_other_culture_would_show() => Assert.Equal("\u22120,5", Said(() => -0.5, Elsewhere()));
}
