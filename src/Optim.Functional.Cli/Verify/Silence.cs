namespace Optim.Functional.Cli;

/// <summary>While there is one, the console is deaf and dumb: what a file of rules prints would stand in the middle of a table.</summary>
/// <remarks>A <see cref="Terminal"/> made before writes on.</remarks>
internal sealed class Silence : IDisposable
{
    static readonly Lock gate = new();
    static int silences;
    static (TextWriter Out, TextWriter Error, TextReader In) spoken;

    public Silence()
    {
        lock (gate)
        {
            if (silences++ > 0) return;
            spoken = (Console.Out, Console.Error, Console.In);
            Console.SetOut(TextWriter.Null);
            Console.SetError(TextWriter.Null);
            Console.SetIn(TextReader.Null);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (--silences > 0) return;
            Console.SetOut(spoken.Out);
            Console.SetError(spoken.Error);
            Console.SetIn(spoken.In);
        }
    }
}
