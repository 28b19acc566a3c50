using static TorchSharp.torch;
using Modules = TorchSharp.Modules;

namespace Optim.Functional;

/// <summary>A group as TorchSharp's schedulers and loops see it: what they set is the group's, at once.</summary>
class RateGroup : Modules.ParamGroup, optim.ILearningRateController
{
    public RateGroup(TorchOptimizer optimizer, ParamGroup group, IEnumerable<Modules.Parameter> parameters)
    {
        Group = group;
        Parameters = parameters;
        Options = new SavedOptions(optimizer) { LearningRate = group.Lr, InitialLearningRate = group.Lr };
    }

    public ParamGroup Group { get; }

    /// <summary>One for a group of this rule: of a rule with betas or a momentum, one that gives these too.</summary>
    public static RateGroup Of(TorchOptimizer optimizer, ParamGroup group, IEnumerable<Modules.Parameter> parameters) =>
        Momentum.Option(group.Rule) switch
        {
            "betas" => new BetasGroup(optimizer, group, parameters),
            "momentum" => new MomentumGroup(optimizer, group, parameters),
            _ => new(optimizer, group, parameters),
        };

    double optim.ILearningRateController.LearningRate
    {
        get => Group.Lr;
        set => Group.Lr = value;
    }

    double optim.ILearningRateController.InitialLearningRate
    {
        get => Options.InitialLearningRate;
        set => Options.InitialLearningRate = value;
    }

    /// <summary>Writes the learning rate where TorchSharp saves it from.</summary>
    public void Show() => Options.LearningRate = Group.Lr;
}

/// <summary>A group of a rule with a momentum.</summary>
sealed class MomentumGroup(TorchOptimizer optimizer, ParamGroup group, IEnumerable<Modules.Parameter> parameters)
    : RateGroup(optimizer, group, parameters), optim.IMomentum
{
    double optim.IMomentum.Momentum
    {
        get => (double)Group["momentum"]!;
        set => Group.Rule = Momentum.Of(Group.Rule, value);
    }
}

/// <summary>A group of a rule with betas, of which TorchSharp sees the first two.</summary>
sealed class BetasGroup(TorchOptimizer optimizer, ParamGroup group, IEnumerable<Modules.Parameter> parameters)
    : RateGroup(optimizer, group, parameters), optim.IBetas
{
    (double, double) optim.IBetas.Betas
    {
        get => All is [var first, var second, ..] all ? (first, second) : default;
        set => Group["betas"] = All.Select((β, i) => i switch { 0 => value.Item1, 1 => value.Item2, _ => β }).ToArray();
    }

    double[] All => (double[])Group["betas"]!;
}
