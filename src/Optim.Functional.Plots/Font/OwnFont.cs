using ScottPlot;
using SkiaSharp;

namespace Optim.Functional.Plots;

/// <summary>The font that is in this assembly, so that a machine without any writes the same pictures.</summary>
sealed class OwnFont : IFontResolver
{
    public const string Name = "DejaVu Sans of optim";

    readonly SKData file;

    OwnFont()
    {
        using var stream = typeof(OwnFont).Assembly.GetManifestResourceStream("DejaVuSans.ttf")!;
        file = SKData.Create(stream);
    }

    public static void Register() => Fonts.FontResolvers.Add(new OwnFont());

    // Each caller may dispose of what it is given. What is bold looks as what is not: the file has one weight.
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName == Name ? SKTypeface.FromData(file) : null;

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? SKTypeface.FromData(file) : null;
}
