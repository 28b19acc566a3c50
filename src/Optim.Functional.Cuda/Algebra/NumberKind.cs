using System.Globalization;
using MathNet.Numerics;

namespace Optim.Functional.Cuda;

/// <summary>The types of number that CUDA's libraries have functions for.</summary>
enum NumberKind
{
    Float,
    Double,
    Complex32,
    Complex,
}

static class NumberKinds
{
    public static NumberKind Of<T>() =>
        typeof(T) == typeof(float) ? NumberKind.Float
        : typeof(T) == typeof(double) ? NumberKind.Double
        : typeof(T) == typeof(Complex32) ? NumberKind.Complex32
        : typeof(T) == typeof(Complex) ? NumberKind.Complex
        : throw Fault.Type(typeof(T));

    public static bool IsComplex(this NumberKind kind) => kind >= NumberKind.Complex32;
}

/// <summary>A function for each type of number: one of them is enough of a library to know by its letter.</summary>
readonly struct ByKind
{
    readonly nint[] at;

    /// <param name="function">Where a function is.</param>
    /// <param name="name">Its name, {0} where the letter stands.</param>
    /// <param name="complexName">Its name for complex numbers, where that is another.</param>
    public ByKind(Func<string, nint> function, string name, string? complexName = null) => at =
    [
        function(Named(name, 'S')),
        function(Named(name, 'D')),
        function(Named(complexName ?? name, 'C')),
        function(Named(complexName ?? name, 'Z')),
    ];

    public nint this[NumberKind kind] => at[(int)kind];

    static string Named(string name, char letter) => string.Format(CultureInfo.InvariantCulture, name, letter);
}
