using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>Shampoo's state beside Meta's, which is kept block by block.</summary>
static class ShampooRecord
{
    /// <summary>Meta's state is there before the first gradient.</summary>
    public static void CheckNone(JsonElement want)
    {
        foreach (var factor in want.GetProperty("block_0").GetProperty("shampoo").GetProperty("factor_matrices").EnumerateArray())
            Assert.All(factor.GetProperty("values").Doubles(), x => Assert.Equal(0, x));
    }

    public static void Check(Golden c, int i, Shampoo rule, int t, JsonElement want, Func<string, double[]> got,
        Action<Tolerance, string, double[], double[]> within)
    {
        void Same(string key, double[] got, double[] theirs) => within(Tolerance.Preconditioned(c, i), key, got, theirs);
        List<JsonElement> blocks = [];
        while (want.TryGetProperty($"block_{blocks.Count}", out var block)) blocks.Add(block);
        double[] All(Func<JsonElement, IEnumerable<JsonElement>> of) =>
            [.. blocks.SelectMany(of).SelectMany(m => m.GetProperty("values").Doubles())];
        IEnumerable<JsonElement> Matrices(JsonElement block, string key) =>
            block.GetProperty("shampoo").TryGetProperty(key, out var found) ? found.EnumerateArray() : [];
        var factors = All(b => Matrices(b, "factor_matrices"));
        var conditioned = Tolerance.Roots(c, i, factors.Max() / (rule.Beta2 < 1 ? 1 - Math.Pow(rule.Beta2, t) : 1) / rule.Epsilon);
        within(rule.Kl ? conditioned : Tolerance.Preconditioned(c, i), "factor_matrices", got("factor_matrices"), factors);
        if (All(b => Matrices(b, "inv_factor_matrices")) is { Length: > 0 } roots)
            within(conditioned, "inv_factor_matrices", got("inv_factor_matrices"), roots);
        Assert.All(got("failed_refreshes"), failed => Assert.Equal(0, failed));
        foreach (var key in (string[])["filtered_grad", "adagrad"])
        {
            // Meta keeps them block by block; sums do not tell where in the parameter a number stands, and are the same.
            var theirs = All(b => b.TryGetProperty(key, out var m) ? [m] : []);
            if (blocks.Count > 1) Same(key, [.. got(key).Order()], [.. theirs.Order()]);
            else Same(key, got(key), theirs);
        }
    }
}
