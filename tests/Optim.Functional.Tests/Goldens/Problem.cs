using System.Text.Json;

namespace Optim.Functional.Tests.Goldens;

/// <summary>The problems of the golden files, each with its gradient worked out by hand: FORMAT.md has the formulas.</summary>
static class Problem
{
    public static readonly string[] Known = ["rosenbrock2", "rosenbrock10", "quadratic_illcond", "logistic", "mlp_sigmoid_231"];

    /// <summary>Loss and gradients at <paramref name="θ"/>; null for a parameter that the loss does not contain.</summary>
    public static (double Loss, double[]?[] Gradients) At(Golden c, double[][] θ)
    {
        var data = c.Json.GetProperty("problem_data");
        var (loss, g) = c.Json.GetProperty("problem").GetString() switch
        {
            "rosenbrock2" or "rosenbrock10" => Rosenbrock(θ[0]),
            "quadratic_illcond" => Quadratic(data, θ[0]),
            "logistic" => Logistic(data, θ[0], θ[1][0]),
            "mlp_sigmoid_231" => Mlp(data, θ),
            var other => throw new NotSupportedException($"There is no problem '{other}'."),
        };
        return (loss, [.. Enumerable.Range(0, θ.Length).Select(i => i < g.Length ? g[i] : null)]);
    }

    static (double, double[][]) Rosenbrock(double[] x)
    {
        var (f, g) = (0.0, new double[x.Length]);
        for (var i = 0; i + 1 < x.Length; i++)
        {
            var (valley, slope) = (x[i + 1] - x[i] * x[i], 1 - x[i]);
            f += 100 * valley * valley + slope * slope;
            g[i] += -400 * valley * x[i] - 2 * slope;
            g[i + 1] += 200 * valley;
        }
        return (f, [g]);
    }

    static (double, double[][]) Quadratic(JsonElement data, double[] x)
    {
        var (a, b, f, g) = (data.GetProperty("A").Doubles(), data.GetProperty("b").Doubles(), 0.0, new double[x.Length]);
        for (var i = 0; i < x.Length; i++)
        {
            var ax = 0.0;
            for (var j = 0; j < x.Length; j++) ax += a[i * x.Length + j] * x[j];
            f += 0.5 * x[i] * ax - b[i] * x[i];
            g[i] = ax - b[i];
        }
        return (f, [g]);
    }

    static (double, double[][]) Logistic(JsonElement data, double[] w, double c)
    {
        var (x, y, l2) = (data.GetProperty("X").Doubles(), data.GetProperty("y").Doubles(), data.GetProperty("l2").Number());
        var (m, d) = (y.Length, w.Length);
        var (f, gw, gc) = (0.0, Array.ConvertAll(w, v => l2 * v), 0.0);
        for (var i = 0; i < d; i++) f += 0.5 * l2 * w[i] * w[i];
        for (var row = 0; row < m; row++)
        {
            var z = c;
            for (var j = 0; j < d; j++) z += x[row * d + j] * w[j];
            var margin = -y[row] * z;
            f += (Math.Max(margin, 0) + Math.Log(1 + Math.Exp(-Math.Abs(margin)))) / m;
            var slope = -y[row] * Sigmoid(margin) / m;
            for (var j = 0; j < d; j++) gw[j] += slope * x[row * d + j];
            gc += slope;
        }
        return (f, [gw, [gc]]);
    }

    static (double, double[][]) Mlp(JsonElement data, double[][] θ)
    {
        var (x, rows) = (data.GetProperty("X").Doubles(), data.GetProperty("rows").GetInt32());
        var (w1, b1, w2, b2) = (θ[0], θ[1], θ[2], θ[3]);
        double[][] g = [new double[6], new double[3], new double[3], new double[1]];
        var f = 0.0;
        for (var row = 0; row < rows; row++)
        {
            var (h, z) = (new double[3], b2[0]);
            for (var k = 0; k < 3; k++)
            {
                h[k] = Sigmoid(w1[2 * k] * x[2 * row] + w1[2 * k + 1] * x[2 * row + 1] + b1[k]);
                z += w2[k] * h[k];
            }
            var o = Sigmoid(z);
            f += o;
            var slope = o * (1 - o);
            g[3][0] += slope;
            for (var k = 0; k < 3; k++)
            {
                g[2][k] += slope * h[k];
                var inner = slope * w2[k] * h[k] * (1 - h[k]);
                g[1][k] += inner;
                g[0][2 * k] += inner * x[2 * row];
                g[0][2 * k + 1] += inner * x[2 * row + 1];
            }
        }
        return (f, g);
    }

    static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
