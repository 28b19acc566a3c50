using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Optim.Functional.Bench.Peers;

namespace Optim.Functional.Bench;

/// <summary>Our side of L-BFGS.</summary>
sealed class Quadratic : IQuadratic
{
    readonly float[] θ, d, g;
    readonly Optimizer optimizer;
    readonly Func<double> closure;
    readonly Action<int> chunk;
    readonly int chunks;

    public Quadratic(int length, int history, double lr)
    {
        (θ, d, g) = (Noise.Of<float>(length, 0.5, 2), Noise.Of<float>(length, 4.5, 1), new float[length]);
        for (var i = 0; i < length; i++) d[i] += 5.5f;
        var parameter = new Parameter(θ) { Grad = g };
        optimizer = new([parameter], new LBFGS(Lr: lr, MaxIter: 1, ToleranceGrad: 0, ToleranceChange: 0, HistorySize: history));
        closure = () => { Closure(); return 1; };
        chunks = (length + Execution.DefaultChunkLength - 1) / Execution.DefaultChunkLength;
        chunk = k => Multiply(k * Execution.DefaultChunkLength, Math.Min(length, (k + 1) * Execution.DefaultChunkLength));
    }

    public int Threads { get; set => optimizer.Execution = new() { Threads = field = value }; } = 1;

    /// <summary>Pairs that it remembers.</summary>
    public int Pairs => (optimizer.Solver as LbfgsWork<float>)?.Pairs.Count ?? 0; // none before the first step

    public void Closure()
    {
        if (Threads == 1) Multiply(0, g.Length);
        else Team.Of(Threads).Run(chunks, chunk);
    }

    public void Step() => optimizer.Step(closure);

    public bool StepIsKept()
    {
        var before = Pairs;
        Step();
        return Pairs > before;
    }

    public bool Normal => Noise.Normal<float>(θ);

    public void Dispose() { }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Multiply(int start, int end)
    {
        ref float from = ref θ[0], by = ref d[0], to = ref g[0];
        var i = start;
        for (; i + Vector512<float>.Count <= end; i += Vector512<float>.Count)
            (Vector512.LoadUnsafe(ref from, (nuint)i) * Vector512.LoadUnsafe(ref by, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        for (; i < end; i++) g[i] = θ[i] * d[i];
    }
}
