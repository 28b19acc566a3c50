using System.Runtime.InteropServices;

namespace Optim.Functional;

// What stages ask of all gradients together.
sealed partial class Scan<T>
{
    /// <inheritdoc/>
    public override double Norm
    {
        get
        {
            sum ??= Sum();
            return Math.ScaleB(Math.Abs(Scale) * Math.Sqrt(sum.Value), exponent);
        }
    }

    double Sum()
    {
        var own = Reduce.SumOfSquares<T, Vectors>(new(gradients, exchange), how, combine);
        return own is < Least or double.PositiveInfinity ? Rescaled(own) : own;
    }

    /// <summary>Sums the squares anew, of gradients times a power of two: they were too large for a double, or too small.</summary>
    double Rescaled(double sum)
    {
        var most = 0.0;
        foreach (var x in gradients) most = Math.Max(most, Reduce.MaxAbs(x.G!.Place, (nint)x.G.Stored, how));
        combine.Max(new(ref most));
        if (!double.IsFinite(most) || most == 0) return sum;
        exponent = Math.ILogB(most) + 1;
        var (all, parts, scaled) = (new Vectors(gradients, exchange), new List<double>(), new T[Sweep<T>.Chunk]);
        for (var v = 0; v < all.Count; v++)
        {
            var x = all[v];
            for (nint at = 0; at < x.Whole; at += scaled.Length) parts.Add(x.Has(at) ? Dot(x, at - x.Start) : 0);
        }
        combine.Sum(CollectionsMarshal.AsSpan(parts));
        sum = 0;
        foreach (var part in parts) sum += part;
        return sum;

        double Dot(in Stretch<T> x, nint at)
        {
            var n = nint.Min(scaled.Length, x.Length - at);
            for (var i = 0; i < n; i++) scaled[i] = T.ScaleB(x.From.From(at + i), -exponent);
            return Reduce.Dot<T>(scaled, scaled, n, how);
        }
    }

    /// <summary>Below it the squares of elements that count may have been lost.</summary>
    const double Least = 1e-280;

    /// <inheritdoc/>
    public override Exception? NonFinite
    {
        get
        {
            Exception? fault = null;
            foreach (var x in gradients)
            {
                var g = x.G!;
                var most = Reduce.MaxAbs(g.Place, (nint)g.Stored, how);
                if (!double.IsFinite(most))
                {
                    fault = Check.NonFinite(x.Rule, x.Label, g, Check.FirstNonFinite(g));
                    break;
                }
                largest = Math.Max(largest, most);
            }
            combine.Max(new(ref largest));
            return combine.First(fault);
        }
    }

    readonly struct Vectors(List<Given<T>> gradients, IExchange<T>? exchange) : IVectors<T>
    {
        public int Count => gradients.Count;

        public Stretch<T> this[int i]
        {
            get
            {
                var (g, whole) = (gradients[i].G!, (nint)gradients[i].θ.Length);
                return exchange is { HasParts: true }
                    ? new(g.Place, exchange.StartOf(gradients[i].Number), (nint)g.Stored, whole)
                    : new(g.Place, (nint)g.Stored);
            }
        }
    }
}
