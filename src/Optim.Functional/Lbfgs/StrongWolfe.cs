namespace Optim.Functional;

/// <summary>The line as it looks at one point: how far along, the loss, its gradient g, max |g|, and the slope g·d.</summary>
readonly record struct LinePoint<T>(double At, double Loss, Place<T> Gradient, double Largest, double Slope)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>A point whose loss, gradient or slope is not finite: as if its loss were infinite.</summary>
    public static LinePoint<T> TooFar(double at, Place<T> gradient) =>
        new(at, double.PositiveInfinity, gradient, double.PositiveInfinity, double.NaN);

    public bool IsFinite => double.IsFinite(Loss);
}

/// <summary>What is searched.</summary>
interface ILine<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The line at a distance. The gradient is written to a vector that is none of the start's and the two points'.</summary>
    LinePoint<T> At(double t, in LinePoint<T> a, in LinePoint<T> b);
}

/// <summary>Line search for the strong Wolfe conditions.</summary>
/// <remarks>
/// Nocedal, Wright, "Numerical Optimization", 2nd ed. 2006, algorithms 3.5 and 3.6, cubic interpolation by equation 3.59; bounds
/// and stops as torch has them. A point that is not finite is too far, and is never interpolated with: the way to it is halved, then
/// quartered, and so on, until a finite one is found.
/// </remarks>
static class StrongWolfe
{
    const double C1 = 1e-4, C2 = 0.9, Tolerance = 1e-9;

    /// <summary>A cubic's least point within this part of the interval from its end is not tried: it says that the other end is so
    /// high that the cubic knows nothing, and the loss at it may be the end's own.</summary>
    const double Negligible = 1e-8;

    /// <param name="line">Evaluates at a distance along the direction.</param>
    /// <param name="start">The point at distance 0.</param>
    /// <param name="t">First distance to try.</param>
    /// <param name="maxAbsDirection">max |d|.</param>
    /// <param name="most">Evaluations, at most; at least 1.</param>
    /// <returns>The accepted point, or where there is none the lowest one seen, and the number of evaluations.</returns>
    public static (LinePoint<T> Point, int Evaluations) Search<T, L>(
        in L line, LinePoint<T> start, double t, double maxAbsDirection, int most)
        where T : unmanaged, IFloatingPointIeee754<T>
        where L : struct, ILine<T>
    {
        bool TooHigh(in LinePoint<T> p) => p.Loss > start.Loss + C1 * p.At * start.Slope;
        bool Flat(in LinePoint<T> p) => Math.Abs(p.Slope) <= -C2 * start.Slope;

        var (before, now, evaluations) = (start, line.At(t, start, start), 1);
        while (!TooHigh(now) && !(evaluations > 2 && now.Loss >= before.Loss))
        {
            if (Flat(now)) return (now, evaluations);
            if (now.Slope >= 0 || evaluations >= most) break;
            var further = Cubic(before, now, now.At + 0.01 * (now.At - before.At), now.At * 10);
            (before, now) = (now, line.At(further, before, now));
            evaluations++;
        }

        Ends<T> ends = default;
        (ends[0], ends[1]) = (before, now);
        var low = ends[0].Loss <= ends[1].Loss ? 0 : 1;
        var (stuck, part) = (false, 0.5);
        for (; evaluations < most && !(Math.Abs(ends[1].At - ends[0].At) * maxAbsDirection < Tolerance); evaluations++)
        {
            var (left, right) = (Math.Min(ends[0].At, ends[1].At), Math.Max(ends[0].At, ends[1].At));
            if (ends[1 - low].IsFinite)
            {
                t = Cubic(ends[0], ends[1], left, right);
                var margin = 0.1 * (right - left);
                var near = Math.Min(right - t, t - left);
                if (!(near < margin)) stuck = false;
                else if (stuck || near <= Negligible * (right - left))
                {
                    t = Math.Abs(t - right) < Math.Abs(t - left) ? right - margin : left + margin;
                    stuck = false;
                }
                else stuck = true;
            }
            else t = ends[low].At + part * (ends[1 - low].At - ends[low].At);

            now = line.At(t, ends[0], ends[1]);
            part = now.IsFinite ? 0.5 : part / 2;
            if (TooHigh(now) || now.Loss >= ends[low].Loss)
            {
                ends[1 - low] = now;
                low = ends[0].Loss <= ends[1].Loss ? 0 : 1;
                continue;
            }
            if (Flat(now)) return (now, evaluations + 1);
            if (now.Slope * (ends[1 - low].At - ends[low].At) >= 0) ends[1 - low] = ends[low];
            ends[low] = now;
        }
        return (ends[low], evaluations);
    }

    /// <summary>Least point of the cubic through two points and their slopes, kept within the bounds; the middle where the cubic has
    /// none.</summary>
    static double Cubic<T>(in LinePoint<T> x, in LinePoint<T> y, double least, double most)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (s, u) = (x.Slope, y.Slope);
        var d1 = s + u - 3 * (x.Loss - y.Loss) / (x.At - y.At);
        var size = Math.Max(Math.Abs(d1), Math.Max(Math.Abs(s), Math.Abs(u)));
        if (!double.IsFinite(size) || size == 0) return Middle();
        // Times a power of two, so that the squares do not overflow; this changes no bit of what follows.
        var k = -Math.ILogB(size);
        (s, u, d1) = (Math.ScaleB(s, k), Math.ScaleB(u, k), Math.ScaleB(d1, k));
        var square = d1 * d1 - s * u;
        if (!(square >= 0)) return Middle();
        var d2 = Math.Sqrt(square);
        var at = x.At <= y.At
            ? y.At - (y.At - x.At) * ((u + d2 - d1) / (u - s + 2 * d2))
            : x.At - (x.At - y.At) * ((s + d2 - d1) / (s - u + 2 * d2));
        return double.IsNaN(at) ? Middle() : Math.Min(Math.Max(at, least), most);

        double Middle() => (least + most) / 2;
    }

    [InlineArray(2)]
    struct Ends<T> where T : unmanaged, IFloatingPointIeee754<T>
    {
        LinePoint<T> first;
    }
}
