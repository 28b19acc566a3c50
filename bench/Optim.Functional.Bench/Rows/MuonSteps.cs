namespace Optim.Functional.Bench.Rows;

/// <summary>Does a step of Muon cost more than its products?</summary>
static class MuonSteps
{
    const int Matrices = 4, Side = 1024, Iterations = 5;

    public static Row Row { get; } =
        new(
            "muon",
            $"a step of {Matrices} matrices of {Side} x {Side}, float, against its products alone in OpenBLAS: "
            + "all three of an iteration by sgemm, or by ssyrk and sgemm, the triangles mirrored",
            Measure);

    static IEnumerable<Line> Measure(Workbench bench)
    {
        foreach (var threads in bench.Threads.Reverse())
        {
            Workbench.Collect();
            var (parameters, optimizer) = Model(threads);
            var what = $"Muon, {Line.Threads(threads)}";
            if (OpenBlas.Missing is { } missing)
            {
                yield return Line.NotMeasured(what, missing, Target.Max(2));
                continue;
            }
            var products = new Products();
            OpenBlas.Threads = threads;
            var time = Duel.Run(bench.Pace, new(optimizer.Step), new(products.BySgemm), new(products.BySsyrk));
            var bytes = Bytes(optimizer);
            var normal = parameters.All(p => Noise.Normal<float>(p.Value.As<float>().Data));
            foreach (var (by, side) in ((string, int)[])[("sgemm", 1), ("ssyrk and sgemm", 2)])
                yield return new($"{what}, {by}", time.Ratio(0, side), Target.Max(2))
                {
                    Ours = $"{Line.Number(time.Of(0) / 1e6)} ms",
                    Theirs = $"{Line.Number(time.Of(side) / 1e6)} ms",
                    Rounds = time.Kept,
                    Note = OpenBlas.Config.Trim() + Narrower + Line.Health(normal),
                };
            yield return new($"{what}, allocated", bytes, Target.Max(0)) { Unit = "B" };
            foreach (var line in Symmetric(bench, threads)) yield return line;
        }
    }

    /// <summary>What a product of a matrix with itself costs that is made as one of two others.</summary>
    static IEnumerable<Line> Symmetric(Workbench bench, int threads)
    {
        var sides = Array.ConvertAll([true, false], isSymmetric =>
        {
            var p = new Parameter(Of(0.5, 1));
            p.Grad = p.Value;
            return new Optimizer([p], new Squared(isSymmetric)) { Execution = new() { Threads = threads } };
        });
        var time = Duel.Run(bench.Pace, new(sides[0].Step), new(sides[1].Step));
        yield return new($"XXᵀ, one triangle, {Line.Threads(threads)}", time.Ratio(0, 1), null)
        {
            Ours = $"{Line.Number(time.Of(0) / 1e6)} ms",
            Theirs = $"{Line.Number(time.Of(1) / 1e6)} ms",
            Rounds = time.Kept,
            Note = "against both triangles, ours too",
        };
    }

    sealed record Squared(bool IsSymmetric) : IWholeRule
    {
        public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => [];
        public long WorkOf(IReadOnlyList<int> shape) => (long)shape[0] * shape[0];

        public void Step<T>(in Whole<T> x) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
        {
            var (X, s) = (x.θ.AsMatrix(x.Shape[0], x.Shape[1]), x.Work((long)x.Shape[0] * x.Shape[0]).AsMatrix(x.Shape[0], x.Shape[0]));
            if (IsSymmetric) x.MultiplySymmetric(1, X, 0, s);
            else x.Multiply(1, X, X.Transpose, 0, s);
        }
    }

    /// <summary>OpenBLAS goes by the processor's name, and may not know it.</summary>
    static string Narrower => OpenBlas.Config.Contains("Haswell") && System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated
        ? "; OPENBLAS_CORETYPE=SkylakeX gives its kernels of 512 bits" : "";

    static (Parameter[], Optimizer) Model(int threads)
    {
        Parameter[] parameters =
        [
            .. Enumerable.Range(0, Matrices).Select(i => new Parameter(Of(0.5, 2 * i + 2)) { Grad = Of(0.1, 2 * i + 1) }),
        ];
        return (parameters, new(parameters, new Muon()) { Execution = new() { Threads = threads } });
    }

    static NDArray Of(double scale, int seed) => NDArray.Of(Noise.Of<float>(Side * Side, scale, (uint)seed), Side, Side);

    static long Bytes(Optimizer optimizer)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var t = 0; t < 3; t++) optimizer.Step();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>A ← XXᵀ; P ← bA + cA²; X ← aX + PX, five times for each matrix.</summary>
    sealed class Products
    {
        const float a = 3.4445f, b = -4.775f, c = 2.0315f;

        readonly float[] start = Scaled(Noise.Of<float>(Side * Side, 0.1, 1)), A = new float[Side * Side], P = new float[Side * Side];
        float[] X = new float[Side * Side], next = new float[Side * Side];

        static float[] Scaled(float[] x)
        {
            var norm = (float)Math.Sqrt(x.Sum(v => (double)v * v));
            return Array.ConvertAll(x, v => v / norm);
        }

        public void BySgemm() => Run(
            (x, to) => OpenBlas.MultiplyTransposed(Side, 1, x, 0, to),
            (x, to) => OpenBlas.Multiply(Side, c, x, x, b, to),
            mirrors: false);

        public void BySsyrk() => Run(
            (x, to) => OpenBlas.MultiplySymmetric(Side, 1, x, 0, to),
            (x, to) => OpenBlas.MultiplySymmetric(Side, c, x, b, to),
            mirrors: true);

        void Run(Action<float[], float[]> square, Action<float[], float[]> polynomial, bool mirrors)
        {
            for (var matrix = 0; matrix < Matrices; matrix++)
            {
                Array.Copy(start, X, X.Length);
                for (var k = 0; k < Iterations; k++)
                {
                    square(X, A);
                    if (mirrors) Mirror(A);
                    Array.Copy(A, P, P.Length);
                    polynomial(A, P);
                    if (mirrors) Mirror(P);
                    Array.Copy(X, next, X.Length);
                    OpenBlas.Multiply(Side, 1, P, X, a, next);
                    (X, next) = (next, X);
                }
            }
        }

        /// <summary>The lower triangle from the upper one, square by square.</summary>
        static void Mirror(float[] s)
        {
            const int Square = 16;
            for (var j = 0; j < Side; j += Square)
                for (var i = 0; i <= j; i += Square)
                    for (var row = j; row < j + Square; row++)
                        for (var column = i; column < Math.Min(i + Square, row); column++) s[row * Side + column] = s[column * Side + row];
        }
    }
}
