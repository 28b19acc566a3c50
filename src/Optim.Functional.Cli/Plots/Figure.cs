using ScottPlot;

namespace Optim.Functional.Cli;

/// <summary>Panels in a grid, and a key to the right of them where there is one, as a PNG.</summary>
internal sealed class Figure(int columns, int rows)
{
    const int KeyWidth = 245, FontSize = 15;

    /// <summary>The tool's own font, so that a machine without any writes the same pictures.</summary>
    const string Font = "DejaVu Sans of optim";

    static Figure()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "DejaVuSans.ttf");
        Fonts.AddFontFile(Font, file, bold: false, italic: false);
        Fonts.AddFontFile(Font, file, bold: true, italic: false);
    }

    readonly List<Plot> panels = [];

    public Plot Panel(string title, string x, string y)
    {
        var plot = new Plot();
        plot.Title(title, FontSize + 2);
        plot.XLabel(x, FontSize);
        plot.YLabel(y, FontSize);
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = FontSize - 2;
        plot.Axes.Right.MinimumSize = 20;
        plot.Font.Set(Font);
        panels.Add(plot);
        return plot;
    }

    public byte[] Png(int width, int height, params IReadOnlyList<LegendItem> key)
    {
        var keyWidth = key.Count == 0 ? 0 : KeyWidth;
        var all = new Multiplot(panels[0]) { Layout = new Cells(columns, rows, keyWidth) };
        foreach (var panel in panels[1..]) all.Subplots.Add(panel);
        if (key.Count > 0) all.Subplots.Add(Key(key));
        using var image = all.Render(width, height);
        return image.GetImageBytes();
    }

    static Plot Key(IReadOnlyList<LegendItem> key)
    {
        var plot = new Plot();
        plot.HideAxesAndGrid();
        plot.ShowLegend(key, Alignment.MiddleLeft);
        plot.Legend.FontName = Font;
        plot.Legend.FontSize = FontSize;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.Padding = new(10);
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.SymbolWidth = 36;
        return plot;
    }

    // A plot after those of the grid is the key.
    sealed class Cells(int columns, int rows, int keyWidth) : IMultiplotLayout
    {
        public PixelRect[] GetSubplotRectangles(SubplotCollection subplots, PixelRect figure)
        {
            var (width, height) = ((figure.Width - keyWidth) / columns, figure.Height / rows);
            return [.. Enumerable.Range(0, subplots.Count).Select(i => i < columns * rows
                ? new PixelRect(new Pixel(figure.Left + i % columns * width, figure.Top + i / columns * height), width, height)
                : new PixelRect(new Pixel(figure.Right - keyWidth, figure.Top), keyWidth, figure.Height))];
        }
    }
}
