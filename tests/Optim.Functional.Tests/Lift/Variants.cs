namespace Optim.Functional.Tests.Lift;

/// <summary>Every rule that is given gradients, with every combination of options that changes its formula.</summary>
static class Variants
{
    public static readonly (string Name, IGradientRule Rule)[] All =
    [
        ("SGD", new SGD(0.1)),
        ("SGD momentum dampening decay", new SGD(0.1, Momentum: 0.9, Dampening: 0.3, WeightDecay: 0.01)),
        ("SGD nesterov maximize", new SGD(0.1, Momentum: 0.9, Nesterov: true, Maximize: true)),
        ("Adam", new Adam()),
        ("Adam beta1 0.3 decay", new Adam(Beta1: 0.3, WeightDecay: 0.1)),
        ("Adam amsgrad maximize", new Adam(Amsgrad: true, Maximize: true)),
        ("AdamW", new AdamW()),
        ("AdamW amsgrad", new AdamW(Amsgrad: true)),
        ("Adamax decay", new Adamax(WeightDecay: 0.1)),
        ("Adadelta", new Adadelta()),
        ("Adagrad", new Adagrad(LrDecay: 0.1, InitialAccumulatorValue: 0.1)),
        ("ASGD", new ASGD()),
        ("ASGD averaging", new ASGD(T0: 0, Lambd: 0.1)),
        ("RMSprop", new RMSprop()),
        ("RMSprop momentum", new RMSprop(Momentum: 0.9)),
        ("RMSprop centered", new RMSprop(Centered: true)),
        ("RMSprop centered momentum decay", new RMSprop(Centered: true, Momentum: 0.9, WeightDecay: 0.1)),
        ("Rprop", new Rprop()),
        ("NAdam", new NAdam()),
        ("NAdam beta1 0.3 decoupled", new NAdam(Beta1: 0.3, WeightDecay: 0.1, DecoupledWeightDecay: true)),
        ("NAdam decay maximize", new NAdam(WeightDecay: 0.1, Maximize: true)),
        ("RAdam", new RAdam()),
        ("RAdam beta1 0.3 decoupled maximize", new RAdam(Beta1: 0.3, Beta2: 0.9, WeightDecay: 0.1, DecoupledWeightDecay: true, Maximize: true)),
        ("Lion", new Lion()),
        ("Lion decay maximize", new Lion(WeightDecay: 0.1, Maximize: true)),
        ("ScheduleFreeAdamW", new ScheduleFreeAdamW()),
        ("ScheduleFreeAdamW inner momentum warm-up decay",
            new ScheduleFreeAdamW(InnerMomentum: 0.9, WarmupSteps: 5, WeightDecay: 0.1, R: 1)),
        ("Prodigy", new Prodigy(D0: 1e-2)),
        ("Prodigy no momentum L2", new Prodigy(D0: 1e-2, Beta1: 0, WeightDecay: 0.1, Decouple: false)),
        ("Prodigy bias correction decay",
            new Prodigy(D0: 1e-2, UseBiasCorrection: true, SafeguardWarmup: true, WeightDecay: 0.1, GrowthRate: 1.5)),
        ("Adan", new Adan()),
        ("Adan without proximal decay", new Adan(WeightDecay: 0.1, NoProx: true, Maximize: true)),
        ("AdaBelief", new AdaBelief()),
        ("AdaBelief amsgrad alone", new AdaBelief(Amsgrad: true, Rectify: false, WeightDecay: 0.1, WeightDecouple: false)),
        ("AdaBelief amsgrad rectified", new AdaBelief(Amsgrad: true, Beta2: 0.9, DegeneratedToSgd: false, WeightDecay: 0.1)),
        ("AdEMAMix", new AdEMAMix(AlphaWarmup: 10, Beta3Warmup: 15)),
        ("AdEMAMix no fast momentum decay", new AdEMAMix(Beta1: 0, WeightDecay: 0.1)),
        ("ADOPT", new ADOPT()),
        ("ADOPT beta1 0.3 decoupled", new ADOPT(Beta1: 0.3, WeightDecay: 0.1, Decouple: true)),
        ("ScheduleFreeSGD", new ScheduleFreeSGD(WarmupSteps: 5, WeightDecay: 0.1)),
        ("NAdamW", new NAdamW()),
        ("SophiaG", new SophiaG(HessianEvery: 3, Bs: 1)),
        ("SparseAdam", new SparseAdam()),
        ("MARS", new MARS(Optimize1d: true)),
        ("MARS of no matrices, amsgrad", new MARS(Amsgrad: true, WeightDecay1d: 0.2)),
        ("MARS lion", new MARS(Optimize1d: true, MarsType: "mars-lion", IsApprox: false, WeightDecay: 0.1)),
        ("LARS", new LARS(Momentum: 0.9, WeightDecay: 0.1)),
        ("LARS nesterov adapted clipped", new LARS(Lr: 0.1, Momentum: 0.9, Nesterov: true, AlwaysAdapt: true, TrustClip: true)),
        ("LAMB", new LAMB()),
        ("LAMB decoupled", new LAMB(DecoupledDecay: true, TrustClip: true, BiasCorrection: false, GradAveraging: false)),
        ("Adafactor", new Adafactor(WeightDecay: 0.1)),
        ("Muon", new Muon()),
        ("SOAP", new SOAP()),
        ("KLSOAP", new KLSOAP()),
        ("Shampoo", new Shampoo(Epsilon: 1e-3, MaxPreconditionerDim: 20, Grafting: "adam", PreconditionFrequency: 1000)),
        ("PSGDKron", new PSGDKron(WeightDecay: 0.1)),
        ("Muon without nesterov", new Muon(Nesterov: false, AdjustLrFn: "match_rms_adamw", Maximize: true)),
    ];

    public static TheoryData<string> Names => [.. All.Select(r => r.Name)];

    /// <summary>Those that take every gradient and shape.</summary>
    public static TheoryData<string> Dense =>
        [.. All.Where(r => r.Rule.Sparse != SparseGradients.Only && r.Rule.Refuses([1]) is null).Select(r => r.Name)];

    /// <summary>Those whose steps do not depend on sums over all parameters.</summary>
    public static TheoryData<string> Apart => [.. All.Where(r => r.Rule is not IModelRule).Select(r => r.Name)];

    public static IGradientRule Get(string name) => All.First(r => r.Name == name).Rule;
}
