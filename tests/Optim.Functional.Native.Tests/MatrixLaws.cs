using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Optim.Functional.Tests.Providers;

/// <summary>Decompositions of one type of number, and what is solved by them: by MathNet's own, or by what makes them what they
/// are.</summary>
static class MatrixLaws
{
    static readonly int[] orders = [1, 2, 3, 8, 33];
    static readonly (int Rows, int Columns)[] shapes = [(1, 1), (1, 4), (4, 1), (3, 3), (9, 5), (5, 9), (40, 33)];

    public static void Lu<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T>
    {
        foreach (var n in orders)
        {
            T[] a = s.Regular(n), b = s.Random(n, 3), wanted = Setting<T, N>.Copy(a), got = Setting<T, N>.Copy(a);
            int[] wantedPivots = new int[n], pivots = new int[n];
            s.Managed.LUFactor(wanted, n, wantedPivots);
            s.Native.LUFactor(got, n, pivots);
            Setting<T, N>.NearAll(wanted, got, n, $"LU of {n}");
            Assert.Equal(wantedPivots, pivots);

            Dense A = Setting<T, N>.Wide(n, n, a), B = Setting<T, N>.Wide(n, 3, b);
            T[] x = Setting<T, N>.Copy(b), byFactors = Setting<T, N>.Copy(b);
            T[] inverse = Setting<T, N>.Copy(a), before = Setting<T, N>.Copy(a);
            s.Native.LUSolve(3, a, n, x);
            Assert.Equal(before, a);
            s.Native.LUSolveFactored(3, got, n, pivots, byFactors);
            s.Native.LUInverse(inverse, n);
            s.Native.LUInverseFactored(got, n, pivots);
            Setting<T, N>.Near(B, A * Setting<T, N>.Wide(n, 3, x), n, "LU's solution");
            Setting<T, N>.Near(B, A * Setting<T, N>.Wide(n, 3, byFactors), n, "its solution by factors");
            Setting<T, N>.Near(Dense.Identity(n), A * Setting<T, N>.Wide(n, n, inverse), n, "the inverse");
            Setting<T, N>.Near(Dense.Identity(n), A * Setting<T, N>.Wide(n, n, got), n, "the inverse by factors");
        }
        T[] singular = [N.Of(1), N.Of(2), N.Of(2), N.Of(4)];
        Assert.Throws<SingularUMatrixException>(() => s.Native.LUInverse(Setting<T, N>.Copy(singular), 2));
        Assert.Throws<SingularUMatrixException>(() => s.Native.LUSolve(1, singular, 2, [N.Of(1), N.Of(1)]));
        T[] factored = Setting<T, N>.Copy(singular);
        var where = new int[2];
        s.Native.LUFactor(factored, 2, where);
        Assert.Throws<SingularUMatrixException>(() => s.Native.LUInverseFactored(factored, 2, where));

        s.BothThrow(p => p.LUFactor(null!, 2, new int[2]));
        s.BothThrow(p => p.LUFactor(new T[3], 2, new int[2]));
        s.BothThrow(p => p.LUSolve(2, singular, 2, singular));
        s.BothThrow(p => p.LUSolve(1, singular, 2, new T[3]));
        s.BothThrow(p => p.LUSolveFactored(1, singular, 2, [0, 9], new T[2]));
        foreach (var none in (Action[])[() => s.Native.LUFactor([], 0, []), () => s.Native.LUInverse([], 0)]) none();
    }

    public static void Cholesky<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T>
    {
        foreach (var n in orders)
        {
            T[] a = s.Hermitian(n, positive: true), b = s.Random(n, 2), wanted = Setting<T, N>.Copy(a), got = Setting<T, N>.Copy(a);
            s.Managed.CholeskyFactor(wanted, n);
            s.Native.CholeskyFactor(got, n);
            Setting<T, N>.NearAll(wanted, got, n, $"Cholesky of {n}");
            Dense A = Setting<T, N>.Wide(n, n, a), B = Setting<T, N>.Wide(n, 2, b);
            T[] x = Setting<T, N>.Copy(b), byFactor = Setting<T, N>.Copy(b), before = Setting<T, N>.Copy(a);
            s.Native.CholeskySolve(a, n, x, 2);
            Assert.Equal(before, a);
            s.Native.CholeskySolveFactored(got, n, byFactor, 2);
            Setting<T, N>.Near(B, A * Setting<T, N>.Wide(n, 2, x), n, "Cholesky's solution");
            Setting<T, N>.Near(B, A * Setting<T, N>.Wide(n, 2, byFactor), n, "its solution by the factor");
        }
        T[] indefinite = [N.Of(1), N.Of(2), N.Of(2), N.Of(1)], odd = [N.Of(double.NaN), N.Of(2), N.Of(2), N.Of(1)];
        foreach (var none in (T[][])[indefinite, odd, [N.Of(0), N.Of(0), N.Of(0), N.Of(0)]])
        {
            s.BothThrow(p => p.CholeskyFactor(Setting<T, N>.Copy(none), 2));
            s.BothThrow(p => p.CholeskySolve(Setting<T, N>.Copy(none), 2, new T[2], 1));
        }
        s.BothThrow(p => p.CholeskyFactor(null!, 2));
        s.BothThrow(p => p.CholeskySolve(indefinite, 2, indefinite, 2));
        s.BothThrow(p => p.CholeskySolveFactored(indefinite, 2, new T[3], 1));
    }

