using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using static System.FormattableString;

namespace Optim.Functional.Plots;

/// <summary>A panel on the page of a run: its place and its scales.</summary>
sealed class Frame(TracePanel panel, StepRange steps, int row, bool isLast)
{
    public const double Width = 1000, Left = 60, Right = 990, Above = 8, Below = 24;

    const double TopHeight = 330, RowHeight = 190;
    const int MostPoints = 700, MeanPoints = 250, ManyTicks = 7, FewTicks = 5, StepTicks = 8;

    static readonly string[] colours = ["#d62728", "#1f77b4", "#2ca02c", "#ff7f0e", "#9467bd", "#17becf", "#8c564b", "#e377c2", "#bcbd22"];

    readonly TraceLine[] lines = [.. panel.Lines.Select(line => line with { Points = Thinned.Of(line.Points, MostPoints) })];
    readonly IReadOnlyList<(long, double)> mean = Thinned.Of(panel.Mean, MeanPoints);
    readonly (double Bottom, double Top) ends = panel.Ends;
    readonly Func<double, double> scale = panel.Scale;
    readonly double height = row == 0 ? TopHeight : RowHeight;
    readonly StringBuilder text = new();

    double Floor => height - Below;

    double X(double step) => Left + (step - steps.From) / (steps.To - steps.From) * (Right - Left);

    double Y(double scaled) => Floor - (scaled - ends.Bottom) / (ends.Top - ends.Bottom) * (Floor - Above);

    string Colour(int line) => colours[(row + line) % colours.Length];

    /// <summary>What the script reads.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean("log", panel.IsLog);
        json.WriteNumber("height", height);
        json.WriteNumber("bottom", ends.Bottom);
        json.WriteNumber("top", ends.Top);
        json.WriteStartArray("lines");
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteString("name", line.Name);
            json.WriteStartArray("x");
            foreach (var (step, _) in line.Points) json.WriteNumberValue(step);
            json.WriteEndArray();
            json.WriteStartArray("y");
            foreach (var (_, value) in line.Points) Write(json, value);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // JSON has no NaN and no infinities: they are words.
    static void Write(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value)) json.WriteRawValue(value.ToString("G6", CultureInfo.InvariantCulture));
        else json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
    }

    public string Figure()
    {
        text.Clear().Append(Invariant($"<figure><figcaption><b>{WebUtility.HtmlEncode(panel.Title)}</b>"));
        for (var l = 0; l < lines.Length; l++) text.Append(Invariant($"<span><i style=\"background:{Colour(l)}\"></i> </span>"));
        text.Append(Invariant($"</figcaption>\n<svg viewBox=\"0 0 {Width} {height}\">"));
        Axes();
        for (var l = 0; l < lines.Length; l++) Path(mean.Count > 0 ? "each under" : "each", Colour(l), lines[l].Points);
        if (mean.Count > 0) Path("mean", Colour(0), mean);
        text.Append(Invariant($"<line class=\"at\" y1=\"{Above}\" y2=\"{Floor}\" hidden=\"\"/>"));
        for (var l = 0; l < lines.Length; l++) text.Append(Invariant($"<circle class=\"dot\" r=\"4\" fill=\"{Colour(l)}\" hidden=\"\"/>"));
        return text.Append("</svg></figure>").ToString();
    }

    void Axes()
    {
        foreach (var (at, label) in panel.TicksOf(row == 0 ? ManyTicks : FewTicks))
        {
            if (label is null || at < ends.Bottom || at > ends.Top) continue;
            Grid(Left, Right, Y(at), Y(at));
            Label(Left - 6, Y(at) + 4, "end", label);
        }
        foreach (var (at, label) in Ticks.Linear(steps.From, steps.To, StepTicks))
        {
            if (at % 1 != 0) continue;
            Grid(X(at), X(at), Above, Floor);
            Label(X(at), Floor + 16, "middle", label!);
        }
        if (isLast) Label(Right, Floor + 16, "end", "step");
        text.Append(Invariant($"<rect class=\"frame\" x=\"{Left}\" y=\"{Above}\" width=\"{Right - Left}\" height=\"{Floor - Above}\"/>"));
    }

    void Grid(double x1, double x2, double y1, double y2) =>
        text.Append(Invariant($"<line class=\"grid\" x1=\"{x1:0.#}\" x2=\"{x2:0.#}\" y1=\"{y1:0.#}\" y2=\"{y2:0.#}\"/>"));

    void Label(double x, double y, string anchor, string label) =>
        text.Append(Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\">{label}</text>"));

    /// <summary>Broken where a number is not finite. What stands alone there is a line of no length, which is drawn as a dot.</summary>
    void Path(string kind, string colour, IReadOnlyList<(long Step, double Value)> points)
    {
        text.Append($"<path class=\"{kind}\" stroke=\"{colour}\" d=\"");
        var isBroken = true;
        foreach (var (step, value) in points)
        {
            if (double.IsFinite(value))
                text.Append(isBroken ? 'M' : 'L').Append(Invariant($"{X(step):0.#} {Y(scale(value)):0.#}")).Append(isBroken ? "h0" : "");
            isBroken = !double.IsFinite(value);
        }
        text.Append("\"/>");
    }
}
