using System.Buffers;
using System.Globalization;
using System.Text;

namespace Optim.Functional;

// As CSV, which spreadsheets, pandas and FSharp.Data read.
public sealed partial class Trace
{
    const string OfStep = "step";

    static readonly SearchValues<char> NotInNames = SearchValues.Create(",\"\r\n");

    /// <summary>Writes CSV: a line of names, then one for each step. Every bit of a number comes back; a cell is empty where there is
    /// none.</summary>
    /// <param name="stream">Written to from where it stands; it stays open.</param>
    public void Save(Stream stream)
    {
        if (stream is null) throw Fault.Null("the stream");
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', Names.Prepend(OfStep)));
        for (var i = 0; i < steps.Count; i++)
        {
            writer.Write(steps[i].ToString(CultureInfo.InvariantCulture));
            foreach (var each in series)
            {
                writer.Write(',');
                writer.Write(each.Told(i)?.ToString("R", CultureInfo.InvariantCulture));
            }
            writer.WriteLine();
        }
    }

    /// <summary>Writes that CSV to a file, which is the old one or the new one, whole.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    public void Save(string path) => WholeFile.Write(path ?? throw Fault.Null("the path"), Save);

    /// <summary>Reads what <see cref="Save(Stream)"/> wrote.</summary>
    /// <param name="stream">Read from where it stands to its end; it stays open.</param>
    /// <exception cref="FormatException">It is not such CSV.</exception>
    public static Trace Load(Stream stream)
    {
        using var reader = new StreamReader(stream ?? throw Fault.Null("the stream"), leaveOpen: true);
        var header = reader.ReadLine()?.Split(',') ?? [];
        if (header is not [OfStep, ..] || header.Distinct().Count() < header.Length) throw Fault.TraceHeader(string.Join(',', header));
        var (trace, line) = (new Trace(), 1);
        foreach (var name in header[1..]) _ = trace.Find(name) ?? trace.New(name);
        while (reader.ReadLine() is { } text)
        {
            line++;
            var cells = text.Split(',');
            if (cells.Length != header.Length) throw Fault.TraceCells(line, cells.Length, header.Length);
            if (!long.TryParse(cells[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out var step))
                throw Fault.TraceNumber(line, OfStep, cells[0]);
            if (trace.steps.Count > 0 && step <= trace.steps[^1]) throw Fault.TraceLine(line, step, trace.steps[^1]);
            trace.Begin(step);
            for (var i = 1; i < cells.Length; i++)
            {
                if (cells[i].Length == 0) continue;
                if (!double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                    throw Fault.TraceNumber(line, header[i], cells[i]);
                trace.Find(header[i])!.Close(number);
            }
        }
        return trace;
    }

    /// <summary>Reads the file that <see cref="Save(string)"/> wrote.</summary>
    /// <exception cref="FormatException">It is not such CSV.</exception>
    public static Trace Load(string path)
    {
        using var file = File.OpenRead(path ?? throw Fault.Null("the path"));
        return Load(file);
    }
}
