namespace Optim.Functional.Cuda;

/// <summary>A constant that a kernel is given when it is launched: a learning rate, a correction.</summary>
/// <param name="Value">In double, as the formula derived it.</param>
/// <param name="NotZero">Whether the smallest number above 0 is meant where the element type has 0 for it.</param>
readonly record struct Argument(double Value, bool NotZero = false)
{
    /// <summary>Rounded once to the element type, as a lane of the processor does.</summary>
    public T As<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        var x = T.CreateTruncating(Value);
        return NotZero ? T.Max(x, T.Epsilon) : x;
    }
}
