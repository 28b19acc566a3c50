namespace Optim.Functional;

public sealed partial class NewtonSchulz
{
    /// <summary>Jordan et al., "Muon", 2024: steep at 0, and so it ends between 0.7 and 1.2.</summary>
    static readonly Quintic[] jordan = [new(3.4445, -4.775, 2.0315)];

    /// <summary>You Jiacheng's, of another slope at each iteration.</summary>
    static readonly Quintic[] five =
    [
        new(4.0848, -6.8946, 2.9270),
        new(3.9505, -6.3029, 2.6377),
        new(3.7418, -5.5913, 2.3037),
        new(2.8769, -3.1427, 1.2046),
        new(2.8366, -3.0525, 1.2012),
    ];

    /// <summary>Amsel et al., "Polar Express", arXiv:2505.16932: each the best one for what those before it leave.</summary>
    static readonly Quintic[] polarExpress =
    [
        new(8.156554524902461, -22.48329292557795, 15.878769915207462),
        new(4.042929935166739, -2.808917465908714, 0.5000178451051316),
        new(3.8916678022926607, -2.772484153217685, 0.5060648178503393),
        new(3.285753657755655, -2.3681294933425376, 0.46449024233003106),
        new(2.3465413258596377, -1.7097828382687081, 0.42323551169305323),
    ];

    /// <summary>The paper's own, rounded, without its margin; the last one goes to 1 exactly.</summary>
    static readonly Quintic[] polarExpressEight =
    [
        new(8.2051, -22.9019, 16.4607), new(4.0664, -2.8612, 0.5184), new(3.9096, -2.8234, 0.5250), new(3.2856, -2.4153, 0.4853),
        new(2.2779, -1.6198, 0.3985), new(1.8726, -1.2307, 0.3585), new(1.8564, -1.2132, 0.3568), new(1.8750, -1.2500, 0.3750),
    ];

    /// <summary>Grishina et al., "CANS", arXiv:2506.10935.</summary>
    static readonly Quintic[] cans =
    [
        new(8.4703, -25.1081, 18.6293), new(4.1828, -3.1087, 0.5806), new(3.9619, -2.9541, 0.5630), new(3.2866, -2.4647, 0.5074),
        new(2.2737, -1.6447, 0.4162),
    ];

    /// <summary>Boissin et al., "Turbo-Muon", which divides by more than the norm first.</summary>
    static readonly Quintic[] aol =
    [
        new(4.0098, -7.0585, 2.4635), new(3.4585, -5.5479, 2.5959), new(2.7573, -3.2939, 1.4254), new(2.7215, -3.0494, 1.3169),
    ];

    /// <summary>Eight steep iterations, then two that go to 1.</summary>
    static readonly Quintic[] deepSeek = [.. Enumerable.Repeat(jordan[0], 8), new(2, -1.5, 0.5), new(2, -1.5, 0.5)];

    /// <summary>Without a fifth power.</summary>
    static readonly Quintic[] cubic =
    [
        new(3.3656576, -3.3420992, 0), new(2.5744352, -1.4957376, 0), new(2.5368962, -1.4312570, 0), new(2.4418906, -1.2764040, 0),
        new(2.2230472, -0.9630650, 0),
    ];

    /// <summary>The sets: of Jordan's code, of Microsoft's Dion, NVIDIA's Emerging-Optimizers and Meta's Shampoo.</summary>
    public static IReadOnlyList<NewtonSchulz> All { get; } =
    [
        new("keller_jordan", jordan, BeyondEnd.Cycle, NormRule.Add, 1e-7),
        new("dion_ns", five, BeyondEnd.Refuse, NormRule.Add, 1e-8),
        new("dion_polar_express", polarExpress, BeyondEnd.Refuse, NormRule.Add, 1e-8, factor: 1.02),
        new("nv_simple", jordan, BeyondEnd.Cycle, NormRule.Max, 1e-15),
        new("nv_quintic", five, BeyondEnd.Cycle, NormRule.Max, 1e-15),
        new("nv_polar_express", polarExpressEight, BeyondEnd.RepeatLast, NormRule.Max, 1e-15),
        new("nv_cans", cans, BeyondEnd.RepeatLast, NormRule.Max, 1e-15),
        new("nv_aol", aol, BeyondEnd.Cycle, NormRule.Max, 1e-15),
        new("nv_deepseekv4", deepSeek, BeyondEnd.RepeatLast, NormRule.Max, 1e-15),
        new("nv_cubic5", cubic, BeyondEnd.Cycle, NormRule.Max, 1e-15),
        new("meta_spectral_descent", jordan, BeyondEnd.Cycle, NormRule.Max, 1e-8),
    ];

    /// <summary>Short names, and whose set each is: the one nearest to its paper.</summary>
    static readonly (string Short, string Name)[] shorter =
    [
        ("original", "keller_jordan"), ("quintic", "nv_quintic"), ("polar_express", "dion_polar_express"), ("cans", "nv_cans"),
        ("aol", "nv_aol"), ("deepseekv4", "nv_deepseekv4"), ("cubic", "nv_cubic5"),
    ];

    static readonly (string Name, NewtonSchulz Set)[] named =
    [
        .. All.Select(set => (set.Name, set)),
        .. shorter.Select(s => (s.Short, All.First(set => set.Name == s.Name))),
    ];

    /// <summary>All names that <see cref="Find"/> knows: those of the sets, and the short ones.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. named.Select(n => n.Name)];
}
