using System.Globalization;
using Optim.Functional.Bench;
using Optim.Functional.Bench.Rows;

const string Command = "dotnet run -c Release --project bench/Optim.Functional.Bench --";
const int Misused = 2;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

Options options;
try { options = Options.Parse(args, Row.All.Select(r => r.Name)); }
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return Misused;
}
if (options.FirstStep)
{
    FirstStep.Run();
    return 0;
}
if (options.Help)
{
    Console.WriteLine($"""
        Measures the speed targets and prints them as a table.

          {Command} [options]

          --quick       fewer sizes, rules and rounds: less than two minutes
          --only ROW    only the rows with that in their name; may be given several times
          --write FILE  writes the result as markdown too
          --help        this text

        Rows:
        {string.Join("\n", Row.All.Select(r => $"  {r.Name,-14} {r.Question}"))}

        In a round each side runs once, by turns first and last. Rounds in which the rest of the machine was busy are dropped;
        ~ marks a case that had no quiet round and uses all. Times are medians, a ratio the median of the rounds' ratios.
        """);
    return 0;
}

var bench = new Workbench(options.Quick);
(string, string)[] facts =
[
    .. Machine.Facts,
    ("command", $"{Command} {string.Join(' ', args)}"),
    ("threads", string.Join(" and ", bench.Threads)),
];
if (options.Write is { } early)
{
    // Now, since a run takes minutes.
    try { File.AppendAllText(early, ""); }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine($"--write {early}: {e.Message}");
        return Misused;
    }
}
foreach (var (name, value) in facts) Console.WriteLine($"{name,-11} {value}");
if (!Others.Known) Console.WriteLine("This system does not say what the rest of the machine does: all rounds are kept.");

var report = new Report(Console.Out);
foreach (var row in Row.All.Where(r => options.Wants(r.Name)))
{
    report.Begin(row);
    try
    {
        foreach (var line in row.Measure(bench)) report.Add(line);
    }
    catch (Exception e)
    {
        report.Add(Line.NotMeasured("the rest of this row", $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}"));
    }
}
Console.WriteLine();
if (bench.Asked) facts = [.. facts, ("peer", bench.Torch?.Version ?? bench.NoTorch)];
if (options.Write is { } file) File.WriteAllText(file, report.Markdown("Benchmarks", facts));
Console.WriteLine(report.Counts);
return 0;
