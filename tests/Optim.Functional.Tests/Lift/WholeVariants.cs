using System.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.Lift;

/// <summary>The rules that <see cref="Variants"/> cannot try on bare vectors: those that look at a whole parameter, and the one that wants
/// sparse gradients.</summary>
static class WholeVariants
{
    public static readonly (string Name, IGradientRule Rule)[] All =
    [
        ("LAMB", new LAMB()),
        ("LAMB decoupled caution", new LAMB(DecoupledDecay: true, PeakLr: 0.1, Caution: true, AlwaysAdapt: true, TrustClip: true)),
        ("LAMB maximize", new LAMB(Maximize: true, GradAveraging: false, BiasCorrection: false)),
        ("LARS", new LARS(WeightDecay: 0.1)),
        ("LARS nesterov", new LARS(Momentum: 0.9, WeightDecay: 0.1, Nesterov: true, TrustClip: true, Maximize: true)),
        ("LARS dampening", new LARS(Momentum: 0.9, Dampening: 0.3, AlwaysAdapt: true)),
        ("MARS", new MARS(Gamma: 0.5)),
        ("MARS amsgrad maximize", new MARS(Amsgrad: true, Optimize1d: true, WeightDecay: 0.1, Maximize: true)),
        ("MARS lion", new MARS(MarsType: "mars-lion", Gamma: 0.5)),
        ("Adafactor", new Adafactor()),
        ("Adafactor decay maximize", new Adafactor(WeightDecay: 0.1, Eps1: 1e-4, D: 1.5, Maximize: true)),
        ("Muon", new Muon()),
        ("Muon momentum alone", new Muon(Nesterov: false, NsSteps: 3, AdjustLrFn: "match_rms_adamw", Maximize: true)),
        ("Muon of flat shapes", new Muon(Matrices: "flatten", Coefficients: "polar_express", AdjustLrFn: "spectral")),
        ("Muon of batches L2", new Muon(Matrices: "batch", Coefficients: "cans", WeightDecayMethod: "l2", AdjustLrFn: "none")),
        ("NorMuon", new NorMuon()),
        ("NorMuon of batches maximize", new NorMuon(Matrices: "batch", Nesterov: true, Maximize: true, WeightDecay: 0.1)),
        ("NorMuon of flat shapes", new NorMuon(Matrices: "flatten", Coefficients: "quintic")),
        ("AdaMuon", new AdaMuon()),
        ("NAMO", new NAMO(Nesterov: true, Maximize: true)),
        ("Shampoo", new Shampoo(PreconditionFrequency: 1000)),
        ("Shampoo each step, blocks of kl", new Shampoo(Beta2: 0.99, Epsilon: 1e-3, MaxPreconditionerDim: 20, Kl: true, Grafting: "adam")),
        ("Shampoo l2 maximize", new Shampoo(Beta1: 0, Beta3: 0.5, WeightDecay: 0.1, WeightDecayType: "l2", PreconditionFrequency: 1000,
            StartPreconditioningStep: 1000, Grafting: "adagrad", TargetParameterDimensionality: 2, Maximize: true)),
        ("SOAP", new SOAP(PreconditionFrequency: 1000)),
        ("SOAP merged each step", new SOAP(MergeDims: true, MaxPrecondDim: 70, PreconditionFrequency: 1, NormalizeGrads: true)),
        ("SOAP vectors maximize", new SOAP(Precondition1d: true, CorrectBias: false, Maximize: true, PreconditionFrequency: 2)),
        ("PSGDKron", new PSGDKron()),
        ("PSGDKron of gradients, one diagonal", new PSGDKron(MomentumIntoPrecondUpdate: false, MemorySaveMode: "one_diag", WeightDecay: 0.1,
            BalanceFrequency: 2, Maximize: true)),
        ("PSGDKron of vectors, unmerged", new PSGDKron(MinNdimTriangular: 1, MergeDims: false, PreconditionerUpdateProbability: 0.5)),
        ("KLSOAP", new KLSOAP(PreconditionFrequency: 1000)),
        ("KLSOAP damped each step", new KLSOAP(UsingDamping: true, UsingClamping: false, MaxPrecondDim: 70, PreconditionFrequency: 1)),
        ("KLSOAP maximize", new KLSOAP(ShampooBeta: 0.5, NormalizeGrads: true, Maximize: true, PreconditionFrequency: 2)),
        ("SparseAdam", new SparseAdam()),
    ];

    public static TheoryData<string> Names => [.. All.Select(r => r.Name)];

    public static IGradientRule Get(string name) => All.First(r => r.Name == name).Rule;

    /// <summary>What it is tried on: matrices of every form, and where it takes them, vectors and more dimensions.</summary>
    public static int[][] Shapes(IGradientRule rule) =>
        [.. all.Where(s => rule.Refuses(s) is null && (s.Length > 0 || rule.Sparse != SparseGradients.Only))];

    static readonly int[][] all = [[3, 4], [1, 7], [9, 1], [33, 70], [130, 65], [257], [2, 3, 5], [], [0, 4], [4, 0]];

    public static NDArray Noise<T>(int[] shape, Random random, bool columnMajor = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var length = shape.Aggregate(1, (n, d) => n * d);
        T[] values = [.. Enumerable.Range(0, length).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5))];
        return columnMajor && shape is [> 0, > 0] ? NDArray.From(Matrix<T>.Build.DenseOfRowMajor(shape[0], shape[1], values))
            : shape.Length == 0 ? NDArray.Scalar(values[0])
            : NDArray.Of(values, shape);
    }

    /// <summary>A gradient that the rule takes: of SparseAdam every third element.</summary>
    public static NDArray Gradient<T>(IGradientRule rule, int[] shape, Random random, bool columnMajor = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var dense = Noise<T>(shape, random, columnMajor);
        if (rule.Sparse != SparseGradients.Only) return dense;
        var flat = dense.As<T>().ToArray();
        int[] named = [.. Enumerable.Range(0, flat.Length).Where(i => i % 3 == 1)];
        var places = new int[Math.Max(1, shape.Length), named.Length];
        for (var k = 0; k < named.Length; k++)
            for (int d = shape.Length - 1, rest = named[k]; d >= 0; rest /= shape[d--]) places[d, k] = rest % shape[d];
        return NDArray.Sparse([.. named.Select(i => flat[i])], places, shape);
    }
}
