namespace Optim.Functional;

/// <summary>Adam with weight decay apart from the gradient.</summary>
/// <remarks>
/// Loshchilov, Hutter, arXiv:1711.05101v3, Algorithm 2. θ ← (1 - αλ)θ, then <see cref="Adam"/>'s step. State as Adam's.
/// Others differ: the paper's schedule multiplier scales λ and α; here, as in torch, λ is scaled by α itself.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ.</param>
/// <param name="Beta1">Decay β1 of the first moment, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the second moment, in [0, 1).</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">λ ≥ 0, per unit of α.</param>
/// <param name="Amsgrad">Divide by the largest v so far.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record AdamW(
    double Lr = 1e-3, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999,
    double Eps = 1e-8, double WeightDecay = 1e-2, bool Amsgrad = false, bool Maximize = false)
    : Adam(Lr, Beta1, Beta2, Eps, WeightDecay, Amsgrad, Maximize, DecoupledWeightDecay: true)
{
    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (!DecoupledWeightDecay) throw Fault.NotDecoupled(this);
    }
}
