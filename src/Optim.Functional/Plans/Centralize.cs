namespace Optim.Functional;

/// <summary>Gradients whose rows have the mean 0: g ← g - mean g of each row, which is all that belongs to one index of the first
/// dimension. Vectors and scalars stay as they are.</summary>
/// <remarks>Yong et al., arXiv:2004.01461v2, equation 1. A NaN or an infinity makes its row NaN.</remarks>
public sealed record Centralize : GradientMap, IGradientMap
{
    int IGradientMap.Order => 12;
    bool IGradientMap.IsOfRows => true;

    long IGradientMap.WorkOf(IReadOnlyList<int> shape) => shape.Count < 2 ? 0 : Rows.WorkOf(Rows.Of(shape));

    void IGradientMap.Map<T>(in Whole<T> x, Operand<T> to, long key)
    {
        if (x.Shape.Count < 2)
        {
            x.Each(new Pass.CopySecond(), x.θ, x.G, to);
            return;
        }
        var of = Rows.Of(x.Shape);
        var rows = x.As(of, x.ColumnMajor);
        var (means, columns) = (x.Work(of.Rows), x.Work(of.Columns));
        rows.RowMeans(default(Term.Second), x.θ, x.G, means);
        rows.EachInMatrix(default(Less), x.θ, x.G, to, means, columns);
    }

    /// <summary>g less its row's number.</summary>
    readonly record struct Less : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>());

        readonly record struct At<L> : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 1;
            [MethodImpl(MethodImplOptions.AggressiveInlining)] public L Step(L θ, L g, ref Slots<L> s) => g - s.S1;
        }
    }
}

/// <summary>A parameter as one matrix, each row of which is all that belongs to one index of its first dimension: a neuron's
/// weights.</summary>
static class Rows
{
    /// <summary>Of a vector or a scalar: one row.</summary>
    public static MatrixShape Of(IReadOnlyList<int> shape)
    {
        var rest = 1;
        for (var d = 1; d < shape.Count; d++) rest *= shape[d];
        return shape.Count < 2 ? new(1, 1, shape.Count == 0 ? 1 : shape[0]) : new(1, shape[0], rest);
    }

    /// <summary>A number of each row and of each column.</summary>
    public static long WorkOf(MatrixShape of) => (long)of.Rows + of.Columns;
}
