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
        ("NAdam beta1 0.3 decoupled maximize", new NAdam(Beta1: 0.3, WeightDecay: 0.1, DecoupledWeightDecay: true, Maximize: true)),
        ("Lion decay", new Lion(WeightDecay: 0.1)),
        ("SparseAdam", new SparseAdam()),
        ("ScheduleFreeAdamW decay", new ScheduleFreeAdamW(WeightDecay: 0.1, WarmupSteps: 2)),
        ("ScheduleFreeAdamW inner momentum", new ScheduleFreeAdamW(InnerMomentum: 0.9, R: 1)),
        ("Prodigy", new Prodigy(WeightDecay: 0.1)),
        ("Prodigy beta1 0 coupled",
            new Prodigy(Beta1: 0, WeightDecay: 0.1, Decouple: false, UseBiasCorrection: true, SafeguardWarmup: true)),
        ("LAMB", new LAMB()),
        ("LAMB decoupled", new LAMB(DecoupledDecay: true, TrustClip: true, BiasCorrection: false, GradAveraging: false)),
        ("Adafactor", new Adafactor(WeightDecay: 0.1)),
        ("Muon", new Muon()),
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
