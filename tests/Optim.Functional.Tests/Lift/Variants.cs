namespace Optim.Functional.Tests.Lift;

/// <summary>Every elementwise rule with every combination of options that changes its formula.</summary>
static class Variants
{
    public static readonly (string Name, IElementwiseRule Rule)[] All =
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
    ];

    public static TheoryData<string> Names => [.. All.Select(r => r.Name)];

    public static IElementwiseRule Get(string name) => All.First(r => r.Name == name).Rule;
}
