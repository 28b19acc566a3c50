using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>SOAP's state beside its authors': eigenvectors have any sign, and what is kept in their basis has its sign with them.</summary>
static class SoapRecord
{
    static readonly string[] known = ["step", "GG", "Q", "exp_avg", "exp_avg_sq", "exp_avg_original_basis"];

    public static void Check(Golden c, int i, ParameterState state, JsonElement want, Func<string, double[]> got,
        Action<string, double[], double[]> same)
    {
        Assert.All(want.EnumerateObject(), e => Assert.Contains(e.Name, known));
        Assert.Equal(want.Whole("step") + 1, state.Step); // the first gradient counts here
        int[] dims = [.. Sizes(want.GetProperty("GG"))];
        same("GG", got("GG"), [.. want.GetProperty("GG").EnumerateArray().SelectMany(f => f.Doubles())]);
        if (!c.Json.GetProperty("reproducible")[i].GetBoolean()) return;
        Assert.All(got("failed_refreshes"), failed => Assert.Equal(0, failed));
        double[] ours = got("Q"), theirs = [.. want.GetProperty("Q").EnumerateArray().SelectMany(f => f.Doubles())];
        var (signed, m) = ((double[])theirs.Clone(), got("exp_avg"));
        var back = (double[])m.Clone();
        var moment = want.GetProperty("exp_avg").Doubles();
        for (int d = 0, at = 0, inner = m.Length; d < dims.Length; at += dims[d] * dims[d], d++)
        {
            var (n, first) = (Size(c, i, dims, d, m.Length), dims[d] == 0);
            inner /= n;
            if (first) continue;
            for (var j = 0; j < n; j++)
            {
                var sign = Math.Sign(Enumerable.Range(0, n).Sum(k => ours[at + k * n + j] * theirs[at + k * n + j]));
                for (var k = 0; k < n; k++) signed[at + k * n + j] *= sign;
                for (var k = 0; k < moment.Length; k++)
                    if (k / inner % n == j) moment[k] *= sign;
            }
            back = Along(back, n, inner, (a, b) => ours[at + b * n + a]);
        }
        same("Q", ours, signed);
        same("exp_avg", m, moment);
        same("exp_avg_sq", got("exp_avg_sq"), want.GetProperty("exp_avg_sq").Doubles());
        same("exp_avg_original_basis", back, want.GetProperty("exp_avg_original_basis").Doubles());
    }

    static IEnumerable<int> Sizes(JsonElement factors) =>
        factors.EnumerateArray().Select(f => (int)Math.Round(Math.Sqrt(f.GetArrayLength())));

    /// <summary>The size of a dimension, with a factor or without; merged ones have all.</summary>
    static int Size(Golden c, int i, int[] dims, int d, int length) =>
        dims[d] > 0 ? dims[d]
        : dims.Length == c.Shapes[i].Length ? c.Shapes[i][d]
        : length / dims.Where(n => n > 0).Aggregate(1, (n, k) => n * k);

    static double[] Along(double[] x, int n, int inner, Func<int, int, double> m) => [.. x.Select((_, k) =>
    {
        var (j, start) = (k / inner % n, k - k / inner % n * inner);
        return Enumerable.Range(0, n).Sum(a => x[start + a * inner] * m(a, j));
    })];
}
