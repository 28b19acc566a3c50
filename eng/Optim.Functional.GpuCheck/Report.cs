using System.Globalization;
using System.Text;

namespace Optim.Functional.GpuCheck;

/// <summary>The results as a page.</summary>
static class Report
{
    public static string Of(
        string device,
        string bits,
        IReadOnlyList<Timing> timings,
        IReadOnlyDictionary<(string, string, string), double> torch,
        string torchIs)
    {
        var text = new StringBuilder($"# {device}\n\n{bits}.\n");
        text.Append(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.OSVersion.VersionString}; ")
            .Append($"{torchIs}.\n\n")
            .Append("Milliseconds of a step, medians of 9 rounds in which steps and copies take turns.\n")
            .Append("`of the copy`: the step's bandwidth, relative to that of a copy on the device that moves as many bytes.\n")
            .Append("`host`: until the call returns, while the device has nothing to do.\n\n")
            .Append("| rule | tensors | ms | GB/s | of the copy | torch fused | torch foreach | host µs | bytes here |\n")
            .Append("|---|---|--:|--:|--:|--:|--:|--:|--:|\n");
        foreach (var t in timings)
            text.Append(CultureInfo.InvariantCulture, $"| {t.Rule} | {t.What} | {t.Ms:0.0000} | {t.Bytes / t.Ms / 1e6:0} | ")
                .Append(CultureInfo.InvariantCulture, $"{t.OfCopy:0.000} | ")
                .Append(CultureInfo.InvariantCulture, $"{Times(t, "fused")} | {Times(t, "foreach")} | {t.HostUs:0.0} | {t.Allocated} |\n");
        text.Append("\n| target | wanted | least, or most | |\n|---|--:|--:|---|\n");
        var largest = timings.MaxBy(t => t.Bytes)!.What;
        var least = timings.Where(t => t.What == largest).Min(t => t.OfCopy);
        Target("bandwidth of the largest set, of the copy's", ">= 0.92", least, x => x >= 0.92);
        var fused = timings.Select(t => (Of: t, Ratio: Ratio(t, "fused"))).Where(t => t.Ratio > 0).ToArray();
        if (fused.Length == 0)
            text.Append("| torch fused / ours, everywhere | >= 1.0 | | not measured |\n")
                .Append("| of all but the largest set | >= 1.3 | | not measured |\n");
        else
        {
            Target("torch fused / ours, everywhere", ">= 1.0", fused.Min(t => t.Ratio), x => x >= 1);
            Target("of all but the largest set", ">= 1.3", fused.Where(t => t.Of.What != largest).Min(t => t.Ratio), x => x >= 1.3);
        }
        Target("host time of a step, µs", "<= 10", timings.Max(t => t.HostUs), x => x <= 10);
        Target("bytes that a step allocates", "0", timings.Max(t => t.Allocated), x => x == 0);
        return text.ToString();

        double Ratio(Timing t, string how) => torch.TryGetValue((t.Rule, t.What, how), out var ms) ? ms / t.Ms : 0;

        string Times(Timing t, string how) =>
            Ratio(t, how) is > 0 and var r ? string.Create(CultureInfo.InvariantCulture, $"{r:0.00} x") : "";

        void Target(string what, string wanted, double got, Func<double, bool> holds) =>
            text.Append(CultureInfo.InvariantCulture, $"| {what} | {wanted} | {got:0.###} | {(holds(got) ? "reached" : "missed")} |\n");
    }

    /// <summary>Products of MathNet's matrices, there and here.</summary>
    public static string Of(IReadOnlyList<(int Side, double ThereMs, double HereMs)> products)
    {
        if (products.Count == 0) return "";
        var text = new StringBuilder(
            "\nA product of n x n doubles by `CudaLinearAlgebra`, its copies included, and by MathNet's managed provider.\n\n");
        text.Append("| n | there, ms | here, ms | times as fast |\n|--:|--:|--:|--:|\n");
        foreach (var (n, there, here) in products)
            text.Append(CultureInfo.InvariantCulture, $"| {n} | {there:0.000} | {here:0.000} | {here / there:0.0} |\n");
        return text.ToString();
    }
}