    public static void Qr<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T>
    {
        foreach (var (m, n) in shapes)
        {
            T[] a = s.Random(m, n), r = Setting<T, N>.Copy(a), q = new T[m * m], τ = new T[Math.Min(m, n)], b = s.Random(m, 2);
            s.Native.QRFactor(r, m, n, q, τ);
            Dense A = Setting<T, N>.Wide(m, n, a), Q = Setting<T, N>.Wide(m, m, q), R = Setting<T, N>.Wide(m, n, r);
            IsQr(s, A, Q, R, $"QR of {m} x {n}");
            if (m < n)
            {
                s.BothThrow(p => p.QRSolve(a, m, n, b, 2, new T[n * 2], QRMethod.Full));
                continue;
            }
            T[] thinQ = Setting<T, N>.Copy(a), thinR = new T[n * n];
            s.Native.ThinQRFactor(thinQ, m, n, thinR, new T[n]);
            IsQr(s, A, Setting<T, N>.Wide(m, n, thinQ), Setting<T, N>.Wide(n, n, thinR), $"thin QR of {m} x {n}");

            T[] x = new T[n * 2], full = new T[n * 2], thin = new T[n * 2], crossed = new T[n * 2];
            s.Native.QRSolve(a, m, n, b, 2, x, QRMethod.Full);
            s.Native.QRSolveFactored(q, r, m, n, τ, b, 2, full, QRMethod.Full);
            s.Native.QRSolveFactored(thinQ, thinR, m, n, τ, b, 2, thin, QRMethod.Thin);
            // Factors of the one provider, solved by the other.
            s.Managed.QRSolveFactored(q, r, m, n, τ, b, 2, crossed, QRMethod.Full);
            foreach (var found in (T[][])[x, full, thin, crossed])
            {
                var rest = A.Adjoint * Less(A * Setting<T, N>.Wide(n, 2, found), Setting<T, N>.Wide(m, 2, b));
                // Of the normal equations nothing is left, by as much as the solution is large.
                var size = Setting<T, N>.Wide(n, 2, found).Largest;
                Setting<T, N>.Near(new(n, 2, new Complex[n * 2]), Divided(rest, 1 + size), m * n, $"least squares of {m} x {n}");
            }
        }
        s.BothThrow(p => p.QRFactor(null!, 2, 2, new T[4], new T[2]));
        s.BothThrow(p => p.QRFactor(new T[4], 2, 2, new T[3], new T[2]));
        s.BothThrow(p => p.ThinQRFactor(new T[6], 2, 3, new T[6], new T[2]));
    }

    static void IsQr<T, N>(Setting<T, N> s, Dense a, Dense q, Dense r, string what) where T : unmanaged where N : INumber<T>
    {
        Setting<T, N>.Near(a, q * r, a.Rows + a.Columns, what);
        Setting<T, N>.Near(Dense.Identity(q.Columns), q.Adjoint * q, a.Rows + a.Columns, $"{what}, QᴴQ");
        for (var j = 0; j < r.Columns; j++)
            for (var i = j + 1; i < r.Rows; i++) Assert.Equal(Complex.Zero, r[i, j]);
    }

