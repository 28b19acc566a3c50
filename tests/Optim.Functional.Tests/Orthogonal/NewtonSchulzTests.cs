using System.Text.Json;
using Optim.Functional.Tests.Goldens;

namespace Optim.Functional.Tests.Orthogonal;

public class NewtonSchulzTests
{
    public static TheoryData<string> Matrices => MuonGoldens.Names("newton_schulz");

    static readonly Dictionary<string, string> sets = new() { ["kj"] = "keller_jordan", ["polar_express"] = "dion_polar_express" };

    [Theory, MemberData(nameof(Matrices))]
    public void Every_sets_iterates_are_the_recorded_ones(string name) => Each(name, (what, set, matrix, r) =>
    {
        var steps = r.Whole("steps");
        Assert.Equal(MuonGoldens.Coefficients(r), Enumerable.Range(0, steps).Select(set.At));
        Assert.Equal(r.GetProperty("norm_factor").GetDouble(), set.NormFactor);
        var got = set.Orthogonalize(matrix, steps, r.GetProperty("eps").GetDouble());
        // What rounding has put beside a matrix of low rank grows as small singular values do: by a in each iteration.
        var growth = Enumerable.Range(0, steps).Aggregate(10.0, (all, k) => all * set.At(k).A);
        MuonGoldens.Near(what, r.GetProperty("float64").Doubles(), got.As<double>().ToArray(), 1e-15 * growth);
    });

    [Theory, MemberData(nameof(Matrices))]
    public void The_singular_values_are_the_polynomials_of_those_before(string name) => Each(name, (what, set, matrix, r) =>
    {
        var divided = MuonGoldens.Find("newton_schulz", name).GetProperty("singular_values").Doubles();
        var (count, ε) = (matrix.Shape.Count == 2 ? 1 : matrix.Shape[0], r.GetProperty("eps").GetDouble());
        var own = divided.Length / count;
        for (var k = 0; k < count; k++)
        {
            var σ = divided.AsSpan(k * own, own).ToArray();
            var norm = Math.Sqrt(σ.Sum(x => x * x));
            var by = set.NormRule == NormRule.Add ? norm * set.NormFactor + ε : Math.Max(norm * set.NormFactor, ε);
            for (var t = 0; t < r.Whole("steps"); t++) σ = [.. σ.Select(x => set.At(t).Of(t == 0 ? x / by : x))];
            if (r.Whole("steps") == 0) σ = [.. σ.Select(x => x / by)];
            var want = r.GetProperty("float64_singular_values").Doubles().AsSpan(k * own, own).ToArray();
            // Those that are 0 are recorded as what rounding left of them.
            MuonGoldens.Near(what, [.. want.Order()], [.. σ.Select(Math.Abs).Order()], 1e-9);
        }
    });

    [Theory, MemberData(nameof(Matrices))]
    public void In_bfloat16_the_same_is_as_near_as_that_is(string name) => Each(name, (what, set, matrix, r) =>
    {
        if (!r.TryGetProperty("bfloat16", out var recorded) || recorded.ValueKind != JsonValueKind.Array) return;
        var got = set.Orthogonalize(matrix, r.Whole("steps"), r.GetProperty("eps").GetDouble()).As<double>().ToArray();
        var apart = recorded.Doubles().Zip(r.GetProperty("float64").Doubles(), (a, b) => Math.Abs(a - b)).Max();
        foreach (var (ours, theirs) in got.Zip(recorded.Doubles())) Assert.True(Math.Abs(ours - theirs) <= apart + 1e-12, what);
    });

    [Fact]
    public void Each_matrix_of_a_batch_is_made_orthogonal_by_itself()
    {
        var random = new Random(3);
        double[] values = [.. Enumerable.Range(0, 2 * 3 * 4).Select(_ => random.NextDouble() - 0.5)];
        var set = NewtonSchulz.Find("quintic");
        var both = set.Orthogonalize(NDArray.Of(values, 2, 3, 4)).As<double>().ToArray();
        double[] alone = [.. new[] { values[..12], values[12..] }
            .SelectMany(half => set.Orthogonalize(NDArray.Of(half, 3, 4)).As<double>().ToArray())];
        Assert.Equal(alone, both);
    }

    [Fact]
    public void What_is_no_matrix_is_refused() =>
        Assert.Contains("which have two dimensions",
            Assert.Throws<ArgumentException>(() => NewtonSchulz.Find("original").Orthogonalize(new double[] { 1, 2 })).Message);

    static void Each(string name, Action<string, NewtonSchulz, NDArray, JsonElement> check)
    {
        var c = MuonGoldens.Find("newton_schulz", name);
        var matrix = NDArray.Of(c.GetProperty("values").Doubles(), c.GetProperty("shape").Integers());
        foreach (var r in c.GetProperty("results").EnumerateArray())
        {
            var set = r.GetProperty("set").GetString()!;
            check($"{name}, {set}, {r.Whole("steps")} steps", NewtonSchulz.Find(sets.GetValueOrDefault(set, set)), matrix, r);
        }
    }
}
