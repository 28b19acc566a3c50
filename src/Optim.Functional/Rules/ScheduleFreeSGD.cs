namespace Optim.Functional;

/// <summary>Schedule-Free SGD: needs no schedule, since it trains at y, between where SGD is, z, and the mean x of where it was. The model
/// is evaluated at x.</summary>
/// <remarks>
/// Defazio et al., arXiv:2405.15682v4, Algorithm 1 without its second moment, as the authors' code has it. θ is y. With α the warmed-up
/// rate, w = (k + 1)^r (max α)^p and c = w/Σw: u = g + λy; y ← y + c(z - y) + α(β(1 - c) - 1)u; z ← z - αu. x = y + (1 - 1/β)(z - y),
/// which the step does not need: <see cref="Pure.View"/> and <see cref="Optimizer.Evaluate{R}"/> give it.
/// State: z from θ; k, weight_sum Σw and lr_max, which all parameters share.
/// </remarks>
/// <param name="Lr">Learning rate α ≥ 0, in units of θ per unit of g.</param>
/// <param name="Momentum">β in (0, 1): how far y is from z to x.</param>
/// <param name="WeightDecay">λ ≥ 0, at y, per unit of α.</param>
/// <param name="WarmupSteps">Steps over which α grows from α/n to α; ≥ 0.</param>
/// <param name="R">Power r of the step in the mean's weights.</param>
/// <param name="WeightLrPower">Power p of the learning rate in them.</param>
/// <param name="Maximize">Ascend.</param>
public sealed record ScheduleFreeSGD(
    double Lr = 1, double Momentum = 0.9, double WeightDecay = 0, int WarmupSteps = 0, double R = 0, double WeightLrPower = 2,
    bool Maximize = false) : Rule, IElementwiseRule, IView
{
    static readonly SlotSpec[] Keys = [FreeMean.Z];

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => Keys;
    /// <inheritdoc/>
    public bool CountsSteps => false;
    /// <inheritdoc/>
    public bool UpdatesToNext => true;
    /// <inheritdoc/>
    public IReadOnlyList<string> ModelScalars => FreeMean.Shared;

    FreeMean Mean => new(WarmupSteps, R, WeightLrPower);

    /// <inheritdoc/>
    public override void Validate() => Require.Of(this)
        .AtLeast(0, Lr).Between(0, 1, Momentum).AtLeast(0, WeightDecay).AtLeast(0, WarmupSteps).Number(R).Number(WeightLrPower);

    /// <inheritdoc/>
    public Scalars Learn(Scalars before, double lr, ReadOnlySpan<double> sums) => Mean.Learn(before, lr);

    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUse<L> =>
        use.Run(new At<L>(Mean.Bind<L>(now, Momentum)));

    readonly record struct At<L>(FreeMean.Move<L> Move) : IFormula<L> where L : struct, ILane<L>
    {
        public static int SlotCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Update(L y, L g, ref Slots<L> s) => Move.Along(g, y, ref s.S1);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public L Apply(L y, L next) => next;
    }

    /// <inheritdoc/>
    public void View<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => FreeMean.View<L, U>(Momentum, ref use);
}
