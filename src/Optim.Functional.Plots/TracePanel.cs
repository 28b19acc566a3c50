namespace Optim.Functional.Plots;

/// <summary>Series of a trace that are drawn in one frame.</summary>
/// <param name="Title">What the numbers are.</param>
/// <param name="Lines">The series by name.</param>
sealed record TracePanel(string Title, IReadOnlyList<TraceLine> Lines)
{
    const string Rates = "learning rate";

    // Numbers that span more than this are drawn by their logarithms.
    const double WideSpan = 20;

    // Beyond the largest an axis would have no length that is a number; a smaller one than the smallest, or than the least of its
    // numbers' size, could not be divided.
    const double Largest = 1e300, Smallest = 1e-300, Least = 1e-6;

    const double Margin = 0.05;

    // Of fewer steps than this each can be seen; of more, a mean is over one part of so many.
    const int FewSteps = 200, Parts = 60;

    /// <summary>The loss, the learning rates in one, the norm, and each series of the caller's own: those that have a number.</summary>
    public static IReadOnlyList<TracePanel> Of(Trace trace)
    {
        if (trace is null) throw Fault.Null("the trace");
        TracePanel[] panels =
        [
            .. trace.Names.Select(name => new TraceLine(name, [.. trace.Points(name)]))
                .Where(line => line.Points.Any(p => double.IsFinite(p.Value)))
                .GroupBy(line => TitleOf(line.Name), (title, lines) => new TracePanel(title, [.. lines])),
        ];
        return panels.Length > 0 ? panels : throw Fault.NothingToShow(trace.Steps.Count);
    }

    static string TitleOf(string name) => name == "lr" || name.StartsWith("lr.", StringComparison.Ordinal) ? Rates
        : name == "grad_norm" ? "gradient norm"
        : name;

    IEnumerable<double> Finite => Lines.SelectMany(line => line.Points).Select(p => p.Value).Where(double.IsFinite);

    /// <summary>Whether it is drawn by logarithms. Learning rates are not: the shape of a schedule is what they show.</summary>
    public bool IsLog => Title != Rates && Finite.Min() > 0 && Finite.Max() > WideSpan * Finite.Min();

    /// <summary>What a number is on the axis; NaN where it has no place there.</summary>
    public Func<double, double> Scale => IsLog ? x => double.IsFinite(x) ? Math.Log10(Math.Max(x, Curves.Floor)) : double.NaN
        : x => double.IsFinite(x) ? Math.Clamp(x, -Largest, Largest) : double.NaN;

    /// <summary>The ends of the axis, a little beyond the numbers.</summary>
    public (double Bottom, double Top) Ends
    {
        get
        {
            var (bottom, top) = (Scale(Finite.Min()), Scale(Finite.Max()));
            var size = Math.Max(Math.Abs(bottom), Math.Abs(top));
            var room = top > bottom ? Math.Max(Margin * (top - bottom), Least * size) : 2 * Margin * (size > 0 ? size : 1);
            return (bottom - Math.Max(room, Smallest), top + Math.Max(room, Smallest));
        }
    }

    /// <summary>The axis' ticks, at most about so many with labels where it is linear.</summary>
    public IEnumerable<(double At, string? Label)> TicksOf(int most) =>
        IsLog ? Ticks.Log(Ends.Bottom, Ends.Top) : Ticks.Linear(Ends.Bottom, Ends.Top, most);

    /// <summary>What is drawn over a series too long to follow: at each number the mean of those around it, the geometric one where
    /// logarithms are drawn; not finite where the number is not. Else empty.</summary>
    public IReadOnlyList<(long Step, double Value)> Mean
    {
        get
        {
            if (Title == Rates || Lines is not [{ Points: { Count: >= FewSteps } points }]) return [];
            var (isLog, half) = (IsLog, points.Count / Parts / 2);
            var (sum, count) = (new double[points.Count + 1], new int[points.Count + 1]);
            for (var i = 0; i < points.Count; i++)
            {
                var isFinite = double.IsFinite(points[i].Value);
                sum[i + 1] = sum[i] + (!isFinite ? 0 : isLog ? Math.Log(points[i].Value) : points[i].Value);
                count[i + 1] = count[i] + (isFinite ? 1 : 0);
            }
            return [.. points.Select((p, i) => (p.Step, double.IsFinite(p.Value) ? Around(i) : double.NaN))];

            double Around(int i)
            {
                var (from, to) = (Math.Max(0, i - half), Math.Min(points.Count, i + half + 1));
                var mean = (sum[to] - sum[from]) / (count[to] - count[from]);
                return isLog ? Math.Exp(mean) : mean;
            }
        }
    }
}

/// <summary>A series of a trace where it has numbers.</summary>
sealed record TraceLine(string Name, IReadOnlyList<(long Step, double Value)> Points);
