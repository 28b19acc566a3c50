using System.Numerics;

namespace Optim.Functional.Rules;

/// <summary>Numbers in a row that a whole rule's passes read and write: θ, the gradient, a slot, or working memory.</summary>
/// <typeparam name="T">float or double.</typeparam>
public readonly struct Operand<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    internal Operand(Place<T> place, int length, bool isGradient = false) => (Place, Length, IsGradient) = (place, length, isGradient);

    internal Place<T> Place { get; }

    /// <summary>Whether the scale of the gradients is still to be applied.</summary>
    internal bool IsGradient { get; }

    /// <summary>How many.</summary>
    public int Length { get; }

    /// <summary>The numbers themselves, of the gradient without its scale.</summary>
    public Span<T> Span => Place.Span(Length);
}
