using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>What is recorded of a rule beyond torch: its parameters, those for evaluation, and the scalars that a group shares.</summary>
sealed class BeyondRecord(Golden c, Face face)
{
    static readonly string[] known = ["step", "params", "eval_params", "d", "d_numerator", "d_hat", "d_denom"];

    public void Check(int t, JsonElement step, JsonElement grads)
    {
        Assert.All(step.EnumerateObject(), p => Assert.Contains(p.Name, known));
        Arrays($"after step {t}", IsEvaluatedAfter(t) ? face.Evaluated(c) : face.Values(c), step.GetProperty("params"));
        if (step.TryGetProperty("eval_params", out var evaluated)) Arrays($"for evaluation after step {t}", face.Evaluated(c), evaluated);
        foreach (var key in (string[])["d", "d_numerator"])
            if (step.TryGetProperty(key, out var value)) Number($"{key} after step {t}", face.Shared(0)[key], value);
        if (step.TryGetProperty("d_denom", out _)) Estimate(t, step, grads);
    }

    public void CheckEnd()
    {
        var groups = c.Json.GetProperty("group_state");
        Assert.Equal(c.Groups.Length, groups.GetArrayLength());
        for (var g = 0; g < c.Groups.Length; g++)
        {
            var (ours, theirs) = (face.Shared(g), groups[g].EnumerateObject().Where(e => Beyond.IsState(e.Name)).ToArray());
            Assert.Equal(theirs.Select(e => e.Name).Order(), ours.Keys.Order());
            foreach (var e in theirs) Number($"{e.Name} of group {g}", ours[e.Name], e.Value);
        }
    }

    /// <summary>Whether the authors' run was left at the parameters for evaluation there: this library comes back by itself.</summary>
    bool IsEvaluatedAfter(int t) => c.Has("mode_calls") && c.Json.GetProperty("mode_calls").EnumerateArray()
        .Any(m => m.Whole("after_step") == t && m.GetProperty("calls").EnumerateArray().Last().GetString() == "eval");

    /// <summary>Prodigy's d̂ follows from the state: kept there, and not here. A step without gradients leaves it as it was.</summary>
    void Estimate(int t, JsonElement step, JsonElement grads)
    {
        bool Counts(int i) => grads[i].ValueKind != JsonValueKind.Null && face.Rule(i).Lr > 0;
        var there = Enumerable.Range(0, c.Shapes.Length).Where(Counts).ToArray();
        if (there.Length == 0) return;
        var sum = there.Sum(i => Numbers.Of(face.State(i).Slots["s"]).Sum(Math.Abs));
        Number($"d_denom after step {t}", sum, step.GetProperty("d_denom"));
        if (sum == 0) return;
        var estimate = ((Prodigy)face.Rule(0)).DCoef * face.Shared(0)["d_numerator"] / sum;
        Number($"d_hat after step {t}", estimate, step.GetProperty("d_hat"));
    }

    void Arrays(string what, double[][] got, JsonElement want)
    {
        for (var i = 0; i < got.Length; i++)
        {
            var theirs = want[i].Doubles();
            Compare.Arrays(c, $"parameter {i} {what}", got[i], theirs, Tolerance.Of(c), Compare.Size(theirs));
        }
    }

    void Number(string what, double got, JsonElement want) => Compare.Number(c, what, got, want.Number(), Tolerance.Of(c));
}
