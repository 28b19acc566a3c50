using System.Numerics;
using MathNet.Numerics;

namespace Optim.Functional.Tests.Providers;

/// <summary>A type of number, as complex ones of double, in which results are looked at.</summary>
interface INumber<T>
{
    static abstract T Of(Complex x);
    static abstract Complex Wide(T x);
    static abstract bool IsComplex { get; }

    /// <summary>A rounding, relative.</summary>
    static abstract double Rounding { get; }
}

readonly struct Single32 : INumber<float>
{
    public static float Of(Complex x) => (float)x.Real;
    public static Complex Wide(float x) => x;
    public static bool IsComplex => false;
    public static double Rounding => Math.ScaleB(1, -24);
}

readonly struct Double64 : INumber<double>
{
    public static double Of(Complex x) => x.Real;
    public static Complex Wide(double x) => x;
    public static bool IsComplex => false;
    public static double Rounding => Math.ScaleB(1, -53);
}

readonly struct Complex64 : INumber<Complex32>
{
    public static Complex32 Of(Complex x) => new((float)x.Real, (float)x.Imaginary);
    public static Complex Wide(Complex32 x) => new(x.Real, x.Imaginary);
    public static bool IsComplex => true;
    public static double Rounding => Math.ScaleB(1, -24);
}

readonly struct Complex128 : INumber<Complex>
{
    public static Complex Of(Complex x) => x;
    public static Complex Wide(Complex x) => x;
    public static bool IsComplex => true;
    public static double Rounding => Math.ScaleB(1, -53);
}

/// <summary>Matrices of complex numbers, column by column, multiplied as the definition says.</summary>
sealed record Dense(int Rows, int Columns, Complex[] Data)
{
    public Complex this[int i, int j] => Data[j * Rows + i];

    public static Dense Of(int rows, int columns, Func<int, int, Complex> at) =>
        new(rows, columns, [.. from j in Enumerable.Range(0, columns) from i in Enumerable.Range(0, rows) select at(i, j)]);

    public static Dense Identity(int n) => Of(n, n, (i, j) => i == j ? 1 : 0);

    public Dense Adjoint => Of(Columns, Rows, (i, j) => Complex.Conjugate(this[j, i]));

    public Dense Transposed => Of(Columns, Rows, (i, j) => this[j, i]);

    public Dense Part(int rows, int columns) => Of(rows, columns, (i, j) => this[i, j]);

    public static Dense operator *(Dense a, Dense b) => Of(
        a.Rows,
        b.Columns,
        (i, j) => Enumerable.Range(0, a.Columns).Aggregate(Complex.Zero, (sum, k) => sum + a[i, k] * b[k, j]));

    public double Largest => Data.Select(Complex.Abs).DefaultIfEmpty().Max();
}
