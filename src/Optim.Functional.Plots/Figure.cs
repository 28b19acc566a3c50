using ScottPlot;

namespace Optim.Functional.Plots;

/// <summary>Panels in a grid, and a key to the right of them where there is one, as a PNG.</summary>
/// <param name="columns">Panels side by side.</param>
/// <param name="rows">Panels one above the other.</param>
/// <param name="top">How many times as high as another row the first one is.</param>
internal sealed class Figure(int columns, int rows, double top = 1)
{
    const int KeyWidth = 245, FontSize = 15, SymbolWidth = 36;

    static Figure() => OwnFont.Register();

    readonly List<Plot> panels = [];

    public Plot Panel(string title, string x, string y)
    {
        var plot = new Plot();
        plot.Title(title, FontSize + 2);
        plot.XLabel(x, FontSize);
        plot.YLabel(y, FontSize);
        plot.Axes.Bottom.TickLabelStyle.FontSize = plot.Axes.Left.TickLabelStyle.FontSize = FontSize - 2;
        plot.Axes.Right.MinimumSize = 20;
        plot.Font.Set(OwnFont.Name);
        panels.Add(plot);
        return plot;
    }

    /// <summary>Makes all panels' frames begin at one place.</summary>
    public void Align(float left)
    {
        foreach (var panel in panels) panel.Axes.Left.MinimumSize = panel.Axes.Left.MaximumSize = left;
    }

    /// <summary>A key within a panel.</summary>
    public static void Key(Plot panel, IReadOnlyList<LegendItem> key)
    {
        panel.ShowLegend(key, Alignment.UpperRight);
        panel.Legend.FontName = OwnFont.Name;
        panel.Legend.FontSize = FontSize - 2;
        panel.Legend.SymbolWidth = SymbolWidth;
        panel.Legend.ShadowColor = Colors.Transparent;
        panel.Legend.OutlineColor = Colors.LightGray;
    }

    public byte[] Png(int width, int height, params IReadOnlyList<LegendItem> key)
    {
        var keyWidth = key.Count == 0 ? 0 : KeyWidth;
        var all = new Multiplot(panels[0]) { Layout = new Cells(columns, rows, top, keyWidth) };
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
        plot.Legend.FontName = OwnFont.Name;
        plot.Legend.FontSize = FontSize;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.Padding = new(10);
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.SymbolWidth = SymbolWidth;
        return plot;
    }

    // A plot after those of the grid is the key.
    sealed class Cells(int columns, int rows, double top, int keyWidth) : IMultiplotLayout
    {
        public PixelRect[] GetSubplotRectangles(SubplotCollection subplots, PixelRect figure)
        {
            var (width, height) = ((figure.Width - keyWidth) / columns, figure.Height / (float)(rows - 1 + top));
            var first = height * (float)top;
            return [.. Enumerable.Range(0, subplots.Count).Select(i => i < columns * rows ? Cell(i % columns, i / columns)
                : new PixelRect(new Pixel(figure.Right - keyWidth, figure.Top), keyWidth, figure.Height))];

            PixelRect Cell(int column, int row) => row == 0
                ? new(new Pixel(figure.Left + column * width, figure.Top), width, first)
                : new(new Pixel(figure.Left + column * width, figure.Top + first + (row - 1) * height), width, height);
        }
    }
}
