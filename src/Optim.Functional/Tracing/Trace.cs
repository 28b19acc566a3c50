using System.Diagnostics;
using static System.Diagnostics.DebuggerBrowsableState;
using static System.FormattableString;

namespace Optim.Functional;

/// <summary>What a run was like: for each step the loss, the learning rates, the norm of the gradients, and what the caller adds.</summary>
/// <remarks>Series have names: <c>loss</c>; <c>lr</c>, of further groups <c>lr.1</c> and so on; <c>grad_norm</c> where the plan reports
/// one. NaN stands where a step has no number. A loss that is not finite is kept as it is.</remarks>
/// <example><code>using var trace = Trace.Of(optimizer);
/// optimizer.Step(closure);
/// Console.WriteLine(trace);</code></example>
public sealed partial class Trace : IDisposable
{
    const string OfLoss = "loss", OfLr = "lr", OfNorm = "grad_norm";

    readonly List<long> steps = [];
    readonly Series loss = new(OfLoss, 0);
    readonly List<Series> series;
    readonly Dictionary<string, double> coming = [];
    IDisposable? registration;

    /// <summary>One without a step, for <see cref="Add"/>.</summary>
    public Trace() => series = [loss];

    /// <summary>Of the steps that an optimizer makes from now on, until it is disposed; what it has is kept then.
    /// Steps that are left out count too.</summary>
    public static Trace Of(Optimizer optimizer)
    {
        if (optimizer is null) throw Fault.Null("the optimizer");
        var trace = new Trace();
        var (made, leftOut) = (optimizer.Steps, optimizer.StepsLeftOut);
        trace.registration = optimizer.RegisterStepPostHook(o =>
        {
            var (wasMade, number) = (o.Steps != made, o.Steps + o.StepsLeftOut - leftOut);
            made = o.Steps;
            trace.Begin(Math.Max(number, trace.steps.Count > 0 ? trace.steps[^1] + 1 : 0));
            if (o.ClosureLoss is { } loss) trace.Loss(loss);
            for (var g = 0; g < o.ParamGroups.Count; g++)
                if (o.ParamGroups[g].RateAt(wasMade ? made - 1 : made) is { } lr) trace.Note(g == 0 ? OfLr : Invariant($"{OfLr}.{g}"), lr);
            if (!double.IsNaN(o.GradNorm) || trace.Find(OfNorm) is not null) trace.Note(OfNorm, o.GradNorm);
        });
        return trace;
    }

    /// <summary>A step of a run on the pure face.</summary>
    /// <param name="step">Its number, more than that of the step before.</param>
    /// <param name="loss">The loss at the parameters before the step.</param>
    /// <param name="lr">The learning rate.</param>
    /// <param name="norm">The norm of all gradients together.</param>
    /// <exception cref="ArgumentException">The number is not more than the last one.</exception>
    public void Add(long step, double loss, double? lr = null, double? norm = null)
    {
        if (steps.Count > 0 && step <= steps[^1]) throw Fault.TraceOrder(step, steps[^1]);
        Begin(step);
        Loss(loss);
        if (lr is { } rate) Note(OfLr, rate);
        if (norm is { } length) Note(OfNorm, length);
    }

    /// <summary>The loss of the last step where it has none yet, and else of the step to come: so it may be told before or after each
    /// step. <c>Step(closure)</c> tells it itself.</summary>
    public void Loss(double value) => Note(OfLoss, value);

    /// <summary>A number of another series, such as an accuracy; of the same step as <see cref="Loss"/> would be.</summary>
    /// <param name="name">The series; made where there is none. Without commas, quotes and ends of lines.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentException">It is no such name.</exception>
    public void Note(string name, double value)
    {
        var its = Find(name ?? throw Fault.Null("the name of the series")) ?? New(name);
        if (steps.Count > 0 && its.IsOpen) its.Close(value);
        else coming[name] = value;
    }

    void Begin(long step)
    {
        steps.Add(step);
        foreach (var each in series) each.Open();
        foreach (var (name, value) in coming) Find(name)!.Close(value);
        coming.Clear();
    }

    Series? Find(string name) => series.Find(s => s.Name == name);

    Series New(string name)
    {
        if (name.Length == 0 || name == OfStep || name.AsSpan().IndexOfAny(NotInNames) >= 0) throw Fault.SeriesName(name);
        series.Add(new(name, steps.Count));
        return series[^1];
    }

    /// <summary>The steps' numbers, rising; an optimizer's first is 1.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<long> Steps => steps.AsReadOnly();

    /// <summary>The series' names, <c>loss</c> first.</summary>
    [DebuggerBrowsable(Never)] public IReadOnlyList<string> Names => series.ConvertAll(s => s.Name);

    /// <summary>A series by its name: a number for each of <see cref="Steps"/>, NaN where there is none. It grows with the trace.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public IReadOnlyList<double> this[string name] => Find(name) ?? throw Fault.NoSeries(name, Names);

    /// <summary>The steps that a series has a number for, and these: NaN among them only where it was told.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public IEnumerable<(long Step, double Value)> Points(string name)
    {
        var its = Find(name) ?? throw Fault.NoSeries(name, Names);
        return Enumerable.Range(0, steps.Count).Where(i => its.Told(i) is not null).Select(i => (steps[i], its[i]));
    }

    /// <summary>The loss that was told last; NaN where none was.</summary>
    [DebuggerBrowsable(Never)] public double LastLoss => loss.Last ?? double.NaN;

    /// <summary>The smallest finite loss; NaN where there is none.</summary>
    [DebuggerBrowsable(Never)] public double BestLoss => BestAt is { } at ? loss[at] : double.NaN;

    /// <summary>The step that the smallest finite loss was first seen at; 0 where there is none.</summary>
    [DebuggerBrowsable(Never)] public long BestStep => BestAt is { } at ? steps[at] : 0;

    int? BestAt
    {
        get
        {
            int? best = null;
            for (var i = 0; i < steps.Count; i++)
                if (double.IsFinite(loss[i]) && (best is not { } b || loss[i] < loss[b])) best = i;
            return best;
        }
    }

    /// <summary>Ends what <see cref="Of"/> began.</summary>
    public void Dispose() => registration?.Dispose();

    /// <summary>One line: how many steps, the last loss, the best one and its step.</summary>
    public override string ToString() => steps.Count == 0 ? "no steps"
        : Invariant($"{steps.Count} step{(steps.Count == 1 ? "" : "s")}, last loss {LastLoss:G6}")
        + (BestAt is null ? "" : Invariant($", best {BestLoss:G6} at step {BestStep}"));
}
