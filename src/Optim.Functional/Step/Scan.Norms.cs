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

    /// <summary>That of gradients outside of a step.</summary>
    /// <param name="gradients">The gradients, which lie in one memory.</param>
    /// <param name="engine">Who sums them up where that is a device's.</param>
    public static double NormOf(IEnumerable<NDArray<T>> gradients, IDeviceEngine<T>? engine)
    {
        var scan = new Scan<T>();
        scan.Begin(Execution.Default, engine);
        foreach (var g in gradients) scan.Add(Given<T>.Bare(g));
        return scan.Norm;
    }

    double Sum()
    {
        var own = device?.SumOfSquares(gradients) ?? Reduce.SumOfSquares<T, Vectors>(new(gradients, exchange), how, combine);
        return own is < Least or double.PositiveInfinity ? Rescaled(own) : own;
    }

    /// <summary>Sums the squares anew, of gradients times a power of two: they were too large for a double, or too small.</summary>
    double Rescaled(double sum)
    {
        var most = 0.0;
        foreach (var one in Largest()) most = Math.Max(most, one);
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
            var all = Largest();
            for (var k = 0; k < gradients.Count; k++)
            {
                if (!double.IsFinite(all[k]))
                {
                    fault = Check.NonFinite(gradients[k].Rule, gradients[k].Label, gradients[k].G!);
                    break;
                }
                largest = Math.Max(largest, all[k]);
            }
            combine.Max(new(ref largest));
            return combine.First(fault);
        }
    }

    /// <summary>max |g| of each gradient, up to one that is not finite.</summary>
    ReadOnlySpan<double> Largest()
    {
        if (most.Length < gradients.Count) most = new double[2 * gradients.Count];
        var all = most.AsSpan(0, gradients.Count);
        all.Clear();
        if (device is not null) device.MaxAbs(gradients, all);
        else
            for (var k = 0; k < all.Length; k++)
            {
                all[k] = Reduce.MaxAbs(gradients[k].G!.Place, (nint)gradients[k].G!.Stored, how);
                if (!double.IsFinite(all[k])) break;
            }
        return all;
    }

    double[] most = [];

    readonly struct Vectors(List<Given<T>> gradients, IExchange<T>? exchange) : IVectors<T>
    {
        public int Count => gradients.Count;

        public Stretch<T> this[int i]
        {
            get
            {
                var (g, whole) = (gradients[i].G!, (nint)gradients[i].θ.Length);
                if (g.Device is not null) g = (NDArray<T>)g.OnHost();
                return exchange is { HasParts: true }
                    ? new(g.Place, exchange.StartOf(gradients[i].Number), (nint)g.Stored, whole)
                    : new(g.Place, (nint)g.Stored);
            }
        }
    }
}
