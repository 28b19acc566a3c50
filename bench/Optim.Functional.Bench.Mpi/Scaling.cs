using Optim.Functional.Plots;
using ScottPlot;
using static System.FormattableString;

namespace Optim.Functional.Bench;

/// <summary>What messages and steps cost.</summary>
/// <param name="Name">Where.</param>
/// <param name="α">Seconds of a message.</param>
/// <param name="β">Bytes a second between two processes, at a time.</param>
/// <param name="Element">Seconds of AdamW's step of an element.</param>
/// <param name="Flops">Operations a second of a process's forward and backward pass.</param>
sealed record Costs(string Name, double α, double β, double Element, double Flops);

/// <summary>Steps of more processes than there are here, by the α-β model (Hockney): a simulation of buckets that leave as a backward pass
/// makes them. Nothing of it was run.</summary>
static class Scaling
{
    /// <summary>Tokens of a step, of all processes together: with more processes each has fewer.</summary>
    const double Tokens = 1 << 19;

    const double Float = 4, Bucket = 25e6;

    static readonly (string Name, double Parameters)[] models =
        [("GPT-2", 124e6), ("GPT-2 XL", 1.56e9), ("7B", 6.7e9), ("70B", 70e9)];

    static readonly int[] sizes = [1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096];

    /// <summary>A processor with memory and a network of its own, as clusters of the day have: assumed, and measured nowhere.</summary>
    static readonly Costs cluster = new("a cluster, assumed", 5e-6, 25e9, 1e-11, 2e14);

    /// <summary>Ring: 2(N - 1) messages of n/N (Patarasu, Yuan, 2009). Tree: up and down a binary tree, in the best number of
    /// pieces.</summary>
    static double AllReduce(Costs c, double bytes, int n, bool tree)
    {
        if (n == 1) return 0;
        if (!tree) return 2 * (n - 1) * (c.α + bytes / n / c.β);
        var depth = Math.Ceiling(Math.Log2(n));
        var pieces = Math.Max(1, Math.Sqrt(bytes / c.β * (depth - 1) / c.α));
        return 2 * (depth + pieces - 1) * (c.α + bytes / pieces / c.β);
    }

    /// <summary>Half of a ring's all-reduce: sums to each process's part, or parts to all.</summary>
    static double Half(Costs c, double bytes, int n) => (n - 1) * (c.α + bytes / n / c.β);

    /// <summary>Seconds of forward and backward, and of all; bytes of state.</summary>
    sealed record Step(double Backward, double Total, double State);

    /// <summary>A step: gradients come at an even pace over the backward pass (two thirds of forward and backward), buckets are sent one
    /// after another as they are full, then parameters are stepped and, where sharded, sent round.</summary>
    static Step Simulate(Costs c, double p, int n, bool sharded, bool tree)
    {
        var compute = 6 * p * Tokens / n / c.Flops;
        var (forward, buckets) = (compute / 3, (int)Math.Ceiling(p * Float / Bucket));
        var each = p * Float / buckets;
        var free = 0.0;
        for (var b = 1; b <= buckets; b++)
        {
            var ready = forward + (compute - forward) * b / buckets;
            free = Math.Max(free, ready) + (sharded ? Half(c, each, n) : AllReduce(c, each, n, tree));
        }
        var stepped = free + p / (sharded ? n : 1) * c.Element;
        var total = stepped + (sharded ? buckets * Half(c, each, n) : 0);
        return new(compute, total, 2 * p * Float / (sharded ? n : 1));
    }

    public static void Show(Costs here, string picture)
    {
        Costs[] places = [here, cluster];
        foreach (var c in places)
        {
            Console.WriteLine($"\n### Simulated, not run: {c.Name}\n");
            Console.WriteLine(
                Invariant($"α = {c.α * 1e6:0.##} us, β = {c.β / 1e9:0.##} GB/s, AdamW {c.Element * 1e9:0.###} ns an element, ")
                + Invariant($"{c.Flops / 1e12:0.###} TFLOP/s a process; 2^19 tokens a step of all processes together, ")
                + "float32, buckets of 25 MB.");
            Console.WriteLine("\n| model | ranks | backward, s | ring, s | tree, s | sharded, s | efficiency | state, GB | sharded, GB |");
            Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
            foreach (var (name, p) in models)
                foreach (var n in sizes.Where(n => n is 1 or 8 or 64 or 512 or 4096)) Row(c, name, p, n);
            Console.WriteLine();
            foreach (var (name, p) in models) Console.WriteLine($"{name}: half of the time is lost {Limit(c, p)}.");
        }
        Draw(places, picture);
    }

    static void Row(Costs c, string name, double p, int n)
    {
        var (ring, tree) = (Simulate(c, p, n, sharded: false, tree: false), Simulate(c, p, n, sharded: false, tree: true));
        var zero = Simulate(c, p, n, sharded: true, tree: false);
        Console.WriteLine(Invariant($"| {name} | {n} | {ring.Backward:G3} | {ring.Total:G3} | {tree.Total:G3} | {zero.Total:G3} ")
            + Invariant($"| {Efficiency(c, p, n):P0} | {ring.State / 1e9:0.##} | {zero.State / 1e9:0.##} |"));
    }

    /// <summary>Of sharded steps: the time of one process, over that of n times n.</summary>
    static double Efficiency(Costs c, double p, int n) =>
        Simulate(c, p, 1, sharded: true, tree: false).Total / n / Simulate(c, p, n, sharded: true, tree: false).Total;

    static string Limit(Costs c, double p)
    {
        foreach (var n in sizes)
            if (Efficiency(c, p, n) < 0.5) return $"from {n} ranks on";
        return "beyond 4096 ranks";
    }

    static void Draw(Costs[] places, string file)
    {
        var figure = new Figure(places.Length, 1);
        foreach (var c in places)
        {
            var plot = figure.Panel($"simulated: {c.Name}", "ranks, 2^k", "efficiency of sharded steps");
            foreach (var (name, p) in models)
            {
                var line = plot.Add.Scatter(
                    sizes.Select(n => Math.Log2(n)).ToArray(), sizes.Select(n => Efficiency(c, p, n)).ToArray());
                (line.LegendText, line.LineWidth) = (name, 2);
            }
            plot.Axes.SetLimitsY(0, 1.05);
            plot.ShowLegend(Alignment.LowerLeft);
        }
        File.WriteAllBytes(file, figure.Png(1400, 560));
    }
}
