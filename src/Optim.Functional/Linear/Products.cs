using System.Numerics;
using System.Runtime.CompilerServices;

namespace Optim.Functional;

/// <summary>Products of many vectors with one or two, made part by part of a block; the columns of each stand in memory meanwhile.</summary>
/// <remarks>
/// The bits are those of <see cref="BlockSum.Run"/> over the block. A part of the one or two, in double, stays in a core's first cache and the many pass by once, whatever is asked of them;
/// while a part is worked on, the next is asked for: the processor itself runs ahead of no more than a page.
/// </remarks>
static class Products<D, W, T>
    where D : struct, IMemoryLane<D, double>
    where W : struct, IWiden<D, T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    const MethodImplOptions Loop = MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization;
    const int Row = BlockSum.Row;

    /// <summary>The part in double: where it stands where it is, else copied to <paramref name="room"/>.</summary>
    public static ref double Wide(ref T x, int n, Span<double> room)
    {
        if (typeof(T) == typeof(double)) return ref Unsafe.As<T, double>(ref x);
        Widen(ref x, n, ref room[0]);
        return ref room[0];
    }

    [MethodImpl(Loop)]
    static void Widen(ref T x, int n, ref double to)
    {
        var (i, w) = ((nuint)0, (nuint)W.Width);
        for (; i + w <= (nuint)n; i += w) D.Store(W.Load(ref x, i), ref to, i);
        for (; i < (nuint)n; i++) Unsafe.Add(ref to, i) = double.CreateTruncating(Unsafe.Add(ref x, i));
    }

    /// <summary>Adds a part's rows to the columns of a·y and b·y, and of a·g and b·g.</summary>
    [MethodImpl(Loop)]
    public static void Two(ref T a, ref T b, ref double y, ref double g, int n, ref double ofY, ref double ofG)
    {
        var (w, rows) = ((nuint)W.Width, (nuint)(n - n % Row));
        for (nuint k = 0; k < Row; k += 4 * w)
        {
            D a0 = D.Load(ref ofY, k), a1 = D.Load(ref ofY, k + w), a2 = D.Load(ref ofY, k + 2 * w), a3 = D.Load(ref ofY, k + 3 * w);
            D b0 = D.Load(ref ofY, k + Row), b1 = D.Load(ref ofY, k + Row + w), b2 = D.Load(ref ofY, k + Row + 2 * w), b3 = D.Load(ref ofY, k + Row + 3 * w);
            D c0 = D.Load(ref ofG, k), c1 = D.Load(ref ofG, k + w), c2 = D.Load(ref ofG, k + 2 * w), c3 = D.Load(ref ofG, k + 3 * w);
            D d0 = D.Load(ref ofG, k + Row), d1 = D.Load(ref ofG, k + Row + w), d2 = D.Load(ref ofG, k + Row + 2 * w), d3 = D.Load(ref ofG, k + Row + 3 * w);
            for (var i = k; i < rows; i += Row)
            {
                if (k == 0)
                {
                    CacheLine.PrefetchRow(ref a, i + (nuint)n);
                    CacheLine.PrefetchRow(ref b, i + (nuint)n);
                }
                D ai = W.Load(ref a, i), bi = W.Load(ref b, i), yi = D.Load(ref y, i), gi = D.Load(ref g, i);
                (a0, b0, c0, d0) = (D.Fma(ai, yi, a0), D.Fma(bi, yi, b0), D.Fma(ai, gi, c0), D.Fma(bi, gi, d0));
                (ai, bi, yi, gi) = (W.Load(ref a, i + w), W.Load(ref b, i + w), D.Load(ref y, i + w), D.Load(ref g, i + w));
                (a1, b1, c1, d1) = (D.Fma(ai, yi, a1), D.Fma(bi, yi, b1), D.Fma(ai, gi, c1), D.Fma(bi, gi, d1));
                (ai, bi, yi, gi) = (W.Load(ref a, i + 2 * w), W.Load(ref b, i + 2 * w), D.Load(ref y, i + 2 * w), D.Load(ref g, i + 2 * w));
                (a2, b2, c2, d2) = (D.Fma(ai, yi, a2), D.Fma(bi, yi, b2), D.Fma(ai, gi, c2), D.Fma(bi, gi, d2));
                (ai, bi, yi, gi) = (W.Load(ref a, i + 3 * w), W.Load(ref b, i + 3 * w), D.Load(ref y, i + 3 * w), D.Load(ref g, i + 3 * w));
                (a3, b3, c3, d3) = (D.Fma(ai, yi, a3), D.Fma(bi, yi, b3), D.Fma(ai, gi, c3), D.Fma(bi, gi, d3));
            }
            BlockSum.Put(a0, a1, a2, a3, ref ofY, k, w);
            BlockSum.Put(b0, b1, b2, b3, ref ofY, k + Row, w);
            BlockSum.Put(c0, c1, c2, c3, ref ofG, k, w);
            BlockSum.Put(d0, d1, d2, d3, ref ofG, k + Row, w);
        }
        Rest(ref a, ref y, rows, n, ref ofY);
        Rest(ref b, ref y, rows, n, ref Unsafe.Add(ref ofY, Row));
        Rest(ref a, ref g, rows, n, ref ofG);
        Rest(ref b, ref g, rows, n, ref Unsafe.Add(ref ofG, Row));
    }

    /// <summary>Adds a part's rows to the columns of a·y, b·y, c·y and d·y.</summary>
    [MethodImpl(Loop)]
    public static void Four(ref T a, ref T b, ref T c, ref T d, ref double y, int n, ref double to)
    {
        var (w, rows) = ((nuint)W.Width, (nuint)(n - n % Row));
        for (nuint k = 0; k < Row; k += 4 * w)
        {
            D a0 = D.Load(ref to, k), a1 = D.Load(ref to, k + w), a2 = D.Load(ref to, k + 2 * w), a3 = D.Load(ref to, k + 3 * w);
            D b0 = D.Load(ref to, k + Row), b1 = D.Load(ref to, k + Row + w), b2 = D.Load(ref to, k + Row + 2 * w), b3 = D.Load(ref to, k + Row + 3 * w);
            D c0 = D.Load(ref to, k + 2 * Row), c1 = D.Load(ref to, k + 2 * Row + w), c2 = D.Load(ref to, k + 2 * Row + 2 * w), c3 = D.Load(ref to, k + 2 * Row + 3 * w);
            D d0 = D.Load(ref to, k + 3 * Row), d1 = D.Load(ref to, k + 3 * Row + w), d2 = D.Load(ref to, k + 3 * Row + 2 * w), d3 = D.Load(ref to, k + 3 * Row + 3 * w);
            for (var i = k; i < rows; i += Row)
            {
                D y0 = D.Load(ref y, i), y1 = D.Load(ref y, i + w), y2 = D.Load(ref y, i + 2 * w), y3 = D.Load(ref y, i + 3 * w);
                if (k == 0)
                {
                    CacheLine.PrefetchRow(ref a, i + (nuint)n);
                    CacheLine.PrefetchRow(ref b, i + (nuint)n);
                    CacheLine.PrefetchRow(ref c, i + (nuint)n);
                    CacheLine.PrefetchRow(ref d, i + (nuint)n);
                }
                a0 = D.Fma(W.Load(ref a, i), y0, a0);
                a1 = D.Fma(W.Load(ref a, i + w), y1, a1);
                a2 = D.Fma(W.Load(ref a, i + 2 * w), y2, a2);
                a3 = D.Fma(W.Load(ref a, i + 3 * w), y3, a3);
                b0 = D.Fma(W.Load(ref b, i), y0, b0);
                b1 = D.Fma(W.Load(ref b, i + w), y1, b1);
                b2 = D.Fma(W.Load(ref b, i + 2 * w), y2, b2);
                b3 = D.Fma(W.Load(ref b, i + 3 * w), y3, b3);
                c0 = D.Fma(W.Load(ref c, i), y0, c0);
                c1 = D.Fma(W.Load(ref c, i + w), y1, c1);
                c2 = D.Fma(W.Load(ref c, i + 2 * w), y2, c2);
                c3 = D.Fma(W.Load(ref c, i + 3 * w), y3, c3);
                d0 = D.Fma(W.Load(ref d, i), y0, d0);
                d1 = D.Fma(W.Load(ref d, i + w), y1, d1);
                d2 = D.Fma(W.Load(ref d, i + 2 * w), y2, d2);
                d3 = D.Fma(W.Load(ref d, i + 3 * w), y3, d3);
            }
            BlockSum.Put(a0, a1, a2, a3, ref to, k, w);
            BlockSum.Put(b0, b1, b2, b3, ref to, k + Row, w);
            BlockSum.Put(c0, c1, c2, c3, ref to, k + 2 * Row, w);
            BlockSum.Put(d0, d1, d2, d3, ref to, k + 3 * Row, w);
        }
        Rest(ref a, ref y, rows, n, ref to);
        Rest(ref b, ref y, rows, n, ref Unsafe.Add(ref to, Row));
        Rest(ref c, ref y, rows, n, ref Unsafe.Add(ref to, 2 * Row));
        Rest(ref d, ref y, rows, n, ref Unsafe.Add(ref to, 3 * Row));
    }

    /// <summary>The last, shorter row.</summary>
    static void Rest(ref T x, ref double y, nuint from, int n, ref double columns)
    {
        for (var i = from; i < (nuint)n; i++)
        {
            ref var sum = ref Unsafe.Add(ref columns, i - from);
            sum = Math.FusedMultiplyAdd(double.CreateTruncating(Unsafe.Add(ref x, i)), Unsafe.Add(ref y, i), sum);
        }
    }
}
