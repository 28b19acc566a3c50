using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>Open loop: the recorded gradients are handed over, and parameters, state and errors must be the recorded ones.</summary>
public class ReplayTests
{
    public static IEnumerable<TheoryDataRow<string>> Cases => GoldenFolder.Rows(Kind.Replay);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_torch_style_face_replays_torch(string at) => Tally.Run(at, c => Replay(c, new TorchFace(c)), "torch-style");

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_pure_face_replays_torch(string at) => Tally.Run(at, c => Replay(c, new PureFace(c)), "pure");

    internal static void Replay(Golden c, Face face)
    {
        var (grads, want) = (c.Json.GetProperty("grads").EnumerateArray().ToArray(), c.Trajectory.ToDictionary(s => s.Whole("step")));
        var error = c.Has("error") ? c.Json.GetProperty("error").Whole("step") : 0;
        var (largest, beyond, iterated) = (new Largest(), c.IsBeyond && !c.IsPreconditioned ? new BeyondRecord(c, face) : null, NewtonSchulz.Of(c));
        var preconditioned = c.IsPreconditioned ? new PreconditionedRecord(c, face) : null;
        if (c.IsBeyond) face.Observe(c, 0);
        for (var t = 1; t <= grads.Length; t++)
        {
            var g = grads[t - 1];
            if (t == error) { Assert.ThrowsAny<ArgumentException>(() => face.Step(c, t, g)); break; }
            face.Step(c, t, g);
            if (c.IsBeyond) face.Observe(c, t);
            for (var i = 0; i < c.Shapes.Length; i++) largest.See(c, face, i);
            preconditioned?.CheckState(t);
            if (!want.Remove(t, out var step)) continue;
            if (preconditioned is not null) preconditioned.Check(t, step);
            else if (beyond is not null) beyond.Check(t, step, g);
            else if (iterated is not null) iterated.Check(t, step, face.Values(c));
            else Parameters(c, t, face, step.GetProperty("params"), largest);
        }
        Assert.True(want.Count == 0, $"{c.At}: {want.Count} recorded steps lie beyond the gradients.");
        for (var i = 0; i < c.Shapes.Length && preconditioned is null; i++) State(c, i, face.State(i), c.Json.GetProperty("state")[i], largest);
        beyond?.CheckEnd();
        preconditioned?.CheckEnd();
    }

    static void Parameters(Golden c, int t, Face face, JsonElement want, Largest largest)
    {
        for (var i = 0; i < c.Shapes.Length; i++)
        {
            var (got, torch) = (Numbers.Of(face.Value(i)), want[i].Doubles());
            Compare.Arrays(c, $"parameter {i} after step {t}", got, torch, Tolerance.Of(c), largest.Of(i, ""));
        }
    }

    static void State(Golden c, int i, ParameterState got, JsonElement want, Largest largest)
    {
        string[] step = got is { Exists: true, Counts: true } ? ["step"] : [];
        var kept = want.EnumerateObject().Where(e => e.Value.ValueKind != JsonValueKind.Null && Differences.IsKept(e.Name)).ToArray();
        Assert.Equal(kept.Select(e => e.Name).Order(),
            step.Concat(got.Slots.Keys).Concat(got.Exists ? got.Scalars.Keys : []).Order());
        foreach (var (key, value) in kept.Select(e => (e.Name, e.Value)))
        {
            var what = $"{key} of parameter {i}";
            if (key == "step") Assert.Equal(value.GetDouble(), got.Step);
            else if (value.ValueKind == JsonValueKind.Array) Slot(c, what, Numbers.Of(got.Slots[key]), value.Doubles(), largest.Of(i, key));
            else if (value.ValueKind != JsonValueKind.Null) Compare.Number(c, what, got.Scalars[key], value.Number(), Tolerance.Scalar);
        }
    }

    static void Slot(Golden c, string what, double[] got, double[] want, double[]? largest)
    {
        if (c.IsBeyond && Differences.IsOneZero(c, what, want)) want = new double[got.Length];
        Compare.Arrays(c, what, got, want, Tolerance.Of(c), c.IsBeyond ? Compare.Size(want) : largest);
    }

    /// <summary>The largest finite size that each number of a float32 case has had so far:
    /// what is left of a sum when its terms cancel keeps the rounding of the largest partial sum.
    /// In float64 the tolerance has room enough: there each number is measured by itself.</summary>
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
