using System.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional.Tests.Providers;

/// <summary>Vectors, products and norms of one type of number, against MathNet's own.</summary>
static class VectorLaws
{
    static readonly int[] lengths = [0, 1, 2, 7, 64, 1000];

    static readonly (int, int, int)[] products =
        [(1, 1, 1), (3, 1, 2), (1, 5, 1), (7, 40, 5), (40, 33, 1), (33, 17, 65), (64, 64, 64), (0, 3, 2), (2, 3, 0), (2, 0, 3)];

    static readonly Transpose[] ways = [Transpose.DontTranspose, Transpose.Transpose, Transpose.ConjugateTranspose];

    public static void Vectors<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T>
    {
        foreach (var n in lengths)
        {
            T[] x = s.Random(n, 1), y = s.Random(n, 1);
            if (n > 0) Setting<T, N>.NearAll([s.Managed.DotProduct(x, y)], [s.Native.DotProduct(x, y)], n, $"dot of {n}");
            foreach (var α in (Complex[])[0, 1, -0.75, new(0.5, N.IsComplex ? 2 : 0)])
            {
                var both = Both(s, p =>
                {
                    T[] to = new T[n], overX = Setting<T, N>.Copy(x), overY = Setting<T, N>.Copy(y), same = Setting<T, N>.Copy(x);
                    T[] scaled = new T[n], over = Setting<T, N>.Copy(x);
                    p.AddVectorToScaledVector(y, N.Of(α), x, to);
                    p.AddVectorToScaledVector(y, N.Of(α), overX, overX);
                    p.AddVectorToScaledVector(overY, N.Of(α), x, overY);
                    p.AddVectorToScaledVector(same, N.Of(α), same, same);
                    p.ScaleArray(N.Of(α), x, scaled);
                    p.ScaleArray(N.Of(α), over, over);
                    return (T[])[.. to, .. overX, .. overY, .. same, .. scaled, .. over];
                });
                Setting<T, N>.NearAll(both.Managed, both.Native, 1, $"axpy and scale of {n} by {α}");
            }
        }
        s.BothThrow(p => p.DotProduct(null!, new T[2]));
        s.BothThrow(p => p.DotProduct(new T[1], new T[2]));
        s.BothThrow(p => p.AddVectorToScaledVector(new T[1], N.Of(2), new T[2], new T[1]));
        s.BothThrow(p => p.ScaleArray(N.Of(2), null!, new T[1]));
    }

    /// <summary>NaN and infinity go through as numbers do.</summary>
    public static void NotFinite<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T>
    {
        foreach (var odd in (double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])
        {
            T[] x = s.Random(5, 5), y = s.Random(5, 5);
            x[7] = N.Of(odd);
            var both = Both(s, p =>
            {
                T[] sum = new T[25], scaled = new T[25], product = new T[25];
                p.AddVectorToScaledVector(y, N.Of(2), x, sum);
                p.ScaleArray(N.Of(2), x, scaled);
                p.MatrixMultiply(x, 5, 5, y, 5, 5, product);
                return (T[])[.. sum, .. scaled, .. product, p.DotProduct(x, y)];
            });
            foreach (var (wanted, got) in both.Managed.Zip(both.Native))
                Assert.Equal(Complex.IsFinite(N.Wide(wanted)), Complex.IsFinite(N.Wide(got)));
            if (!N.IsComplex)
                foreach (var (wanted, got) in both.Managed.Zip(both.Native))
                    if (!Complex.IsFinite(N.Wide(wanted))) Assert.Equal(N.Wide(wanted).Real, N.Wide(got).Real);
            // What a factor of 0 leaves out is not read.
            T[] c = [N.Of(odd)];
            s.Native.MatrixMultiplyWithUpdate(
                Transpose.DontTranspose, Transpose.DontTranspose, N.Of(2), [N.Of(3)], 1, 1, [N.Of(1)], 1, 1, N.Of(0), c);
            Assert.Equal(6, N.Wide(c[0]));
            c = [N.Of(5)];
            s.Native.MatrixMultiplyWithUpdate(
                Transpose.DontTranspose, Transpose.DontTranspose, N.Of(0), [N.Of(odd)], 1, 1, [N.Of(1)], 1, 1, N.Of(2), c);
            Assert.Equal(10, N.Wide(c[0]));
        }
    }

