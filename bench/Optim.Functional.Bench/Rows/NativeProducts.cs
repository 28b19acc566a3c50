using System.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Bench.Rows;

/// <summary>What does the way through MathNet's interface cost, and what does it bring?</summary>
static class NativeProducts
{
    static readonly Target Goal = Target.Max(1.05);

    public static Row Row { get; } =
        new(
            "native-products",
            "a product of n x n by Optim.Functional.Native, against OpenBLAS's cblas called by C, the library's own lanes and "
            + "MathNet's managed provider",
            Measure);

    static IEnumerable<Line> Measure(Workbench bench)
    {
        if (CProducts.Missing is { } missing)
        {
            yield return Line.NotMeasured("products", missing, Goal);
            yield break;
        }
        int[] sizes = bench.Quick ? [256, 512] : [256, 512, 1024, 2048];
        foreach (var threads in bench.Threads)
            foreach (var n in sizes)
            {
                Workbench.Collect();
                foreach (var line in Of<float>(bench, n, threads, "float", CProducts.Multiply)) yield return line;
                foreach (var line in Of<double>(bench, n, threads, "double", CProducts.Multiply)) yield return line;
            }
    }

    static IEnumerable<Line> Of<T>(Workbench bench, int n, int threads, string type, Action<int, T[], T[], T[]> cblas)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (a, b, c) = (Noise.Of<T>(n * n, 1, 1), Noise.Of<T>(n * n, 1, 2), new T[n * n]);
        var provider = (ILinearAlgebraProvider<T>)(object)NativeSides.Provider(threads);
        MatrixPlace<T> A = new(new(a), n, n, true), B = new(new(b), n, n, true), C = new(new(c), n, n, true);
        var how = new Execution { Threads = threads };
        Side Native() => new(() => provider.MatrixMultiply(a, n, n, b, n, n, c));
        var what = $"{n}, {type}, {Line.Threads(threads)}";

        var time = Duel.Run(bench.Pace, Native(), new(() => cblas(n, a, b, c)));
        yield return NativeSides.Line($"{what}, against cblas", time.Ratio(0, 1), Goal, time);
        var own = Duel.Run(bench.Pace.Part(3), Native(), new(() => MatrixProduct.Run(1, A, B, 0, C, how)));
        yield return NativeSides.Line($"{what}, against the library's own", own.Ratio(0, 1), null, own);
        // MathNet's own takes all threads, whatever ours do: once is enough.
        if (threads > 1) yield break;
        var managed = (ILinearAlgebraProvider<T>)(object)ManagedLinearAlgebraProvider.Instance;
        var theirs = Duel.Run(bench.Pace.Part(3), Native(), new(() => managed.MatrixMultiply(a, n, n, b, n, n, c)));
        yield return NativeSides.Line($"{what}, against MathNet's managed one", theirs.Ratio(0, 1), null, theirs);
    }
}
