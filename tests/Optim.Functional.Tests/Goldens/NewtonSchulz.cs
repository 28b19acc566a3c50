using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>Muon's parameters. torch iterates in bfloat16, the library in the parameters' own type: so ours are compared with the record of
/// torch's formula iterated in float64, and with torch's own as far as these two are from each other.</summary>
sealed class NewtonSchulz(Golden c)
{
    readonly Dictionary<int, JsonElement> steps = c.Json.GetProperty("float64_ns_trajectory").EnumerateArray()
        .ToDictionary(s => s.Whole("step"), s => s.GetProperty("params"));
    readonly double apart = c.Json.GetProperty("float64_ns_max_abs_diff").Number();

    public static NewtonSchulz? Of(Golden c) => c.Has("float64_ns_trajectory") ? new(c) : null;

    public void Check(int t, JsonElement torch, double[][] θ)
    {
        for (var i = 0; i < θ.Length; i++)
        {
            var (want, theirs) = (steps[t][i].Doubles(), torch.GetProperty("params")[i].Doubles());
            Compare.Arrays(c, $"parameter {i} after step {t}", θ[i], want, Tolerance.NewtonSchulz(c), Compare.Size(want));
            Compare.Arrays(c, $"parameter {i} after step {t} in bfloat16", θ[i], theirs, Tolerance.Bfloat16(c, apart));
        }
    }
}
