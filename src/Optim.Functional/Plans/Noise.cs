namespace Optim.Functional;

/// <summary>Gradients with noise of a normal distribution, less at each step: g + σz, σ² = η/(1 + t)^γ of t steps before.</summary>
/// <remarks>Neelakantan et al., arXiv:1511.06807v1, section 3, after clipping. Each number is a function of the seed, the step, the
/// parameter's name (its place among all, where it has none) and the element's place, row by row: so a run that is resumed, on any threads,
/// has the same.</remarks>
/// <param name="Eta">η ≥ 0, in units of g².</param>
/// <param name="Gamma">γ ≥ 0; no unit.</param>
/// <param name="Seed">Which noise.</param>
public sealed record Noise(double Eta, double Gamma = 0.55, long Seed = 0) : GradientMap, IGradientMap
{
    int IGradientMap.Order => 30;

    /// <inheritdoc/>
    public override void Validate()
    {
        Fault.NotNegative(nameof(Noise), "eta", Eta);
        Fault.NotNegative(nameof(Noise), "gamma", Gamma);
    }

    void IGradientMap.Map<T>(in Whole<T> x, Operand<T> to, long key)
    {
        x.Each(new Pass.CopySecond(), x.θ, x.G, to);
        var σ = Math.Sqrt(Eta / Math.Pow(x.Now.Step, Gamma));
        var normals = new Normals(Seed, key, x.Now.Step);
        var columns = x.ColumnMajor && x.Shape.Count == 2 ? x.Shape[1] : 0;
        using var noisy = to.Open();
        var work = new Adding<T>(noisy.Place, (nint)to.Length, columns, normals, σ);
        LaneWork<T>.Run(work, work.Chunks, to.Length, x.How);
    }

    readonly struct Adding<T>(Place<T> to, nint n, int columns, Normals normals, double σ) : ILaneWork<T>
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Chunk = 4096;

        public int Chunks => (int)((n + Chunk - 1) / Chunk);

        public void Run<L, D, W>(int chunk)
            where L : struct, IMemoryLane<L, T> where D : struct, IMemoryLane<D, double> where W : struct, IWiden<D, T>
        {
            var (start, rows) = ((nint)chunk * Chunk, columns > 0 ? n / columns : 0);
            for (var i = start; i < nint.Min(n, start + Chunk); i++)
            {
                ref var g = ref to.From(i);
                var number = columns > 0 ? i % rows * columns + i / rows : i;
                g = T.CreateTruncating(Math.FusedMultiplyAdd(σ, normals[number], double.CreateTruncating(g)));
            }
        }
    }
}
