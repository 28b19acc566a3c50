using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Optim.Functional.Rules;

/// <summary>Something that is done around a rule. Its kind says when: <see cref="IGradientStage"/>, <see cref="ISchedule"/>,
/// <see cref="IUpdateStage"/>, <see cref="IAfterStage"/>.</summary>
/// <remarks>A record whose constructor's parameters are its options: so it prints, compares and is saved by them.</remarks>
[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.PublicProperties)]
public interface IStage
{
    /// <summary>Throws an <see cref="ArgumentException"/> when an option is out of range. Called when a plan is made and before every
    /// step.</summary>
    void Validate() { }

    /// <summary>Why it cannot be put around a rule, or null.</summary>
    string? Refuses(IRule rule) => null;
}

/// <summary>Decides on the gradients of a step as a whole: their scale, or that the step is left out.</summary>
public interface IGradientStage : IStage
{
    /// <summary>Where it stands among its kind: the loss scale at 0, the finite policy at 10, clipping at 20.</summary>
    int Order { get; }

    /// <summary>Looks at the gradients.</summary>
    void Decide(GradientScan gradients);
}

/// <summary>A learning rate of the optimizer's step: pure, so that it depends on nothing but the step.</summary>
public interface ISchedule : IStage
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="step">Steps made before: 0 at the first.</param>
    /// <param name="lr">The group's own learning rate.</param>
    double At(long step, double lr);
}

/// <summary>Changes an update between a rule's formula and its application, in the same pass; of a whole rule where its step ends in
/// <see cref="Whole{T}.Move"/>.</summary>
public interface IUpdateStage : IStage
{
    /// <summary>Where it stands among its kind.</summary>
    int Order { get; }

    /// <summary>How many sums over the parameter it needs of one round of measuring, counted from 0; 0: there is no such round. A round is
    /// a pass before the step, which knows the sums of those before it. At most four in all. Default none.</summary>
    int SumsOf(int round) => 0;

    /// <summary>Whether its sums are of all elements, so that it cannot go with a sparse gradient that names some. Default false.</summary>
    bool NeedsAll => false;

    /// <summary>Terms of a round's sums, which later rounds and <see cref="Around"/> are told. Only where <see cref="SumsOf"/> says
    /// so.</summary>
    /// <param name="formula">The formula, with the stages before this one around it.</param>
    /// <param name="now">The parameter's step.</param>
    /// <param name="before">What the rounds before have measured.</param>
    /// <param name="use">What is done with the terms.</param>
    void Measure<L, A, U>(in A formula, in Turn now, in Measured before, ref U use)
        where L : struct, ILane<L>
        where A : struct, IFormula<L>
        where U : struct, IUseMeasure<L>
    { }

    /// <summary>Hands the formula with this around it to <paramref name="use"/>, once.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="now">The parameter's step.</param>
    /// <param name="measured">The sums of all rounds over the parameter; 0 where none is measured.</param>
    /// <param name="use">What is done with it.</param>
    void Around<L, A, U>(in A formula, in Turn now, in Measured measured, ref U use)
        where L : struct, ILane<L>
        where A : struct, IFormula<L>
        where U : struct, IUse<L>;
}

/// <summary>What an update stage has measured of a parameter.</summary>
/// <param name="Sum">The first sum.</param>
/// <param name="Count">The number of elements.</param>
public readonly record struct Measured(double Sum, long Count)
{
    /// <summary>How many rounds of measuring there have been.</summary>
    public int Rounds { get; init; }

    /// <summary>The second sum, of the same round or the next.</summary>
    public double Second { get; init; }

    /// <summary>The third.</summary>
    public double Third { get; init; }

    /// <summary>The fourth.</summary>
    public double Fourth { get; init; }

    /// <summary>The mean of the first sum's terms; 0 where there is no element.</summary>
    public double Mean => Count == 0 ? 0 : Sum / Count;

    /// <summary>With the sums of another round after those that are there.</summary>
    internal Measured With(int known, ReadOnlySpan<double> more)
    {
        var all = this with { Rounds = Rounds + 1 };
        foreach (var sum in more)
            all = known++ switch
            {
                0 => all with { Sum = sum },
                1 => all with { Second = sum },
                2 => all with { Third = sum },
                _ => all with { Fourth = sum },
            };
        return all;
    }

    bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"Sum = {Sum}, Count = {Count}, Mean = {Mean}");
        if (Second != 0 || Third != 0 || Fourth != 0)
            text.Append(CultureInfo.InvariantCulture, $", Second = {Second}, Third = {Third}, Fourth = {Fourth}");
        return true;
    }
}

/// <summary>Follows the new parameters, in the same pass: an average of them; or pulls them back to what they were.</summary>
public interface IAfterStage : IStage
{
    /// <summary>Where it stands among its kind.</summary>
    int Order { get; }

    /// <summary>The one slot that it keeps, such as <c>ema</c>.</summary>
    SlotSpec Slot { get; }

    /// <summary>Whether its slot is what the model is evaluated with.</summary>
    bool IsView => false;

    /// <summary>Hands the step with this after it to <paramref name="use"/>, once. Its slot is the one after the step's own.</summary>
    /// <param name="step">The step.</param>
    /// <param name="now">Where the parameter stands.</param>
    /// <param name="isFresh">Whether this step creates the slot.</param>
    /// <param name="use">What is done with it.</param>
    void Around<L, S, U>(in S step, in Turn now, bool isFresh, ref U use)
        where L : struct, ILane<L>
        where S : struct, IStep<L>
        where U : struct, IUseStep<L>;
}

/// <summary>The gradients of a step, all together, as a gradient stage sees them. Reading them is one pass, made when it is first asked
/// for.</summary>
public abstract class GradientScan
{
    private protected GradientScan() { }

    /// <summary>The factor on all of them so far.</summary>
    public double Scale { get; set; } = 1;

    /// <summary>Whether the step is to be left out.</summary>
    public bool Skip { get; set; }

    /// <summary>√(Σ g²) of all gradients together, times |<see cref="Scale"/>|: the same bits for any threads and lanes.</summary>
    public abstract double Norm { get; }

    /// <summary>Says which gradient is not finite, or null where all are.</summary>
    public abstract Exception? NonFinite { get; }

    /// <summary>The norm that the caller is to be told of, before it was limited.</summary>
    public double Reported { get; set; } = double.NaN;
}
