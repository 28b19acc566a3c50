using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>What is recorded of a rule with factors: its authors' run as published, in part in float32, and the same in float64.</summary>
sealed class PreconditionedRecord(Golden c, Face face)
{
    readonly Dictionary<int, JsonElement> steps = c.Json.GetProperty("float64_trajectory").EnumerateArray()
        .ToDictionary(s => s.Whole("step"), s => s.GetProperty("params"));
    readonly Dictionary<int, JsonElement> states = c.Json.GetProperty("float64_states").EnumerateArray()
        .ToDictionary(s => s.Whole("step"), s => s.GetProperty("state"));

    /// <summary>The parameters after step t, beside both records.</summary>
    public void Check(int t, JsonElement published)
    {
        Assert.True(steps.Remove(t, out var exact));
        var got = face.Values(c);
        for (var i = 0; i < got.Length; i++)
        {
            var (want, theirs) = (exact[i].Doubles(), published.GetProperty("params")[i].Doubles());
            Compare.Arrays(c, $"parameter {i} after step {t}", got[i], want, Tolerance.Preconditioned(c, i), Compare.Size(want));
            Compare.Arrays(c, $"parameter {i} after step {t}, published", got[i], theirs, Tolerance.Published(c, i), Compare.Size(theirs));
        }
    }

    /// <summary>The state after step t, where it is recorded.</summary>
    public void CheckState(int t)
    {
        if (!states.Remove(t, out var state)) return;
        for (var i = 0; i < c.Shapes.Length; i++)
        {
            if (state[i].ValueKind != JsonValueKind.Object || !state[i].EnumerateObject().Any()) Assert.False(face.State(i).Exists);
            else if (face.Rule(i) is Shampoo && !face.State(i).Exists) ShampooRecord.CheckNone(state[i]);
            else State(i, t, state[i]);
        }
    }

    public void CheckEnd() => Assert.True(steps.Count + states.Count == 0, $"{c.At}: recorded steps were not reached.");

    void State(int i, int t, JsonElement want)
    {
        var state = face.State(i);
        double[] Got(string key) => state.Slots.TryGetValue(key, out var slot) ? Numbers.Of(slot) : [];
        void Within(Tolerance tolerance, string key, double[] got, double[] theirs) =>
            Compare.Arrays(c, $"{key} of parameter {i} after step {t}", got, theirs, tolerance, Compare.Size(theirs));
        void Same(string key, double[] got, double[] theirs) => Within(Tolerance.Preconditioned(c, i), key, got, theirs);
        switch (face.Rule(i))
        {
            case SOAP: SoapRecord.Check(c, i, state, want, Got, Same); break;
            case Shampoo rule: ShampooRecord.Check(c, i, rule, t, want, Got, Within); break;
            case PSGDKron: KronRecord.Check(c, state, want, Got, Same); break;
            default: throw new NotSupportedException(c.Optimizer);
        }
    }
}