    public static void Svd<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T>
    {
        foreach (var (m, n) in shapes)
        {
            var least = Math.Min(m, n);
            T[] a = s.Random(m, n), u = new T[m * m], vt = new T[n * n];
            T[] values = new T[least], wanted = new T[least], alone = new T[least];
            s.Native.SingularValueDecomposition(true, Setting<T, N>.Copy(a), m, n, values, u, vt);
            s.Managed.SingularValueDecomposition(true, Setting<T, N>.Copy(a), m, n, wanted, new T[m * m], new T[n * n]);
            T[] untouched = new T[m * m];
            s.Native.SingularValueDecomposition(false, Setting<T, N>.Copy(a), m, n, alone, untouched, new T[n * n]);
            Assert.Equal(new T[m * m], untouched);
            Setting<T, N>.NearAll(wanted, values, m + n, $"singular values of {m} x {n}");
            Setting<T, N>.NearAll(wanted, alone, m + n, $"singular values alone of {m} x {n}");
            Dense U = Setting<T, N>.Wide(m, m, u), Vt = Setting<T, N>.Wide(n, n, vt);
            var S = Dense.Of(m, n, (i, j) => i == j ? N.Wide(values[i]) : 0);
            Setting<T, N>.Near(Setting<T, N>.Wide(m, n, a), U * S * Vt, m + n, "USVᴴ");
            Setting<T, N>.Near(Dense.Identity(m), U.Adjoint * U, m + n, "UᴴU");
            Setting<T, N>.Near(Dense.Identity(n), Vt * Vt.Adjoint, m + n, "VᴴV");

            T[] b = s.Random(m, 2), x = new T[n * 2], byFactors = new T[n * 2], crossed = new T[n * 2];
            s.Native.SvdSolve(a, m, n, b, 2, x);
            s.Native.SvdSolveFactored(m, n, values, u, vt, b, 2, byFactors);
            s.Managed.SvdSolveFactored(m, n, values, u, vt, b, 2, crossed);
            // Divided by the least singular value, the errors are so many times larger.
            var condition = 1 + (int)(1 / Complex.Abs(N.Wide(values[^1])));
            Setting<T, N>.NearAll(crossed, byFactors, (m + n) * condition, $"pseudo-inverse of {m} x {n} by factors");
            Setting<T, N>.NearAll(crossed, x, (m + n) * condition, $"pseudo-inverse of {m} x {n}");
        }
        foreach (var odd in (double[])[double.NaN, double.PositiveInfinity])
        {
            T[] a = [N.Of(1), N.Of(odd), N.Of(2), N.Of(3), N.Of(4), N.Of(5)];
            s.BothThrow(p => p.SingularValueDecomposition(true, Setting<T, N>.Copy(a), 3, 2, new T[2], new T[9], new T[4]));
        }
        s.BothThrow(p => p.SingularValueDecomposition(true, null!, 2, 2, new T[2], new T[4], new T[4]));
        s.BothThrow(p => p.SvdSolve(new T[4], 2, 2, new T[2], 1, new T[3]));
    }

    public static void Eigen<T, N>(Setting<T, N> s) where T : unmanaged where N : INumber<T>
    {
        foreach (var n in orders)
            foreach (var symmetric in (bool[])[true, false])
            {
                var a = symmetric ? s.Hermitian(n, positive: false) : s.Random(n, n);
                var what = $"{(symmetric ? "symmetric " : "")}eigenvalues of {n}";
                T[] vectors = new T[n * n], d = new T[n * n], before = Setting<T, N>.Copy(a);
                Complex[] wanted = new Complex[n], got = new Complex[n];
                s.Managed.EigenDecomp(symmetric, n, Setting<T, N>.Copy(a), new T[n * n], wanted, new T[n * n]);
                s.Native.EigenDecomp(symmetric, n, a, vectors, got, d);
                Assert.Equal(before, a);
                Dense A = Setting<T, N>.Wide(n, n, a), V = Setting<T, N>.Wide(n, n, vectors), D = Setting<T, N>.Wide(n, n, d);
                Setting<T, N>.Near(A * V, V * D, n, $"{what}, AV = VD");
                Assert.All(got.Index(), λ => Assert.Equal(λ.Item.Real, D[λ.Index, λ.Index].Real));
                if (symmetric)
                {
                    Setting<T, N>.Near(new(n, 1, wanted), new(n, 1, got), n, what);
                    Setting<T, N>.Near(Dense.Identity(n), V.Adjoint * V, n, $"{what}, VᴴV");
                }
                else Setting<T, N>.Near(new(n, 1, Nearest(wanted, got)), new(n, 1, got), n * n, what);
            }
        foreach (var symmetric in (bool[])[true, false])
            foreach (var odd in (double[])[double.NaN, double.PositiveInfinity])
                Assert.Throws<NonConvergenceException>(() =>
                    s.Native.EigenDecomp(symmetric, 2, [N.Of(1), N.Of(odd), N.Of(odd), N.Of(5)], new T[4], new Complex[2], new T[4]));
        s.BothThrow(p => p.EigenDecomp(true, 2, null!, new T[4], new Complex[2], new T[4]));
        s.BothThrow(p => p.EigenDecomp(true, 2, new T[3], new T[4], new Complex[2], new T[4]));
    }

    /// <summary>Of general matrices eigenvalues come in any order.</summary>
    static Complex[] Nearest(Complex[] wanted, Complex[] got)
    {
        List<Complex> left = [.. wanted];
        return Array.ConvertAll(got, λ =>
        {
            var nearest = left.MinBy(x => Complex.Abs(x - λ));
            left.Remove(nearest);
            return nearest;
        });
    }

    static Dense Less(Dense a, Dense b) => Dense.Of(a.Rows, a.Columns, (i, j) => a[i, j] - b[i, j]);

    static Dense Divided(Dense a, double by) => Dense.Of(a.Rows, a.Columns, (i, j) => a[i, j] / by);
}
