using System.Diagnostics;
using System.Text;

namespace Optim.Functional.Tests;

/// <summary>A launcher of MPI, and what it starts.</summary>
sealed class Mpirun
{
    static readonly TimeSpan patience = TimeSpan.FromMinutes(15);
    static readonly string worker = Path.Combine(AppContext.BaseDirectory, "Optim.Functional.Mpi.Worker.dll");

    readonly string? path;
    readonly string[] options;

    Mpirun(string? path, params string[] options) => (this.path, this.options) = (path, options);

    public static IReadOnlyDictionary<string, Mpirun> All { get; } = new Dictionary<string, Mpirun>
    {
        // As root, in containers, it wants to be told twice that this is meant.
        ["Open MPI"] = new(
            Found("Open", "mpirun.openmpi", "mpirun"), IsRoot ? ["--allow-run-as-root", "--oversubscribe"] : ["--oversubscribe"]),
        ["MPICH"] = new(Found("HYDRA", "mpirun.mpich", "mpiexec.hydra", "mpirun")),
    };

    static bool IsRoot => Environment.UserName == "root";

    /// <summary>Why what needs it is left out; null where it is there.</summary>
    public static string? Missing(string launcher) => All[launcher].path is not null ? null
        : $"{launcher}'s mpirun is not on the PATH (Debian: apt-get install {(launcher == "MPICH" ? "mpich" : "openmpi-bin")})";

    static string? Found(string word, params string[] names) =>
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in names
         let file = Path.Combine(folder, name)
         where File.Exists(file) && Run(file, ["--version"], []).Output.Contains(word)
         select file).FirstOrDefault();

    /// <summary>Starts the worker as so many processes.</summary>
    public Ended Run(int ranks, string[] arguments, params (string, string)[] environment) =>
        Run(path!, [.. options, "-n", $"{ranks}", "dotnet", worker, .. arguments], environment);

    /// <summary>Starts another program as so many processes.</summary>
    /// <param name="ranks">How many.</param>
    /// <param name="program">Its assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="until">Words after which the job is killed, all of it; null: it ends by itself.</param>
    public Ended RunProgram(int ranks, string program, string[] arguments, string? until = null) =>
        Run(path!, [.. options, "-n", $"{ranks}", "dotnet", program, .. arguments], [], until);

    /// <summary>Starts the worker by itself.</summary>
    public static Ended Alone(string[] arguments, params (string, string)[] environment) =>
        Run("dotnet", [worker, .. arguments], environment);

    public static Ended Run(string program, string[] arguments, (string Name, string Value)[] environment, string? until = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var (output, watch) = (new StringBuilder(), Stopwatch.StartNew());
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Add;
        process.ErrorDataReceived += Add;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(patience))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return new(-1, output.ToString(), watch.Elapsed);
        }
        process.WaitForExit();
        lock (output) return new(process.ExitCode, output.ToString(), watch.Elapsed);

        void Add(object _, DataReceivedEventArgs e)
        {
            lock (output) output.AppendLine(e.Data);
            if (until is not null && e.Data?.Contains(until) == true) process.Kill(entireProcessTree: true);
        }
    }
}

/// <summary>How a program ended, -1 where it did not, and what it printed.</summary>
sealed record Ended(int Code, string Output, TimeSpan After)
{
    public DateTime At { get; } = DateTime.UtcNow;

    public string[] Lines => Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
