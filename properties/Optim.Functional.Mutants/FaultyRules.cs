using System.Numerics;
using Optim.Functional.Rules;

namespace Optim.Functional.Mutants;

/// <summary>A rule that is known by one rule's face and steps as another one does.</summary>
/// <param name="face">What faces, states and files know of it.</param>
public abstract class FaultyRule(IGradientRule face) : IGradientRule
{
    /// <inheritdoc/>
    public string Name => face.Name;
    /// <inheritdoc/>
    public void Validate() => face.Validate();
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => face.SlotsOf(shape);
    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> OptionalSlots => face.OptionalSlots;
    /// <inheritdoc/>
    public double First(SlotSpec slot, double lr) => face.First(slot, lr);
    /// <inheritdoc/>
    public IReadOnlyList<string> Scalars => face.Scalars;
    /// <inheritdoc/>
    public Scalars Start(double lr) => face.Start(lr);
    /// <inheritdoc/>
    public Scalars After(in Turn now) => face.After(now);
    /// <inheritdoc/>
    public IReadOnlyList<string> ModelScalars => face.ModelScalars;
    /// <inheritdoc/>
    public Scalars StartModel() => face.StartModel();
    /// <inheritdoc/>
    public Scalars Learn(Scalars before, double lr, ReadOnlySpan<double> sums) => face.Learn(before, lr, sums);
    /// <inheritdoc/>
    public string? Refuses(IReadOnlyList<int> shape) => face.Refuses(shape);
    /// <inheritdoc/>
    public bool CountsSteps => face.CountsSteps;
    /// <inheritdoc/>
    public bool EagerState => face.EagerState;
    /// <inheritdoc/>
    public double Lr => face.Lr;
    /// <inheritdoc/>
    public bool Allows(double lr) => face.Allows(lr);
    /// <inheritdoc/>
    public double WeightDecay => face.WeightDecay;
    /// <inheritdoc/>
    public bool Maximize => face.Maximize;
    /// <inheritdoc/>
    public SparseGradients Sparse => face.Sparse;
}

/// <summary>An elementwise rule with a fault in its formula.</summary>
/// <param name="face">What is known of it.</param>
/// <param name="acts">The rule whose formula it is.</param>
/// <param name="told">What the formula is told of where the parameter stands.</param>
/// <param name="fault">What is wrong, if anything.</param>
/// <param name="seen">What it is to be noted in, if anywhere.</param>
public class FaultyElementwise(IGradientRule face, IElementwiseRule acts, Func<Turn, Turn> told, Fault? fault, Seen? seen)
    : FaultyRule(face),
        IElementwiseRule
{
    readonly IGradientRule face = face;

    /// <inheritdoc/>
    public IReadOnlyList<SlotSpec> Slots => face.SlotsOf([1]);
    /// <inheritdoc/>
    public bool UpdatesToNext => acts.UpdatesToNext;
    /// <inheritdoc/>
    public void Bind<L, U>(in Turn now, ref U use)
        where L : struct, ILane<L>
        where U : struct, IUse<L> => Faulty.Bind<L, U>(acts, told(now), ref use, fault, seen);

    /// <summary>As <see cref="IModelRule.Measure"/>.</summary>
    protected void Measure<L, U>(IModelRule rule, in Turn now, ref U use) where L : struct, ILane<L> where U : struct, IUseMeasure<L> =>
        Faulty.Measure<L, U>(rule, told(now), ref use, fault, seen);
}

/// <summary>The same of a rule that measures all parameters.</summary>
/// <inheritdoc cref="FaultyElementwise"/>
public class FaultyModel(IGradientRule face, IModelRule acts, Func<Turn, Turn> told, Fault? fault, Seen? seen)
    : FaultyElementwise(face, acts, told, fault, seen), IModelRule
{
    /// <inheritdoc/>
    public int Sums => acts.Sums;
    /// <inheritdoc/>
    public void Measure<L, U>(in Turn now, ref U use)
        where L : struct, ILane<L>
        where U : struct, IUseMeasure<L> => Measure<L, U>(acts, now, ref use);
}

/// <summary>A rule that looks at whole parameters with a fault in one of its passes or sums.</summary>
/// <inheritdoc cref="FaultyElementwise"/>
public class FaultyWhole(IGradientRule face, IWholeRule acts, Func<Turn, Turn> told, Fault? fault, Seen? seen)
    : FaultyRule(face),
        IWholeRule
{
    /// <inheritdoc/>
    public long WorkOf(IReadOnlyList<int> shape) => acts.WorkOf(shape);
    /// <inheritdoc/>
    public void Step<T>(in Whole<T> x) where T : unmanaged, IFloatingPointIeee754<T> => Faulty.Step(acts, x, told(x.Now), fault, seen);
}