    static (T[] Managed, T[] Native) Both<T, N>(Setting<T, N> s, Func<ILinearAlgebraProvider<T>, T[]> what)
        where T : unmanaged where N : INumber<T> => (what(s.Managed), what(s.Native));

    public static void Products<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T>
    {
        foreach (var (m, k, n) in products)
            foreach (var ofA in ways)
                foreach (var ofB in ways)
                {
                    var ((rowsA, columnsA), (rowsB, columnsB)) = (Shape(ofA, m, k), Shape(ofB, k, n));
                    T[] a = s.Random(rowsA, columnsA), b = s.Random(rowsB, columnsB), c = s.Random(m, n);
                    foreach (var (α, β) in ((Complex, Complex)[])[(1, 0), (0.5, 1), (new(-1, N.IsComplex ? 0.25 : 0), 2), (0, 0.5)])
                    {
                        var both = Both(s, p =>
                        {
                            var to = Setting<T, N>.Copy(c);
                            p.MatrixMultiplyWithUpdate(ofA, ofB, N.Of(α), a, rowsA, columnsA, b, rowsB, columnsB, N.Of(β), to);
                            return to;
                        });
                        Setting<T, N>.NearAll(both.Managed, both.Native, k, $"{ofA} {ofB} product {m} x {k} x {n}, {α}, {β}");
                    }
                    if ((ofA, ofB) != (Transpose.DontTranspose, Transpose.DontTranspose)) continue;
                    var plain = Both(s, p =>
                    {
                        var to = Setting<T, N>.Copy(c);
                        p.MatrixMultiply(a, m, k, b, k, n, to);
                        return to;
                    });
                    Setting<T, N>.NearAll(plain.Managed, plain.Native, k, $"product {m} x {k} x {n}");
                }
        const Transpose Plain = Transpose.DontTranspose;
        s.BothThrow(p => p.MatrixMultiplyWithUpdate(Plain, Plain, N.Of(1), new T[2], 1, 2, new T[1], 1, 1, N.Of(0), new T[1]));
        s.BothThrow(p => p.MatrixMultiplyWithUpdate(Plain, Plain, N.Of(1), new T[3], 1, 2, new T[2], 2, 1, N.Of(0), new T[1]));
        s.BothThrow(p => p.MatrixMultiply(new T[2], 1, 2, new T[2], 2, 1, null!));
    }

    /// <summary>A product may be written over its factors.</summary>
    public static void Aliases<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T>
    {
        const int n = 9;
        T[] a = s.Random(n, n), b = s.Random(n, n);
        Dense A = Setting<T, N>.Wide(n, n, a), B = Setting<T, N>.Wide(n, n, b);
        T[] over = Setting<T, N>.Copy(a), under = Setting<T, N>.Copy(b), square = Setting<T, N>.Copy(a);
        s.Native.MatrixMultiply(over, n, n, b, n, n, over);
        s.Native.MatrixMultiply(a, n, n, under, n, n, under);
        s.Native.MatrixMultiply(square, n, n, square, n, n, square);
        Setting<T, N>.Near(A * B, Setting<T, N>.Wide(n, n, over), n, "product over its first factor");
        Setting<T, N>.Near(A * B, Setting<T, N>.Wide(n, n, under), n, "product over its second factor");
        Setting<T, N>.Near(A * A, Setting<T, N>.Wide(n, n, square), n, "product over both");
    }

    public static void Norms<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T>
    {
        foreach (var norm in Enum.GetValues<Norm>())
        {
            foreach (var (m, n) in ((int, int)[])[(1, 1), (1, 6), (6, 1), (13, 7), (7, 13)])
            {
                var a = s.Random(m, n);
                Setting<T, N>.NearAll(
                    [N.Of(s.Managed.MatrixNorm(norm, m, n, a))], [N.Of(s.Native.MatrixNorm(norm, m, n, a))], m * n, $"{norm} of {m} x {n}");
                foreach (var odd in (double[])[double.NaN, double.PositiveInfinity])
                {
                    a[^1] = N.Of(odd);
                    Assert.Equal(s.Managed.MatrixNorm(norm, m, n, a), s.Native.MatrixNorm(norm, m, n, a));
                }
            }
            s.BothThrow(p => p.MatrixNorm(norm, 2, 2, null!));
        }
    }

    static (int, int) Shape(Transpose how, int rows, int columns) => how == Transpose.DontTranspose ? (rows, columns) : (columns, rows);
}
