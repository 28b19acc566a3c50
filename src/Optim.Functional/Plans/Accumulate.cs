namespace Optim.Functional;

/// <summary>One step for several gradients: those of <paramref name="Steps"/> calls are added up, and the last call makes the step with
/// their mean. The calls before it change no parameter, and are no steps to a schedule.</summary>
/// <remarks>The sums are part of the state, so that a run can be saved between the calls. A parameter that has no gradient in some calls
/// has the others' sum. Loss scaling is undone before, everything else looks at the mean. A step that is left out forgets its
/// sums.</remarks>
/// <param name="Steps">Calls for a step, ≥ 1.</param>
/// <param name="Average">Take the mean; else the sum, for losses that are divided already.</param>
/// <param name="Buffers">Keep sums; else the caller adds gradients up itself, as autograds do until they are told to forget, and only the
/// last call's are looked at.</param>
public sealed record Accumulate(int Steps, bool Average = true, bool Buffers = true) : GradientMap, IGradientStage
{
    internal const int Place = 5;

    int IGradientStage.Order => Place;

    /// <inheritdoc/>
    public override void Validate() => Fault.Positive(nameof(Accumulate), "steps", Steps);

    /// <summary>The step itself sees to it, as the sums are a part of the state.</summary>
    void IGradientStage.Decide(GradientScan gradients) { }
}
