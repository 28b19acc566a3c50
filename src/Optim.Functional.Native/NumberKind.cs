using System.Runtime.CompilerServices;

namespace Optim.Functional;

/// <summary>One of the four types of number that BLAS and LAPACK have, by the letter of its routines.</summary>
/// <param name="Letter">s, d, c or z.</param>
readonly record struct NumberKind(char Letter)
{
    public static readonly NumberKind[] All = [new('s'), new('d'), new('c'), new('z')];

    public bool IsComplex => Letter is 'c' or 'z';

    /// <summary>The kind of numbers that a type stores, made of real ones.</summary>
    public static NumberKind Of<T, R>() where T : unmanaged where R : unmanaged =>
        (Unsafe.SizeOf<R>() == sizeof(float), Unsafe.SizeOf<T>() > Unsafe.SizeOf<R>()) switch
        {
            (true, false) => new('s'),
            (false, false) => new('d'),
            (true, true) => new('c'),
            (false, true) => new('z'),
        };
}
