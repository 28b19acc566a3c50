namespace Optim.Functional;

/// <summary>What has been added up of a parameter's step, before a report is made of it.</summary>
sealed class StepSums
{
    /// <summary>Σg², Σ(θ' - θ)², Σθ'², zeros, elements that are not finite, max |g|: the last one is a maximum.</summary>
    public const int Terms = 6, Maxima = 1;

    public double Lr, Scale, OfGradient, OfUpdate, OfParameter, Largest;
    public long Step, Count, Zeros, NonFinite, LargestAt;

    public void Set(ReadOnlySpan<double> sums) =>
        (OfGradient, OfUpdate, OfParameter, Zeros, NonFinite, Largest) = (sums[0], sums[1], sums[2], (long)sums[3], (long)sums[4], sums[5]);

    /// <summary>Adds up what a whole rule has done.</summary>
    /// <param name="x">The parameter, after the step, and its gradient.</param>
    /// <param name="before">The parameter before it.</param>
    /// <param name="scale">The factor on the gradient.</param>
    /// <param name="now">Where the parameter stands.</param>
    public void Take<T>(in Streams<T> x, ReadOnlySpan<T> before, double scale, in Turn now) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<double> sums = stackalloc double[Terms];
        sums.Clear();
        Span<T> after = x.From.θ.Span(before.Length), g = x.G.Span(before.Length);
        Add<T>(before, after, g, sums);
        Set(sums);
        (Step, Lr, Scale, Count, LargestAt) = (now.Step, now.Lr, Math.Abs(scale), before.Length, long.MaxValue);
        for (var i = 0; i < g.Length; i++)
            if (Math.Abs(double.CreateTruncating(g[i])).Equals(Largest)) LargestAt = Math.Min(LargestAt, x.RowByRow(i));
        if (g.Length == 0) LargestAt = -1;
    }

    public ParameterReport Report() => new(
        Step, Lr, Scale * Math.Sqrt(OfGradient), Math.Sqrt(OfUpdate), Math.Sqrt(OfParameter), Count, Zeros, NonFinite,
        Scale * Largest, LargestAt);

    /// <summary>Adds the terms of some elements, one after another.</summary>
    /// <param name="before">θ.</param>
    /// <param name="after">θ'.</param>
    /// <param name="g">g.</param>
    /// <param name="sums">The sums.</param>
    public static void Add<T>(ReadOnlySpan<T> before, ReadOnlySpan<T> after, ReadOnlySpan<T> g, Span<double> sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < g.Length; i++)
        {
            var u = double.CreateTruncating(after[i] - before[i]);
            sums[1] += u * u;
        }
        AddAllButUpdate(after, g, sums);
    }

    /// <summary>The same without that of the update.</summary>
    public static void AddAllButUpdate<T>(ReadOnlySpan<T> after, ReadOnlySpan<T> g, Span<double> sums)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < g.Length; i++)
        {
            var (slope, θ) = (double.CreateTruncating(g[i]), double.CreateTruncating(after[i]));
            sums[0] += slope * slope;
            sums[2] += θ * θ;
            if (slope == 0) sums[3]++;
            if (!double.IsFinite(slope)) sums[4]++;
            sums[5] = Math.Max(sums[5], Math.Abs(slope));
        }
    }
}
