using System.Runtime.CompilerServices;

namespace Optim.Functional;

/// <summary>Averaged stochastic gradient descent: SGD with a decaying rate, and beside it the mean of θ from step t0 on.</summary>
/// <remarks>
/// Polyak, Juditsky, SIAM J. Control Optim. 30(4), 1992; the rate as in Xu, arXiv:1107.2490, equation 4. θ ← (1 - λη)θ - ηg; a ← a + μ(θ - a);
/// then η ← γ/(1 + λγt)^α, μ ← 1/max(1, t - t0). State: step; eta η from γ, mu μ from 1; ax a, the shape of θ. η and μ of a step come from
/// the step before, so that a change of γ acts one step late, as in torch. The mean is yours to read; the step leaves it beside θ.
/// torch rounds η and μ to float32 at each step (its default type); here they are double. A NaN in g goes into θ and a.
/// </remarks>
/// <param name="Lr">Learning rate γ ≥ 0, in units of θ per unit of g.</param>
/// <param name="Lambd">Decay λ of θ and of the rate.</param>
/// <param name="Alpha">Power α of the rate; no unit.</param>
/// <param name="T0">Step t0 after which θ is averaged.</param>
/// <param name="WeightDecay">L2 penalty ≥ 0, in units of g per unit of θ.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record ASGD(double Lr = 1e-2, double Lambd = 1e-4, double Alpha = 0.75, double T0 = 1e6, double WeightDecay = 0, bool Maximize = false)
    : Rule, IElementwiseRule
{
    static readonly string[] Keys = ["ax"], Carried = ["eta", "mu"];

    /// <inheritdoc/>
    public IReadOnlyList<string> Slots => Keys;
    /// <inheritdoc/>
    public IReadOnlyList<string> Scalars => Carried;

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this).AtLeast(0, Lr).Number(Lambd).Number(Alpha).Number(T0).AtLeast(0, WeightDecay);

    /// <inheritdoc/>
    public Clock Start() => new(0, S1: Lr, S2: 1);
    /// <inheritdoc/>
    public Clock After(Clock now) => now with { S1 = Lr / Math.Pow(1 + Lambd * Lr * now.T, Alpha), S2 = 1 / Math.Max(1, now.T - T0) };

    /// <inheritdoc/>
    public void Bind<L, U>(Clock now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L>
    {
        var (η, λ, μ) = (L.Of(-now.S1), L.Of(1 - Lambd * now.S1), L.Of(now.S2));
        if (now.S2 == 1) use.Run(new At<L, Off>(η, λ, μ));
        else use.Run(new At<L, On>(η, λ, μ));
    }

    readonly record struct At<L, Mean>(L η, L λ, L μ) : IStep<L> where L : struct, ILane<L> where Mean : struct, IFlag
    {
        public static int SlotCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Step(L θ, L g, ref Slots<L> s)
        {
            θ = L.Fma(η, g, λ * θ);
            s.S1 = Mean.Set ? L.Fma(μ, θ - s.S1, s.S1) : θ;
            return θ;
        }
    }
}
