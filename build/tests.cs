// Runs the tests that are built, some projects side by side, and says how they go. The totals go to artifacts/tests.txt.
// dotnet run build/tests.cs -- Release          all
// dotnet run build/tests.cs -- Release quick    those of the core that are done within seconds

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

// Of these each starts processes, trains, or works through memory for seconds.
string[] slow =
[
    "*.Cli.*", "*.Examples.*", "Optim.Functional.Properties.*", "*.RuntimeSwitchTests", "*.LongTests", "*.HostileJson", "*.ManyTests",
    "*.Lift.SharingTests", "*.ClosureRuleTests", "*.MatrixProductTests", "*.PlotTests", "*.KernelTests", "*.ToolTests",
    "*.DeviceStepTests", "*.DeviceWholeTests", "*.DeviceFactorTests", "*.DeviceLbfgsTests", "*.GpuCheckTests",
    "*.WholeRuleTests", "*.Lift.LaneTests",
];
var (configuration, isQuick) = (args[0], args is [_, "quick"]);
var assemblies = Directory.GetDirectories(".", "*.Tests", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
    .Where(folder => !isQuick || Path.GetFileName(folder) == "Optim.Functional.Tests")
    .Select(folder => Path.Combine(folder, "bin", configuration, "net10.0", $"{Path.GetFileName(folder)}.dll"))
    .Where(File.Exists).Order(StringComparer.Ordinal).ToArray();
var arguments = isQuick ? slow.SelectMany(name => (string[])["-class-", name]).ToArray() : [];

// The longest, the properties, are first by their name, and the others go on beside them.
var runs = new ConcurrentBag<Run>();
Parallel.ForEach(Partitioner.Create(assemblies, EnumerablePartitionerOptions.NoBuffering), new() { MaxDegreeOfParallelism = Environment.ProcessorCount },
    assembly => runs.Add(Run.Of(assembly, arguments)));

var (passed, failed) = (runs.Sum(r => r.Passed), runs.Sum(r => r.Failed));
Directory.CreateDirectory("artifacts");
File.WriteAllText(Path.Combine("artifacts", "tests.txt"), $"{passed} passed, {failed} failed\n");
return failed == 0 && passed > 0 ? 0 : 1;

/// <summary>The tests of one project, run by a process of its own that reports each event as a line of JSON.</summary>
sealed class Run(string name)
{
    const int EverySeconds = 10;

    readonly Stopwatch time = Stopwatch.StartNew();
    bool isWhole;

    public int Passed { get; private set; }
    public int Failed { get; private set; }
    int Skipped { get; set; }

    public static Run Of(string assembly, string[] arguments)
    {
        var run = new Run(Path.GetFileNameWithoutExtension(assembly));
        run.Say("running");
        using (new Timer(_ => run.Say($"{run.Passed + run.Failed} tests done, {run.Seconds}"), null, EverySeconds * 1000, EverySeconds * 1000))
        using (var process = Process.Start(new ProcessStartInfo("dotnet", [assembly, "-reporter", "json", "-noColor", .. arguments])
        {
            RedirectStandardOutput = true,
        })!)
        {
            while (process.StandardOutput.ReadLine() is { } line) run.Read(line);
            process.WaitForExit();
            if (process.ExitCode != 0 && (run.Failed == 0 || !run.isWhole)) run.Fail($"the tests ended with code {process.ExitCode}{(run.isWhole ? "" : " before they were done")}");
        }
        run.Say($"{run.Passed} passed, {run.Failed} failed, {(run.Skipped > 0 ? $"{run.Skipped} skipped, " : "")}{run.Seconds}");
        return run;
    }

    string Seconds => $"{time.Elapsed.TotalSeconds:0} s";

    readonly Dictionary<string, string> names = [];

    void Read(string line)
    {
        if (!line.StartsWith('{'))
        {
            Say(line);
            return;
        }
        // What a program has printed may be in a message as it is, a terminal's control codes too; the reporter does not escape them.
        var e = JsonDocument.Parse(Regex.Replace(line, @"\p{Cc}", " ")).RootElement;
        switch (e.GetProperty("$type").GetString())
        {
            case "test-starting":
                names[e.GetProperty("TestUniqueID").GetString()!] = e.GetProperty("TestDisplayName").GetString()!;
                break;
            case "test-passed":
                Passed++;
                break;
            case "test-skipped":
                Skipped++;
                Say($"skipped {Name(e)}: {e.GetProperty("Reason").GetString()}");
                break;
            case "test-failed":
                Fail($"failed {Name(e)}\n{Texts(e, "Messages")}\n{Texts(e, "StackTraces", IsOwn)}");
                break;
            case "test-assembly-finished":
                isWhole = true;
                break;
            case "error" or "test-assembly-cleanup-failure" or "test-collection-cleanup-failure" or "test-class-cleanup-failure" or "test-cleanup-failure":
                Fail($"failed outside a test\n{Texts(e, "Messages")}\n{Texts(e, "StackTraces")}");
                break;
        }
    }

    string Name(JsonElement e) => names.GetValueOrDefault(e.GetProperty("TestUniqueID").GetString()!, "a test");

    static string Texts(JsonElement e, string of, Func<string, bool>? isWanted = null) => !e.TryGetProperty(of, out var texts) ? ""
        : string.Join('\n', texts.EnumerateArray().SelectMany(text => (text.GetString() ?? "").ReplaceLineEndings("\n").Split('\n'))
            .Where(isWanted ?? (_ => true)).Select(line => $"    {line}"));

    // Of a stack not the lines of the test runner.
    static bool IsOwn(string line) => !Regex.IsMatch(line, "^ *at (Xunit|System.Reflection|System.RuntimeMethodHandle|InvokeStub_)");

    void Fail(string what)
    {
        Failed++;
        Say(what);
    }

    void Say(string what) => Console.WriteLine($"{name}: {what}");
}
