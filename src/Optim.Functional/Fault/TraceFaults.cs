using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Of traces.</summary>
static partial class Fault
{
    public static ArgumentException TraceOrder(long got, long last) =>
        new(Invariant($"Trace: step {got} is added after step {last}; wanted a larger number. Does another run need a trace of its own?"));

    public static ArgumentException SeriesName(string got) =>
        new($"Trace: the name of a series must be some text other than 'step', without commas, quotes and ends of lines; got '{got}'.");

    public static KeyNotFoundException NoSeries(string got, IEnumerable<string> names) =>
        new($"Trace: there is no series '{got}'. There are: {string.Join(", ", names)}.");

    public static FormatException TraceHeader(string got) =>
        new($"Trace: the first line of the CSV must be step and the names of the series, each once, with commas between; got '{got}'.");

    public static FormatException TraceCells(int line, int got, int wanted) =>
        new(Invariant($"Trace: line {line} of the CSV has {got} cells, wanted {wanted}, as many as the first line. Is the file whole?"));

    public static FormatException TraceNumber(int line, string column, string got) =>
        new(Invariant($"Trace: line {line} of the CSV has '{got}' under {column}, wanted a number."));

    public static FormatException TraceLine(int line, long got, long last) =>
        new(Invariant($"Trace: line {line} of the CSV is step {got}, after step {last}; wanted a larger number."));
}
