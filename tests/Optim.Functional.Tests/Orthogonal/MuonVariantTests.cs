using System.Text.Json;
using Optim.Functional.Tests.Goldens;

namespace Optim.Functional.Tests.Orthogonal;

/// <summary>Other people's Muons, replayed in float64 from their recorded gradients.</summary>
public class MuonVariantTests
{
    /// <summary>Cases that cannot hold here, and why; docs/differences-from-torch.md says so too.</summary>
    static readonly Dictionary<string, string> left = new()
    {
        ["normuon_flatten_conv"] = "rows are those of the matrix that is made orthogonal",
        ["normuon_nv"] = "NVIDIA's rows are columns where there are fewer of these",
    };

    public static TheoryData<string, string> Cases =>
        [.. from file in (string[])["muon_variants", "normuon", "muon_hyperball"]
            from c in MuonGoldens.Of(file)
            where !left.ContainsKey(MuonGoldens.Name(c))
            select (file, MuonGoldens.Name(c))];

    [Theory, MemberData(nameof(Cases))]
    public void The_pure_face_replays_it(string file, string name) => Replay(file, name, Pure<double>, 1e-11);

    [Theory, MemberData(nameof(Cases))]
    public void The_torch_style_face_replays_it(string file, string name) => Replay(file, name, InPlace, 1e-11);

    /// <summary>As for torch's Muon, float32's rounding grows some hundredfold in an iteration; second moments and norms add to
    /// it.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void In_float32_it_is_as_near_as_that_goes(string file, string name) => Replay(file, name, Pure<float>, 5e-5);

    /// <summary>The rules that are replayed in float64, false, and in float32.</summary>
    public static IEnumerable<(string Rule, bool Single)> Covered =>
        from c in Cases
        from single in (bool[])[false, true]
        select (new MuonCase(MuonGoldens.Find(c.Data.Item1, c.Data.Item2)).PlanOf(0).Rule.GetType().Name, single);

    [Fact]
    public void What_is_left_out_stands_with_its_reason()
    {
        var page = File.ReadAllText(Path.Combine(GoldenFolder.Repository!, "docs", "differences-from-torch.md"));
        Assert.All(left.Values, reason => Assert.Contains(reason, page));
        Assert.All(left.Keys, name => Assert.Contains(name, MuonGoldens.Of("normuon").Concat(MuonGoldens.Of("muon_hyperball"))
            .Select(MuonGoldens.Name)));
    }

    /// <summary>A parameter and its state after each step, in one face.</summary>
    delegate IEnumerable<(double[] θ, IReadOnlyDictionary<string, NDArray> Slots)> Run(MuonCase c, int i);

    static void Replay(string file, string name, Run run, double within)
    {
        var c = new MuonCase(MuonGoldens.Find(file, name));
        for (var i = 0; i < c.Shapes.Length; i++)
        {
            var exact = c.Trajectory("float64_ns_trajectory", i).ToDictionary(s => s.Step, s => s.Values);
            var published = c.Trajectory("trajectory", i).ToDictionary(s => s.Step, s => s.Values);
            var states = c.States(i).ToDictionary(s => s.Step, s => s.State);
            var t = 0;
            foreach (var (θ, slots) in run(c, i))
            {
                t++;
                if (exact.Remove(t, out var want)) MuonGoldens.Near($"{name}: parameter {i} after step {t}", want, θ, within);
                if (published.Remove(t, out var theirs))
                    // How far they are apart is recorded relative to the run in float64, which ours is.
                    MuonGoldens.Near($"{name}: parameter {i} after step {t} as published", θ, theirs, c.Apart(i) + within);
                if (states.Remove(t, out var state)) State(c, i, t, state, slots, within);
            }
            Assert.Empty(exact);
            Assert.Empty(published);
            Assert.Empty(states);
        }
    }

    static void State(MuonCase c, int i, int t, JsonElement state, IReadOnlyDictionary<string, NDArray> slots, double within)
    {
        var theirs = state.EnumerateObject().Where(e => e.Name != "step").ToArray();
        Assert.Equal(theirs.Select(e => c.StateOf(e.Name, i).Key).Order(), slots.Keys.Order());
        foreach (var e in theirs)
        {
            var (key, factor) = c.StateOf(e.Name, i);
            double[] recorded = e.Value.ValueKind == JsonValueKind.Array ? e.Value.Doubles() : [e.Value.Number()];
            var want = Array.ConvertAll(recorded, x => x * factor);
            MuonGoldens.Near($"{e.Name} of parameter {i} after step {t}", want, Numbers.Of(slots[key]), within);
        }
    }

    static IEnumerable<(double[], IReadOnlyDictionary<string, NDArray>)> Pure<T>(MuonCase c, int i)
    {
        NDArray Of(double[] values) => Numbers.NDArray(values, c.Shapes[i], typeof(T) == typeof(float), mathNet: false);
        var plan = c.PlanOf(i);
        var θ = Params.Of(("", Of(c.Start(i))));
        var state = plan.Init(θ);
        for (var t = 1; t <= c.Steps; t++)
        {
            var g = c.Gradient(t, i) is { } given ? Params.Of(("", Of(given))) : Params.Of();
            (θ, state) = plan.Step(θ, g, state);
            yield return (Numbers.Of(θ[0]), state[0].Slots);
        }
    }

    static IEnumerable<(double[], IReadOnlyDictionary<string, NDArray>)> InPlace(MuonCase c, int i)
    {
        NDArray Of(double[] values) => Numbers.NDArray(values, c.Shapes[i], single: false, mathNet: false);
        var parameter = new Parameter(Of(c.Start(i)));
        var optimizer = new Optimizer([parameter], c.PlanOf(i));
        for (var t = 1; t <= c.Steps; t++)
        {
            parameter.Grad = c.Gradient(t, i) is { } given ? Of(given) : null;
            optimizer.Step();
            yield return (Numbers.Of(parameter.Value), optimizer.State(parameter).Slots);
        }
    }
}
