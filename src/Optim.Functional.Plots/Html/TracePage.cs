using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Optim.Functional.Plots;

/// <summary>The page of a run: lines as SVG, and their numbers once more, for a script that shows those under the pointer.</summary>
static class TracePage
{
    public static string Of(Trace trace, IReadOnlyList<TracePanel> panels, string title)
    {
        using var stream = typeof(TracePage).Assembly.GetManifestResourceStream("page.html")!;
        using var reader = new StreamReader(stream);
        var steps = new StepRange(trace.Steps[0], trace.Steps[^1]);
        Frame[] frames = [.. panels.Select((panel, row) => new Frame(panel, steps, row, row == panels.Count - 1))];
        return reader.ReadToEnd()
            .Replace("{{title}}", WebUtility.HtmlEncode(title))
            .Replace("{{panels}}", string.Join('\n', frames.Select(f => f.Figure())))
            .Replace("{{data}}", Data(frames, steps));
    }

    static string Data(IEnumerable<Frame> frames, StepRange steps)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            foreach (var (name, value) in (IEnumerable<(string, double)>)
            [
                ("width", Frame.Width), ("left", Frame.Left), ("right", Frame.Right), ("above", Frame.Above), ("below", Frame.Below),
                ("floor", Curves.Floor), ("first", steps.First), ("last", steps.Last), ("from", steps.From), ("to", steps.To),
            ]) json.WriteNumber(name, value);
            json.WriteStartArray("panels");
            foreach (var frame in frames) frame.Write(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.WrittenSpan);
    }
}

/// <summary>The steps of a run, and the ends of an axis of them.</summary>
readonly record struct StepRange(long First, long Last)
{
    double Margin => 0.01 * Math.Max(1, Last - First);

    public double From => First - Margin;

    public double To => Last + Margin;
}
