using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

/// <summary>Runs the tool in this process, in a folder of its own that goes away with it.</summary>
sealed class Shell : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("optim-");

    public string Path(string name) => System.IO.Path.Combine(folder.FullName, name);

    /// <summary>Words are parted by blanks; @name is a path in the folder.</summary>
    public Answer Run(string line)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var args = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a.StartsWith('@') ? Path(a[1..]) : a);
        var code = Tool.Run([.. args], new Terminal(output, error, Interactive: false, TestContext.Current.CancellationToken));
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
