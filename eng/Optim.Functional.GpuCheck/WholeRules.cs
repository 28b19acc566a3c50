namespace Optim.Functional.GpuCheck;

/// <summary>Rules of whole tensors, with options and stages that take other ways through them.</summary>
static class WholeRules
{
    /// <summary>Shapes of the parameters that those made of passes step, and those that have factors or blocks.</summary>
    public static readonly int[][] OfPasses = [[5, 7], [66, 3], [9, 20], [1, 1], [3, 65], [2, 3, 4]];

    /// <inheritdoc cref="OfPasses"/>
    public static readonly int[][] OfFactors = [[5, 7], [6, 3], [4], [], [2, 6, 3]];

    /// <summary>Made of passes, sums and products alone.</summary>
    public static readonly Dictionary<string, IRule> MadeOfPasses = new()
    {
        ["LAMB"] = new LAMB(),
        ["LAMB cautious clipped"] = new LAMB(Caution: true, TrustClip: true, AlwaysAdapt: true).ClipNorm(0.5),
        ["LAMB in stages"] = new LAMB(DecoupledDecay: true).Cautious().CautiousWeightDecay(0.1).Ema(0.9),
        ["LARS"] = new LARS(Lr: 0.1, Momentum: 0.9, WeightDecay: 0.1, Nesterov: true),
        ["LARS clipped"] = new LARS(Lr: 0.1, Maximize: true, WeightDecay: 0.1).ClipNorm(0.1),
        ["MARS"] = new MARS(Optimize1d: true),
        ["MARS lion"] = new MARS(Optimize1d: true, MarsType: "mars-lion", IsApprox: false, WeightDecay: 0.1),
        ["MARS shampoo-like"] = new MARS(Amsgrad: true, WeightDecay1d: 0.2),
        ["Muon"] = new Muon(Matrices: "flatten"),
        ["Muon polar express in stages"] =
            new Muon(Matrices: "batch", Coefficients: "polar_express", NsSteps: 4).Cautious().Ema(0.9).ClipNorm(0.3),
        ["Muon l2"] =
            new Muon(Matrices: "flatten", WeightDecayMethod: "l2", Nesterov: false, AdjustLrFn: "match_rms_adamw", Maximize: true),
        ["AdaMuon"] = new AdaMuon(),
        ["Adafactor"] = new Adafactor(WeightDecay: 0.1),
        ["Adafactor in stages"] = new Adafactor(Maximize: true).Cautious().Ema(0.9).ClipNorm(0.5),
        ["NorMuon"] = new NorMuon(),
        ["NAMO"] = new NAMO(),
        ["centralized"] = new AdamW().Centralize().ClipValue(0.3),
        ["rows clipped"] = new AdamW().ClipRows(0.1),
        ["noisy"] = new SGD(0.1).ClipNorm(0.5).Noise(0.1),
    };

    /// <summary>Which decompose matrices, or step blocks of them.</summary>
    public static readonly Dictionary<string, IRule> WithFactors = new()
    {
        ["SOAP"] = new SOAP(PreconditionFrequency: 1),
        ["SOAP merged"] = new SOAP(MergeDims: true, MaxPrecondDim: 54, PreconditionFrequency: 1, NormalizeGrads: true),
        ["SOAP of vectors in stages"] =
            new SOAP(Precondition1d: true, CorrectBias: false, Maximize: true, PreconditionFrequency: 2).ClipNorm(0.5).Ema(0.9),
        ["KLSOAP"] = new KLSOAP(PreconditionFrequency: 1),
        ["KLSOAP damped"] =
            new KLSOAP(UsingDamping: true, UsingClamping: false, Eps: 1e-3, NormalizeGrads: true, MaxPrecondDim: 6,
                PreconditionFrequency: 2),
        ["Shampoo"] = new Shampoo(Epsilon: 1e-3),
        ["Shampoo in blocks, whitened"] =
            new Shampoo(Beta2: 0.99, Epsilon: 1e-3, MaxPreconditionerDim: 4, TargetParameterDimensionality: 2, Kl: true, Grafting: "adam"),
        ["Shampoo in stages"] = new Shampoo(Beta1: 0, Epsilon: 1e-3, WeightDecay: 0.1, WeightDecayType: "l2", PreconditionFrequency: 2,
            Grafting: "adagrad", Maximize: true).ClipNorm(0.5).Ema(0.9),
        ["PSGDKron"] = new PSGDKron(),
        ["PSGDKron of gradients, one diagonal"] =
            new PSGDKron(MomentumIntoPrecondUpdate: false, MemorySaveMode: "one_diag", WeightDecay: 0.1, BalanceFrequency: 2),
        ["PSGDKron of diagonals"] = new PSGDKron(MemorySaveMode: "all_diag", MergeDims: false),
        ["PSGDKron of vectors in stages"] = new PSGDKron(MinNdimTriangular: 1, MergeDims: false, PreconditionerUpdateProbability: 0.5)
            .Cautious().CautiousWeightDecay(0.1).Ema(0.9),
        ["Muon in blocks"] = new Muon(Matrices: "batch", SplitSizes: [3, 2, 1]),
        ["Muon in blocks in stages"] =
            new Muon(Matrices: "batch", SplitSizes: [4, 2], NsSteps: 4, WeightDecayMethod: "l2").Cautious().Ema(0.9).ClipNorm(0.3),
        ["NorMuon in blocks"] = new NorMuon(Matrices: "batch", SplitSizes: [2, 4]),
    };
}
