using System.Numerics;
using System.Runtime.InteropServices;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional;

/// <summary>A provider's work for one type of number, in a native library.</summary>
/// <remarks>
/// What the library is not to be asked goes to MathNet's own provider: arguments that do not fit, so that the exceptions are MathNet's;
/// matrices without elements; and decompositions where there is no LAPACK. Matrices stand column by column.
/// </remarks>
/// <typeparam name="T">The numbers.</typeparam>
/// <typeparam name="R">What they are made of: float or double.</typeparam>
/// <param name="library">The library.</param>
/// <param name="managed">MathNet's own.</param>
sealed unsafe partial class Algebra<T, R>(BlasLibrary library, ILinearAlgebraProvider<T> managed)
    : ILinearAlgebraProvider<T>, IForwardingProvider<T>
    where T : unmanaged, IEquatable<T>
    where R : unmanaged, IBinaryFloatingPointIeee754<R>
{
    static readonly NumberKind kind = NumberKind.Of<T, R>();
    static readonly char adjoint = kind.IsComplex ? 'C' : 'T';

    readonly BlasRoutines blas = library.Blas(kind);
    readonly bool hasLapack = library.Lapack(kind) is not null;
    readonly LapackRoutines lapack = library.Lapack(kind) ?? default;

    ILinearAlgebraProvider<T> IForwardingProvider<T>.To => managed;

    static T One => Of(R.One);

    static T Of(R real)
    {
        T number = default;
        *(R*)&number = real;
        return number;
    }

    static Complex Wide(R real, R imaginary) => new(double.CreateTruncating(real), double.CreateTruncating(imaginary));

    static bool IsFinite(T[] numbers)
    {
        foreach (var x in MemoryMarshal.Cast<T, R>(numbers))
            if (!R.IsFinite(x)) return false;
        return true;
    }

    /// <summary>Whether these are arrays of the lengths.</summary>
    static bool Fit(params ReadOnlySpan<(T[] Array, long Length)> all)
    {
        foreach (var (array, length) in all)
            if (array is null || array.Length != length) return false;
        return true;
    }

    static long Area(int rows, int columns) => (long)rows * columns;

    static T[] Copy(T[] numbers) => (T[])numbers.Clone();

    static U[] Numbers<U>(long length) => GC.AllocateUninitializedArray<U>(checked((int)long.Max(1, length)));

    /// <summary>How much memory a routine asks for. A float that holds the number may have been rounded down.</summary>
    static long Asked(T answer)
    {
        var length = double.CreateTruncating(*(R*)&answer);
        return (long)Math.Ceiling(length * (1 + 2 * double.CreateTruncating(R.BitIncrement(R.One) - R.One)));
    }

    static void Zero(T[] a, int rows, int columns, bool below)
    {
        for (var j = 0; j < columns; j++)
        {
            var column = a.AsSpan(j * rows, rows);
            if (below) column[Math.Min(j + 1, rows)..].Clear();
            else column[..Math.Min(j, rows)].Clear();
        }
    }
}
