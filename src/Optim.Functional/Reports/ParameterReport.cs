using System.Globalization;

namespace Optim.Functional;

/// <summary>What a step has done with one parameter: made where <see cref="Execution.Reports"/> says so, in the step's own pass.</summary>
/// <remarks>The same bits for any threads and lanes. Squares of float32 are added up in float32 over 4096 elements, and then in double:
/// norms are right to 5 digits where elements are between 1e-18 and 1e18. Of a sparse gradient all is about the elements that it
/// names.</remarks>
/// <param name="Step">The optimizer's step, 1 at the first.</param>
/// <param name="Lr">The learning rate in force.</param>
/// <param name="GradientNorm">‖g‖ of the gradient as the rule was given it: scaled, clipped, and made by stages.</param>
/// <param name="UpdateNorm">‖θ' - θ‖.</param>
/// <param name="ParameterNorm">‖θ'‖.</param>
/// <param name="Count">Elements.</param>
/// <param name="Zeros">Elements of the gradient that are 0.</param>
/// <param name="NonFinite">Elements of the gradient that are NaN or infinite.</param>
/// <param name="Largest">The largest |g|; NaN or infinite where there is one that is.</param>
/// <param name="LargestAt">Its index, row by row, the first of several; -1 where there is no element.</param>
public sealed record ParameterReport(
    long Step, double Lr, double GradientNorm, double UpdateNorm, double ParameterNorm, long Count, long Zeros, long NonFinite,
    double Largest, long LargestAt)
{
    /// <summary>‖θ' - θ‖/‖θ'‖: 1e-3 is a usual one. 0 where both are 0.</summary>
    public double Ratio => UpdateNorm == 0 ? 0 : UpdateNorm / ParameterNorm;

    /// <summary>The part of the gradient's elements that are 0.</summary>
    public double ShareOfZeros => Count == 0 ? 0 : (double)Zeros / Count;

    /// <summary>The part of the gradient's elements that are NaN or infinite.</summary>
    public double ShareOfNonFinite => Count == 0 ? 0 : (double)NonFinite / Count;

    /// <summary>In one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"step {Step}, lr {Lr:G4}, ‖g‖ {GradientNorm:G4}, ‖Δθ‖ {UpdateNorm:G4}, ‖θ‖ {ParameterNorm:G4}, ratio {Ratio:G3}, "
        + $"zeros {ShareOfZeros:P1}, not finite {NonFinite}, largest |g| {Largest:G4} at {LargestAt}");
}
