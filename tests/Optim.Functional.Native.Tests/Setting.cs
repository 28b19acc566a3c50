using System.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Tests.Providers;

/// <summary>Both providers for one type of number, inputs, and what may differ.</summary>
sealed class Setting<T, N>(ILinearAlgebraProvider provider) where T : unmanaged where N : INumber<T>
{
    /// <summary>Roundings that a result may be off by, for each row or column that went into it, of the size of the largest number: the
    /// decompositions' error bounds have constants of a few tens in front of n, and both sides have them.</summary>
    const double Roundings = 100;

    readonly Random random = new(7);

    public ILinearAlgebraProvider<T> Native { get; } = (ILinearAlgebraProvider<T>)(object)provider;

    public ILinearAlgebraProvider<T> Managed { get; } = (ILinearAlgebraProvider<T>)(object)ManagedLinearAlgebraProvider.Instance;

    public static T Of(Complex x) => N.Of(x);

    public static Dense Wide(int rows, int columns, T[] data) => new(rows, columns, Array.ConvertAll(data, N.Wide));

    Complex Next() => new(random.NextDouble() * 2 - 1, N.IsComplex ? random.NextDouble() * 2 - 1 : 0);

    /// <summary>Numbers of at most 1 in each part.</summary>
    public T[] Random(int rows, int columns) => [.. Enumerable.Range(0, rows * columns).Select(_ => N.Of(Next()))];

    /// <summary>The same with n more on the diagonal: far from singular.</summary>
    public T[] Regular(int n)
    {
        var a = Random(n, n);
        for (var i = 0; i < n; i++) a[i * (n + 1)] = N.Of(N.Wide(a[i * (n + 1)]) + n);
        return a;
    }

    /// <summary>Equal to its adjoint, and with n more on the diagonal where that is wanted.</summary>
    public T[] Hermitian(int n, bool positive)
    {
        var a = Wide(n, n, Random(n, n));
        return [.. Dense.Of(n, n, (i, j) => (a[i, j] + Complex.Conjugate(a[j, i])) / 2 + (i == j && positive ? n : 0)).Data.Select(N.Of)];
    }

    public static T[] Copy(T[] a) => (T[])a.Clone();

    public static void Near(Dense wanted, Dense got, int terms, string what)
    {
        Assert.Equal((wanted.Rows, wanted.Columns), (got.Rows, got.Columns));
        var most = Roundings * (terms + 1) * N.Rounding * Math.Max(1, wanted.Largest);
        for (var i = 0; i < wanted.Data.Length; i++)
        {
            var error = Complex.Abs(wanted.Data[i] - got.Data[i]);
            Assert.True(error <= most, $"{typeof(T).Name}, {what}: element {i} is {got.Data[i]}, wanted {wanted.Data[i]} within {most:G3}");
        }
    }

    public static void NearAll(T[] wanted, T[] got, int terms, string what) =>
        Near(Wide(wanted.Length, 1, wanted), Wide(got.Length, 1, got), terms, what);

    /// <summary>Both providers throw the same, or the same of one of them is tested by a law.</summary>
    public void BothThrow(Action<ILinearAlgebraProvider<T>> call)
    {
        var wanted = Record.Exception(() => call(Managed));
        Assert.NotNull(wanted);
        var got = Record.Exception(() => call(Native));
        Assert.NotNull(got);
        Assert.Equal((wanted.GetType(), wanted.Message), (got.GetType(), got.Message));
    }
}
