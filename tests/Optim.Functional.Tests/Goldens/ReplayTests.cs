using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>Open loop: torch's gradients are handed over, and parameters, state and errors must be torch's.</summary>
public class ReplayTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => GoldenFolder.Rows(Kind.Replay);
    public static IEnumerable<TheoryDataRow<string>> CasesOfOneRule => GoldenFolder.Rows(Kind.Replay, c => !c.HasGroups && !c.HasEvents);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_torch_style_face_replays_torch(string at) => Tally.Run(at, c => Replay(c, new TorchFace(c)));

    [Theory]
    [MemberData(nameof(CasesOfOneRule))]
    public void The_pure_face_replays_torch(string at) => Tally.Run(at, c => Replay(c, new PureFace(c)));

    internal static void Replay(Golden c, Face face)
    {
        var (grads, want) = (c.Json.GetProperty("grads").EnumerateArray().ToArray(), c.Recorded);
        var error = c.Has("error") ? c.Json.GetProperty("error").Whole("step") : 0;
        var largest = new Largest();
        for (var t = 1; t <= grads.Length; t++)
        {
            var g = grads[t - 1];
            if (t == error) { Assert.ThrowsAny<ArgumentException>(() => face.Step(c, t, g)); break; }
            face.Step(c, t, g);
            for (var i = 0; i < c.Shapes.Length; i++) largest.See(c, face, i);
            if (!want.Remove(t, out var θ)) continue;
            for (var i = 0; i < c.Shapes.Length; i++)
                Compare.Arrays(c, $"parameter {i} after step {t}", Numbers.Of(face.Value(i)), θ[i].Doubles(), Tolerance.Of(c), largest.Of(i, ""));
        }
        Assert.True(want.Count == 0, $"{c.At}: {want.Count} recorded steps lie beyond the gradients.");
        for (var i = 0; i < c.Shapes.Length; i++) State(c, i, face.State(i), c.Json.GetProperty("state")[i], largest);
    }

    static void State(Golden c, int i, ParameterState got, JsonElement want, Largest largest)
    {
        string[] step = got is { Exists: true, Counts: true } ? ["step"] : [];
        Assert.Equal(want.EnumerateObject().Where(e => e.Value.ValueKind != JsonValueKind.Null).Select(e => e.Name).Order(),
            step.Concat(got.Slots.Keys).Concat(got.Exists ? got.Scalars.Keys : []).Order());
        foreach (var (key, value) in want.EnumerateObject().Select(e => (e.Name, e.Value)))
        {
            var what = $"{key} of parameter {i}";
            if (key == "step") Assert.Equal(value.GetDouble(), got.Step);
            else if (value.ValueKind == JsonValueKind.Array) Compare.Arrays(c, what, Numbers.Of(got.Slots[key]), value.Doubles(), Tolerance.Of(c), largest.Of(i, key));
            else if (value.ValueKind != JsonValueKind.Null) Compare.Number(c, what, got.Scalars[key], value.Number(), Tolerance.Scalar);
        }
    }

    /// <summary>The largest finite size that each number of a float32 case has had so far: what is left of a sum when its terms cancel keeps the
    /// rounding of the largest partial sum. In float64 the tolerance has room enough: there each number is measured by itself.</summary>
    sealed class Largest
    {
        readonly Dictionary<(int, string), double[]> sizes = [];

        public double[]? Of(int i, string key) => sizes.GetValueOrDefault((i, key));

        public void See(Golden c, Face face, int i)
        {
            if (!c.Single) return;
            See((i, ""), Numbers.Of(face.Value(i)));
            foreach (var (key, slot) in face.State(i).Slots) See((i, key), Numbers.Of(slot));
        }

        void See((int, string) at, double[] values)
        {
            var before = sizes.GetValueOrDefault(at) ?? new double[values.Length];
            sizes[at] = [.. values.Select((x, k) => double.IsFinite(x) ? Math.Max(Math.Abs(x), before[k]) : before[k])];
        }
    }
}
