using System.Buffers.Binary;
using System.Text.Json;
using System.Text.RegularExpressions;
using Optim.Functional.Plots;

namespace Optim.Functional.Tests.Tracing;

public sealed class PlotTests : IDisposable
{
    /// <summary>Bytes. An empty picture of the sizes used has less.</summary>
    const int LeastPicture = 20_000;

    /// <summary>Bytes of a page of 10,000 steps with four series.</summary>
    const int MostPage = 100_000;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("optim-plots");

    public void Dispose() => folder.Delete(recursive: true);

    string At(string name) => Path.Combine(folder.FullName, name);

    /// <summary>A loss that falls and wavers, and is NaN for a while.</summary>
    static Trace Run(int steps)
    {
        var (trace, random) = (new Trace(), new Random(1));
        for (var t = 1; t <= steps; t++)
        {
            var loss = t == steps / 2 ? double.NaN : Math.Exp(-5.0 * t / steps) * (1 + random.NextDouble());
            trace.Add(t, loss, lr: 0.1 * t, norm: random.NextDouble());
            trace.Note("accuracy", random.NextDouble());
        }
        return trace;
    }

    static (int Width, int Height) Size(byte[] png)
    {
        Assert.Equal("PNG"u8.ToArray(), png[1..4]);
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }

    static JsonElement Data(string html) => JsonDocument.Parse(Regex.Match(html, "const run = (.*);\n").Groups[1].Value).RootElement;

    [Fact]
    public void A_schedule_is_drawn_into_a_file_and_given_as_bytes()
    {
        var png = new Cosine(900).WarmUp(100).Plot(1000, At("schedule.png"));
        Assert.Equal(png, File.ReadAllBytes(At("schedule.png")));
        Assert.Equal((1200, 600), Size(png));
        Assert.True(png.Length > LeastPicture);
        Assert.NotEqual(png, new Cosine(900).Plot(1000, title: $"{new Cosine(900).WarmUp(100)}"));
    }

    [Fact]
    public void A_confusion_matrix_is_drawn_by_its_rows_shares()
    {
        int[,] counts = { { 9, 1 }, { 0, 5 } };
        var png = ConfusionPlots.Plot(counts, ["cat", "dog"], At("confusion.png"));
        Assert.Equal(png, File.ReadAllBytes(At("confusion.png")));
        Assert.Equal((2 * 78 + 190, 2 * 78 + 95), Size(png));
        Assert.NotEqual(png, ConfusionPlots.Plot(new[,] { { 9, 1 }, { 5, 0 } }, ["cat", "dog"], title: "93.3 % right"));
    }

    [Fact]
    public void A_confusion_matrix_wants_a_name_for_each_class() =>
        Assert.Contains("got 2 rows, 2 columns and 3 names",
            Assert.Throws<ArgumentException>(() => ConfusionPlots.Plot(new int[2, 2], ["a", "b", "c"])).Message);

    [Fact]
    public void A_trace_has_a_row_for_each_of_its_series()
    {
        var png = Run(500).Plot(At("run.png"));
        Assert.Equal(png, File.ReadAllBytes(At("run.png")));
        Assert.True(png.Length > LeastPicture);
        var losses = new Trace();
        losses.Add(1, 2);
        Assert.True(Size(losses.Plot()).Height < Size(png).Height / 2);
    }

    [Fact]
    public void The_page_needs_nothing_else_and_stays_small()
    {
        var html = Run(10_000).Html(At("run.html"));
        Assert.Equal(html, File.ReadAllText(At("run.html")));
        Assert.InRange(html.Length, LeastPicture, MostPage);
        Assert.DoesNotMatch("(src|href|url|import|fetch)\\b\\s*[=(]|https?:", html);
        Assert.Equal(4, Regex.Count(html, "<svg "));
    }

    [Fact]
    public void The_page_has_the_numbers_and_a_gap_where_one_is_not_finite()
    {
        var trace = new Trace();
        foreach (var (step, loss) in ((long, double)[])[(1, 4), (2, double.NaN), (3, 3), (4, 2.5), (6, double.PositiveInfinity)])
            trace.Add(step, loss);
        var html = trace.Html(title: "a < b");
        var line = Data(html).GetProperty("panels")[0].GetProperty("lines")[0];
        Assert.Equal("[1,2,3,4,6] [4,\"NaN\",3,2.5,\"Infinity\"]", $"{line.GetProperty("x")} {line.GetProperty("y")}");
        Assert.Matches("d=\"M[0-9. ]+h0M[0-9. ]+h0L[0-9. ]+\"", html);
        Assert.Contains("<h1>a &lt; b</h1>", html);
    }

    [Fact]
    public void Names_cannot_end_the_pages_script()
    {
        var trace = new Trace();
        trace.Add(1, 1);
        trace.Note("</script><b>", 1);
        Assert.DoesNotContain("</script><b>", trace.Html());
        Assert.Equal(1, Regex.Count(trace.Html(), "</script>"));
    }

    [Fact]
    public void Thinned_a_series_keeps_its_ends_and_every_stretchs_extremes()
    {
        static double Wave(int i) => i == 5000 ? double.NaN : i == 7777 ? 1e6 : Math.Sin(i);
        (long Step, double Value)[] all = [.. Enumerable.Range(0, 10_000).Select(i => ((long)i, Wave(i)))];
        var thin = Thinned.Of(all, 100);
        Assert.InRange(thin.Count, 80, 160);
        Assert.Equal((all[0], all[^1]), (thin[0], thin[^1]));
        Assert.Contains(all[7777], thin);
        Assert.Single(thin, p => double.IsNaN(p.Value));
        Assert.Equal(thin.OrderBy(p => p.Step), thin);
        Assert.Same(all, Thinned.Of(all, all.Length));
    }

    [Theory]
    [InlineData(1e300, 1e-300)]
    [InlineData(1e308, -1e308)]
    [InlineData(0, 0)]
    [InlineData(double.Epsilon, double.Epsilon)]
    [InlineData(1e200, 1e200)]
    [InlineData(0.1, 0.1 + 1e-17)]
    [InlineData(1e17, 1e17 + 16)]
    public void Numbers_of_any_size_are_drawn(double first, double second)
    {
        var trace = new Trace();
        trace.Add(-5, first);
        trace.Add(long.MaxValue / 4, second);
        Assert.True(trace.Plot().Length > 0);
        Assert.DoesNotMatch("(NaN|Infinity)", Data(trace.Html()).ToString());
        Assert.DoesNotMatch("\"[^\"]*(NaN|Infinity)", Regex.Match(trace.Html(), "<svg.*</svg>").Value);
    }

    [Fact]
    public void What_cannot_be_drawn_is_refused()
    {
        Assert.Contains("got 0", Assert.Throws<ArgumentException>(() => new Constant().Plot(0)).Message);
        var trace = new Trace();
        Assert.Contains("in 0 steps", Assert.Throws<ArgumentException>(() => trace.Plot()).Message);
        trace.Add(1, double.NaN);
        Assert.Contains("in 1 steps", Assert.Throws<ArgumentException>(() => trace.Html()).Message);
    }
}
