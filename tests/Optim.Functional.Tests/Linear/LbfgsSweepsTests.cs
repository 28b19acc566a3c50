using System.Numerics;

namespace Optim.Functional.Tests.Linear;

public class LbfgsSweepsTests
{
    static readonly Execution Scalar = new() { LaneBits = 0, Threads = 1 };

    static OwnSweeps<T> Own<T>(Execution how) where T : unmanaged, IFloatingPointIeee754<T> => new(new() { How = how });

    static LbfgsSweeps<T> Sweeps<T>(Execution how) where T : unmanaged, IFloatingPointIeee754<T> => new(Own<T>(how));

    static T[] Vector<T>(int n, int seed) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))];
    }

    /// <summary>Iterations down a quadratic of n different curvatures: the pairs, scale and direction after each.</summary>
    static (CurvaturePairs<T> Pairs, double γ, double Slope, double Largest, T[] D) Run<T>(
        ILbfgsHistory<T> history,
        int n,
        int pairs,
        int iterations)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (kept, g, d, curvatures) = (
            new CurvaturePairs<T>(n),
            Vector<T>(n, 1),
            new T[n],
            Array.ConvertAll(Vector<T>(n, 2), x => x + T.One));
        var γ = 1.0;
        var (slope, largest) = history.Direct(g, kept, γ, d);
        for (var k = 0; k < iterations; k++)
        {
            var next = new T[n];
            for (var i = 0; i < n; i++) next[i] = g[i] + T.CreateTruncating(0.5) * curvatures[i] * d[i];
            γ = history.Learn(next, g, 0.5, d, kept, new(HistorySize: pairs), γ);
            g = next;
            (slope, largest) = history.Direct(g, kept, γ, d);
        }
        return (kept, γ, slope, largest, d);
    }

    /// <summary>Both are backward stable, and roundings grow with the condition of the pairs, which is mild here:
    /// 2¹² of them are allowed in a direction of size 1.</summary>
    static double Tolerance<T>()
        where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? Math.ScaleB(1, 12 - 24) : Math.ScaleB(1, 12 - 53);

    [Theory]
    [InlineData(1), InlineData(7), InlineData(BlockSum.Length), InlineData(3 * BlockSum.Length + 5)]
    [InlineData(2 * Sweep<float>.Chunk + 100)]
    public void Three_sweeps_and_two_loops_are_one_algorithm(int n)
    {
        foreach (var pairs in new[] { 1, 2, 3, 4, 5, 9 })
        {
            if (pairs > n) continue;
            Same<float>(n, pairs);
            Same<double>(n, pairs);
        }
    }

    static void Same<T>(int n, int pairs) where T : unmanaged, IFloatingPointIeee754<T>
    {
        // Where the quadratic has fewer dimensions than iterations, what is left of g is rounding.
        var iterations = Math.Min(n, pairs + 3);
        var (sweeps, loops) = (Run(Sweeps<T>(Execution.Default), n, pairs, iterations), Run(new TwoLoops<T>(), n, pairs, iterations));
        Assert.Equal(Math.Min(pairs, iterations), sweeps.Pairs.Count);
        Assert.Equal(loops.Pairs.Count, sweeps.Pairs.Count);
        Near(loops.γ, sweeps.γ, 1);
        Near(loops.Slope, sweeps.Slope, n);
        Near(loops.Largest, sweeps.Largest, 1);
        for (var i = 0; i < n; i++) Near(double.CreateTruncating(loops.D[i]), double.CreateTruncating(sweeps.D[i]), 1);
        void Near(double wanted, double got, double size) =>
            Assert.True(
                Math.Abs(wanted - got) <= Tolerance<T>() * size,
                $"{n} elements, {pairs} pairs: wanted {wanted:R}, got {got:R}");
    }

    [Theory, InlineData(512, 1), InlineData(256, 1), InlineData(128, 1), InlineData(0, 3), InlineData(512, 2)]
    public void Lanes_and_threads_do_not_change_a_bit(int bits, int threads)
    {
        var how = new Execution { LaneBits = bits, Threads = threads, SerialUpTo = 0 };
        foreach (var n in new[] { 33, BlockSum.Length + 1, 3 * Sweep<float>.Chunk + 77 })
            foreach (var pairs in new[] { 1, 3, 5, 7, SideBySide.Most + 5 })
            {
                var (wanted, got) = (
                    Run(Sweeps<float>(Scalar), n, pairs, Math.Max(9, pairs + 2)),
                    Run(Sweeps<float>(how), n, pairs, Math.Max(9, pairs + 2)));
                Assert.Equal(wanted.D, got.D);
                Assert.Equal((wanted.γ, wanted.Slope, wanted.Largest), (got.γ, got.Slope, got.Largest));
                Assert.Equal(wanted.Pairs.S[0].Span(n), got.Pairs.S[0].Span(n));
            }
    }

    [Fact]
    public void How_many_vectors_are_read_side_by_side_changes_no_bit()
    {
        var measured = SideBySide.Best;
        Assert.Contains(measured, SideBySide.Ways);
        try
        {
            foreach (var pairs in new[] { 3, 7, 12, 17 })
            {
                SideBySide.Best = new(SideBySide.Most, Asks: false);
                var wanted = Run(Sweeps<float>(Execution.Default), 2 * Sweep<float>.Chunk + 77, pairs, pairs + 3);
                foreach (var (vectors, asks) in from v in new[] { 1, 2, 4, 5, 6, 8 } from a in new[] { false, true } select (v, a))
                {
                    SideBySide.Best = new(vectors, asks);
                    var got = Run(Sweeps<float>(Execution.Default), 2 * Sweep<float>.Chunk + 77, pairs, pairs + 3);
                    Assert.Equal(wanted.D, got.D);
                    Assert.Equal((wanted.γ, wanted.Slope, wanted.Largest), (got.γ, got.Slope, got.Largest));
                }
            }
        }
        finally { SideBySide.Best = measured; }
    }

    [Theory, InlineData(1), InlineData(3), InlineData(6)]
    public void Products_made_anew_are_those_that_were_kept(int pairs)
    {
        var kept = Run(Sweeps<float>(Execution.Default), BlockSum.Length + 5, pairs, 8).Pairs;
        kept.Commit();
        var (y, s, ρ) = kept.Copy();
        var loaded = new CurvaturePairs<float>(BlockSum.Length + 5);
        loaded.Load(LbfgsMemory.Empty with { OldDirs = y, OldStps = s, Ro = ρ });
        loaded.Restore();
        loaded.Multiply(Own<float>(Scalar));
        Assert.Equal(pairs, loaded.Count);
        for (var j = 0; j < pairs; j++)
            for (var i = 0; i < j; i++) Assert.Equal(kept.SY(i, j), loaded.SY(i, j));
    }

    /// <summary>x·y of one chunk in the order that products say.</summary>
    static double ByColumns(double[] x, double[] y)
    {
        var c = new double[8];
        for (var i = 0; i < x.Length; i++) c[i % 8] = Math.FusedMultiplyAdd(x[i], y[i], c[i % 8]);
        for (var half = 4; half > 0; half /= 2)
            for (var k = 0; k < half; k++) c[k] += c[k + half];
        return c[0];
    }

    /// <summary>Histories that are read side by side, in groups, and in turns.</summary>
    [Theory]
    [InlineData(SideBySide.Most - 1), InlineData(SideBySide.Most), InlineData(SideBySide.Most + 1)]
    [InlineData(21), InlineData(300)]
    public void Of_a_long_history_all_pairs_count(int count)
    {
        const int n = BlockSum.Length + 37;
        var (curvatures, pairs) = (Array.ConvertAll(Vector<double>(n, 2), x => x + 1), new CurvaturePairs<double>(n));
        double[] Bent(double[] x) => [.. x.Zip(curvatures, (a, b) => a * b)];
        double[][] s = [.. Enumerable.Range(0, count).Select(k => Vector<double>(n, 10 + k))], y = Array.ConvertAll(s, Bent);
        double[] ρ = [.. s.Zip(y, (a, b) => 1 / Reduce.Dot<double>(a, b, n, Scalar))];
        pairs.Load(
            LbfgsMemory.Empty with
            {
                OldDirs = [.. y.Select(v => NDArray.Of(v))],
                OldStps = [.. s.Select(v => NDArray.Of(v))],
                Ro = ρ,
            });
        var (sweeps, d, oldG) = (Sweeps<double>(Execution.Default), Vector<double>(n, 3), Vector<double>(n, 4));
        double[] g = [.. oldG.Zip(Bent(d), (a, b) => a + b)], wanted = new double[n];

        var γ = sweeps.Learn(g, oldG, 1, d, pairs, new(HistorySize: count + 1), 1);
        Assert.Equal(count + 1, pairs.Count);
        var newest = pairs.Y[count].Span(n).ToArray();
        for (var i = 0; i < count; i++)
        {
            Assert.Equal(ByColumns(s[i], newest), pairs.SY(i, count));
            // Reduce sums up the same terms in another order; each says by how many roundings of their sizes it is wrong at most.
            var size = s[i].Zip(newest, (a, b) => Math.Abs(a * b)).Sum();
            Assert.Equal(Reduce.Dot<double>(s[i], newest, n, Scalar), pairs.SY(i, count), Math.ScaleB(4099 + 268, -53) * size);
        }
        var (slope, largest) = sweeps.Direct(g, pairs, γ, d);
        Assert.Equal((Reduce.Dot<double>(g, d, n, Scalar), Reduce.MaxAbs<double>(d, n, Scalar)), (slope, largest));
        new TwoLoops<double>().Direct(g, pairs, γ, wanted);
        Assert.All(d.Zip(wanted), x => Assert.Equal(x.Second, x.First, Tolerance<double>()));
    }
}
