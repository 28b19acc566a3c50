using static TorchSharp.torch;

namespace Optim.Functional;

/// <summary>One whose groups all have a momentum: what TorchSharp's CyclicLR and OneCycleLR ask for.</summary>
sealed class MomentumOptimizer(Optimizer core, IReadOnlyList<TensorLink> links) : TorchOptimizer(core, links), optim.IMomentum
{
    double optim.IMomentum.Momentum
    {
        get => ((optim.IMomentum)ParamGroups.First()).Momentum;
        set
        {
            foreach (var group in ParamGroups) ((optim.IMomentum)group).Momentum = value;
        }
    }
}

/// <summary>One whose groups all have betas, or some a momentum: what TorchSharp's OneCycleLR asks for.</summary>
sealed class BetasOptimizer(Optimizer core, IReadOnlyList<TensorLink> links) : TorchOptimizer(core, links), optim.IBetas
{
    (double, double) optim.IBetas.Betas
    {
        get => ParamGroups.OfType<optim.IBetas>().First().Betas;
        set
        {
            foreach (var group in ParamGroups.OfType<optim.IBetas>()) group.Betas = value;
        }
    }
}
