using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>The recorded parameters of a closed-loop case, each compared when its step is reached.</summary>
sealed class Recorded(Golden c)
{
    readonly Dictionary<int, JsonElement> steps = c.Recorded;
    double[]? first;

    /// <summary>Compares where step t is recorded.</summary>
    public void Check(int t, double[][] θ)
    {
        if (!steps.Remove(t, out var want)) return;
        for (var i = 0; i < θ.Length; i++)
            Compare.Arrays(c, $"parameter {i} after step {t}", θ[i], want[i].Doubles(), Tolerance.Closed(c, t));
    }

    /// <summary>Compares a loss, at the size of the first one: near the minimum a loss is what is left of larger terms.</summary>
    public void CheckLoss(int t, double loss, double want)
    {
        first ??= [Math.Abs(want)];
        Compare.Arrays(c, $"loss before step {t}", [loss], [want], Tolerance.Closed(c, t), first);
    }

    public void CheckEnd() =>
        Assert.True(steps.Count == 0, $"{c.At}: steps {string.Join(", ", steps.Keys)} were recorded and not reached.");
}
