namespace Optim.Functional;

/// <summary>NAdam with weight decay apart from the gradient: <see cref="NAdam"/> with decoupled_weight_decay, under the name that it is
/// known by.</summary>
/// <remarks>
/// Dozat, ICLR workshop 2016; Loshchilov, Hutter, arXiv:1711.05101v3. θ ← (1 - αλ)θ, then <see cref="NAdam"/>'s step. State as NAdam's.
/// torch has it as an option of NAdam only.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ.</param>
/// <param name="Beta1">β1, in [0, 1).</param>
/// <param name="Beta2">Decay β2 of the second moment, in [0, 1).</param>
/// <param name="Eps">ε ≥ 0, in units of g.</param>
/// <param name="WeightDecay">λ ≥ 0, per unit of α.</param>
/// <param name="MomentumDecay">ψ ≥ 0, per step.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record NAdamW(
    double Lr = 2e-3, [Tuple("betas", 0)] double Beta1 = 0.9, [Tuple("betas", 1)] double Beta2 = 0.999, double Eps = 1e-8,
    double WeightDecay = 1e-2, double MomentumDecay = 4e-3, bool Maximize = false)
    : NAdam(Lr, Beta1, Beta2, Eps, WeightDecay, MomentumDecay, DecoupledWeightDecay: true, Maximize)
{
    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (!DecoupledWeightDecay) throw Fault.NotDecoupled(this);
    }
}
