using ScottPlot;

namespace Optim.Functional.Plots;

/// <summary>How the line of one optimizer looks: told apart by colour, by dashes and by markers,
/// so that print and colour blindness leave it readable.</summary>
internal readonly record struct Look(Color Color, LinePattern Line, MarkerShape Marker)
{
    static readonly Color[] Colors =
    [
        .. new[]
        {
            "#d62728",
            "#1f77b4",
            "#2ca02c",
            "#ff7f0e",
            "#9467bd",
            "#000000",
            "#17becf",
            "#8c564b",
            "#e377c2",
            "#bcbd22",
        }.Select(Color.FromHex),
    ];

    static readonly LinePattern[] Lines = [LinePattern.Solid, LinePattern.Dashed, LinePattern.DenselyDashed];

    static readonly MarkerShape[] Markers =
    [
        MarkerShape.FilledCircle,
        MarkerShape.FilledSquare,
        MarkerShape.FilledTriangleUp,
        MarkerShape.FilledDiamond,
        MarkerShape.FilledTriangleDown,
        MarkerShape.OpenCircle,
        MarkerShape.OpenSquare,
    ];

    /// <summary>Of those that are not told apart.</summary>
    public static Look Rest { get; } = new(Color.FromHex("#c8c8c8"), LinePattern.Solid, MarkerShape.None);

    public static Look Of(int entrant) =>
        new(Colors[entrant % Colors.Length], Lines[entrant % Lines.Length], Markers[entrant % Markers.Length]);
}
