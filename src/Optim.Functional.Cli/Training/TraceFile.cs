namespace Optim.Functional.Cli;

/// <summary>Where the trace of a run is written, in the form that the end of its name says.</summary>
internal sealed record TraceFile(string Path)
{
    /// <summary>The chosen place, which must be free and writable.</summary>
    public static TraceFile At(string path, bool overwrite) => Kind(path) is ".html" or ".png" or ".csv"
        ? new(Pictures.Place("trace", path, overwrite))
        : throw Misuse.BadValue("trace", path, "a file that ends in .html, .png or .csv");

    static string Kind(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant();

    /// <summary>Whether there was something to write: a run that was stopped at once has none.</summary>
    public bool Write(Trace trace, string title)
    {
        if (trace.Steps.Count == 0) return false;
        AtomicFile.Write(Path, file =>
        {
            if (Kind(Path) == ".csv") trace.Save(file);
            else file.Write(Kind(Path) == ".png" ? trace.Plot(title: title) : System.Text.Encoding.UTF8.GetBytes(trace.Html(title: title)));
        });
        return true;
    }
}
