using System.Text.RegularExpressions;
using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

/// <summary>Runs the tool in this process, in a folder of its own that goes away with it.</summary>
sealed class Shell : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("optim-");

    public string Path(string name) => System.IO.Path.Combine(folder.FullName, name);

    /// <summary>Words are parted by blanks but within quotes; @name is a path in the folder.</summary>
    public Answer Run(string line) => Start(line, TestContext.Current.CancellationToken);

    /// <summary>The same, stopped before it begins its work.</summary>
    public Answer Stopped(string line) => Start(line, new CancellationToken(canceled: true));

    Answer Start(string line, CancellationToken stop)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var args = Regex.Matches(line, "\"[^\"]*\"|[^ ]+").Select(a => a.Value.Trim('"')).Select(a => a.StartsWith('@') ? Path(a[1..]) : a);
        var code = Tool.Run([.. args], new Terminal(output, error, Interactive: false, stop));
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>The run ends with a user's mistake, said in one line.</summary>
    public string Refusal(string line)
    {
        var answer = Run(line);
        Assert.Equal((Tool.Misused, 1), (answer.Code, answer.Error.TrimEnd().Split('\n').Length));
        Assert.StartsWith("optim: ", answer.Error);
        return answer.Error.TrimEnd();
    }

    public string[] Files => [.. folder.GetFiles("*", SearchOption.AllDirectories).Select(f => f.Name).Order(StringComparer.Ordinal)];

    public void Dispose() => folder.Delete(recursive: true);
}

sealed record Answer(int Code, string Out, string Error);
