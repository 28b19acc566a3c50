using ScottPlot;

namespace Optim.Functional.Cli;

/// <summary>How the line of one optimizer looks: told apart by colour, by dashes and by markers,
/// so that print and colour blindness leave it readable.</summary>
internal readonly record struct Look(Color Color, LinePattern Line, MarkerShape Marker)
{
    static readonly Color[] Colors =
    [
        .. new[]
        {
            "#7f7f7f",
            "#000000",
            "#1f77b4",
            "#17becf",
            "#9467bd",
            "#e377c2",
            "#8c564b",
            "#bcbd22",
            "#2ca02c",
            "#ff7f0e",
            "#d62728",
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

    public static Look Of(int entrant) =>
        new(Colors[entrant % Colors.Length], Lines[entrant % Lines.Length], Markers[entrant % Markers.Length]);
}
