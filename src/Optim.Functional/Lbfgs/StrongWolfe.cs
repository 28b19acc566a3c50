namespace Optim.Functional;

/// <summary>The line as it looks at one point: how far along, the loss, its gradient g, max |g|, and the slope g·d.</summary>
readonly record struct LinePoint<T>(double At, double Loss, T[] Gradient, double Largest, double Slope);

/// <summary>What is searched.</summary>
interface ILine<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>The line at a distance. The gradient is written to a vector that is none of the start's and the two points'.</summary>
    LinePoint<T> At(double t, in LinePoint<T> a, in LinePoint<T> b);
}

/// <summary>Line search for the strong Wolfe conditions.</summary>
/// <remarks>Nocedal, Wright, "Numerical Optimization", 2nd ed. 2006, algorithms 3.5 and 3.6, cubic interpolation by equation 3.59; bounds
/// and stops as torch has them.</remarks>
static class StrongWolfe
{
    const double C1 = 1e-4, C2 = 0.9, Tolerance = 1e-9;

    /// <param name="line">Evaluates at a distance along the direction.</param>
    /// <param name="start">The point at distance 0.</param>
    /// <param name="t">First distance to try.</param>
    /// <param name="maxAbsDirection">max |d|.</param>
    /// <param name="maxTrials">Trials after the first evaluation, at most.</param>
    /// <returns>The accepted point and the number of evaluations.</returns>
    public static (LinePoint<T> Point, int Evaluations) Search<T, L>(
        in L line, LinePoint<T> start, double t, double maxAbsDirection, int maxTrials)
        where T : unmanaged, IFloatingPointIeee754<T>
        where L : struct, ILine<T>
    {
        bool TooHigh(in LinePoint<T> p) => p.Loss > start.Loss + C1 * p.At * start.Slope;
        bool Flat(in LinePoint<T> p) => Math.Abs(p.Slope) <= -C2 * start.Slope;

        var (before, now, trials) = (start, line.At(t, start, start), 0);
        Ends<T> ends = default;
        for (; ; trials++)
        {
            (ends[0], ends[1]) = (before, now);
            if (trials >= maxTrials)
            {
                ends[0] = start;
                break;
            }
            if (TooHigh(now) || (trials > 1 && now.Loss >= before.Loss)) break;
            if (Flat(now)) return (now, trials + 1);
            if (now.Slope >= 0) break;
            var further = Cubic(before, now, now.At + 0.01 * (now.At - before.At), now.At * 10);
            (before, now) = (now, line.At(further, before, now));
        }

        var low = ends[0].Loss <= ends[1].Loss ? 0 : 1;
        for (var stuck = false; trials < maxTrials && !(Math.Abs(ends[1].At - ends[0].At) * maxAbsDirection < Tolerance); trials++)
        {
            var (left, right) = (Math.Min(ends[0].At, ends[1].At), Math.Max(ends[0].At, ends[1].At));
            t = Cubic(ends[0], ends[1], left, right);
            var margin = 0.1 * (right - left);
            if (!(Math.Min(right - t, t - left) < margin)) stuck = false;
            else if (stuck || t >= right || t <= left)
            {
                t = Math.Abs(t - right) < Math.Abs(t - left) ? right - margin : left + margin;
                stuck = false;
            }
            else stuck = true;

            now = line.At(t, ends[0], ends[1]);
            if (TooHigh(now) || now.Loss >= ends[low].Loss)
            {
                ends[1 - low] = now;
                low = ends[0].Loss <= ends[1].Loss ? 0 : 1;
                continue;
            }
            if (Flat(now)) return (now, trials + 2);
            if (now.Slope * (ends[1 - low].At - ends[low].At) >= 0) ends[1 - low] = ends[low];
            ends[low] = now;
        }
        return (ends[low], trials + 1);
    }

    /// <summary>Least point of the cubic through two points and their slopes, kept within the bounds; the middle where the cubic has
    /// none.</summary>
    static double Cubic<T>(in LinePoint<T> x, in LinePoint<T> y, double least, double most)
    {
        var d1 = x.Slope + y.Slope - 3 * (x.Loss - y.Loss) / (x.At - y.At);
        var square = d1 * d1 - x.Slope * y.Slope;
        if (!(square >= 0)) return (least + most) / 2;
        var d2 = Math.Sqrt(square);
        var at = x.At <= y.At
            ? y.At - (y.At - x.At) * ((y.Slope + d2 - d1) / (y.Slope - x.Slope + 2 * d2))
            : x.At - (x.At - y.At) * ((x.Slope + d2 - d1) / (x.Slope - y.Slope + 2 * d2));
        return Math.Min(Math.Max(at, least), most);
    }

    [InlineArray(2)]
    struct Ends<T>
    {
        LinePoint<T> first;
    }
}
