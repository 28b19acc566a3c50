using System.Globalization;
using System.Text;

namespace Optim.Functional.Rules;

/// <summary>Where a parameter stands at a step: what a formula's constants are made of.</summary>
/// <param name="T">Steps of this parameter, the present one included: t = 1 at the first.</param>
/// <param name="Lr">The learning rate in force: the group's, as the schedule has it.</param>
/// <param name="Before">The parameter's scalars before the step.</param>
/// <param name="After">Those after it.</param>
/// <param name="ModelBefore">The scalars that all parameters share, before the step.</param>
/// <param name="Model">Those after it.</param>
public readonly record struct Turn(long T, double Lr, Scalars Before = default, Scalars After = default,
    Scalars ModelBefore = default, Scalars Model = default)
{
    /// <summary>The step of the optimizer, whichever parameters have made it: 1 at the first.</summary>
    public long Step { get; init; }

    /// <summary>Bit k is set where the step creates slot k.</summary>
    public byte FreshSlots { get; init; }

    /// <summary>Whether the step creates one of the slots.</summary>
    public bool Fresh => FreshSlots != 0;

    /// <summary>Whether the step creates the slot of this number, from 0 on.</summary>
    public bool Creates(int slot) => (FreshSlots >> slot & 1) != 0;

    bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"T = {T}, Step = {Step}, Lr = {Lr}, Before = {Before}, After = {After}, ");
        text.Append($"ModelBefore = {ModelBefore}, Model = {Model}, FreshSlots = {FreshSlots}, Fresh = {Fresh}");
        return true;
    }
}

/// <summary>Up to four numbers that are carried from step to step, in the order of their keys.</summary>
/// <param name="S1">First.</param>
/// <param name="S2">Second.</param>
/// <param name="S3">Third.</param>
/// <param name="S4">Fourth.</param>
public readonly record struct Scalars(double S1 = 0, double S2 = 0, double S3 = 0, double S4 = 0)
{
    /// <summary>How many there can be.</summary>
    internal const int Most = 4;

    internal double this[int i] => i switch { 0 => S1, 1 => S2, 2 => S3, _ => S4 };

    internal static Scalars Of(Func<int, double> at, int count) =>
        new(count > 0 ? at(0) : 0, count > 1 ? at(1) : 0, count > 2 ? at(2) : 0, count > 3 ? at(3) : 0);

    bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"S1 = {S1}, S2 = {S2}, S3 = {S3}, S4 = {S4}");
        return true;
    }
}
