using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.Lift;

/// <summary>Rules of up to eight slots; the library's own stop at three.</summary>
public class SlotTests
{
    interface ICount { static abstract int Count { get; } }
    readonly struct None : ICount { public static int Count => 0; }
    readonly struct OneMore<N> : ICount where N : ICount { public static int Count => N.Count + 1; }

    readonly struct Four : ICount { public static int Count => 4; }

    /// <summary>θ ← θ - g; the k-th slot sums kg.</summary>
    sealed record Sums(int Count) : IElementwiseRule
    {
        public IReadOnlyList<SlotSpec> Slots => [.. Enumerable.Range(1, Count).Select(k => $"sum {k}")];
        public SparseGradients Sparse => SparseGradients.Touched;

        public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
        {
            if (Count == 0) use.Run(new At<L, None>());
            else if (Count == 1) use.Run(new At<L, OneMore<None>>());
            else if (Count == 2) use.Run(new At<L, OneMore<OneMore<None>>>());
            else if (Count == 3) use.Run(new At<L, OneMore<OneMore<OneMore<None>>>>());
            else if (Count == 4) use.Run(new At<L, Four>());
            else if (Count == 5) use.Run(new At<L, OneMore<Four>>());
            else if (Count == 6) use.Run(new At<L, OneMore<OneMore<Four>>>());
            else if (Count == 7) use.Run(new At<L, OneMore<OneMore<OneMore<Four>>>>());
            else use.Run(new At<L, OneMore<OneMore<OneMore<OneMore<Four>>>>>());
        }

        readonly record struct At<L, N> : IFormula<L> where L : struct, ILane<L> where N : ICount
        {
            public static int SlotCount => N.Count;

            public L Apply(L θ, L u) => θ - u;

            public L Update(L θ, L g, ref Slots<L> s)
            {
                if (N.Count > 0) s.S1 += g;
                if (N.Count > 1) s.S2 += g + g;
                if (N.Count > 2) s.S3 += g + g + g;
                if (N.Count > 3) s.S4 += g + g + g + g;
                if (N.Count > 4) s.S5 += g + g + g + g + g;
                if (N.Count > 5) s.S6 += g + g + g + g + g + g;
                if (N.Count > 6) s.S7 += g + g + g + g + g + g + g;
                if (N.Count > 7) s.S8 += g + g + g + g + g + g + g + g;
                return g;
            }
        }
    }

    public static TheoryData<int> Counts => [0, 1, 2, 3, 4, 5, 6, 7, 8];

    static Vector<double> Gradient(bool sparse) =>
        sparse
            ? Vector<double>.Build.SparseOfIndexed(20, [(3, 1.0), (17, 2.0)])
            : Vector<double>.Build.DenseOfVector(Gradient(true));

    static double[] Times(double k) => Gradient(false).Multiply(k).ToArray();

    [Theory, MemberData(nameof(Counts))]
    public void Each_slot_keeps_its_own_numbers_beside_dense_gradients(int count) => Keeps(count, Gradient(false), Gradient(false));

    [Theory, MemberData(nameof(Counts))]
    public void Each_slot_keeps_its_own_numbers_beside_sparse_gradients(int count) => Keeps(count, Gradient(true), Gradient(true));

    [Theory, MemberData(nameof(Counts))]
    public void Each_slot_keeps_its_own_numbers_when_dense_gradients_follow_sparse_ones(int count) =>
        Keeps(count, Gradient(true), Gradient(false));

    static void Keeps(int count, Vector<double> first, Vector<double> second)
    {
        var rule = new Sums(count);
        Params g1 = Params.Of(("p", first)), g2 = Params.Of(("p", second)), start = Params.Of(("p", new double[20]));
        var (θ, s) = rule.Step(start, g1, rule.Init(start));
        (θ, s) = rule.Step(θ, g2, s);
        Assert.Equal(Times(-2), θ["p"].As<double>().Data);
        Assert.Equal(count, s["p"].Slots.Count);
        for (var k = 1; k <= count; k++) Assert.Equal(Times(2 * k), s["p"].Slots[$"sum {k}"].As<double>().Data);

        var p = new Parameter(new double[20], "p");
        var optimizer = new Optimizer([p], rule);
        foreach (var g in new[] { first, second })
        {
            p.Grad = g;
            optimizer.Step();
        }
        Assert.Equal(Times(-2), p.Value.As<double>().Data);
    }
}
