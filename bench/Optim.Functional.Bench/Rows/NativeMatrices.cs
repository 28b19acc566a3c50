using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Bench.Rows;

/// <summary>What do decompositions gain?</summary>
static class NativeMatrices
{
    public static Row Row { get; } =
        new(
            "native-matrices",
            "Cholesky, QR, SVD and eigenvalues of n x n, double, by OpenBLAS, against MathNet's managed provider on all threads",
            Measure);

    static IEnumerable<Line> Measure(Workbench bench)
    {
        if (OpenBlas.Missing is { } missing)
        {
            yield return Line.NotMeasured("decompositions", missing, null);
            yield break;
        }
        var n = bench.Quick ? 128 : 512;
        var random = Matrix<double>.Build.Dense(n, n, Noise.Of<double>(n * n, 1, 1));
        var symmetric = random + random.Transpose();
        var positive = symmetric + 4 * n * Matrix<double>.Build.DenseIdentity(n);
        (string Name, Action Run)[] all =
        [
            ("Cholesky", () => positive.Cholesky()), ("LU", () => random.LU()), ("QR", () => random.QR()), ("SVD", () => random.Svd()),
            ("symmetric eigenvalues", () => symmetric.Evd(Symmetricity.Symmetric)),
            ("eigenvalues", () => random.Evd(Symmetricity.Asymmetric)),
        ];
        foreach (var threads in bench.Quick ? [1] : bench.Threads)
            foreach (var (name, run) in all)
            {
                var native = NativeSides.Provider(threads);
                try
                {
                    var time = Duel.Run(
                        bench.Pace.Part(3), NativeSides.With(native, run), NativeSides.With(ManagedLinearAlgebraProvider.Instance, run));
                    yield return NativeSides.Line($"{name}, {n}, {Line.Threads(threads)}", time.Ratio(0, 1), null, time);
                }
                finally { Native.UseManaged(); }
            }
    }
}
