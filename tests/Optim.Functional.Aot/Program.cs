using Optim.Functional.Aot;

// Prints what each run came to; given a file of what another build of the program printed, it says what differs, and ends with 1.
string[] lines =
[
    .. Runs<float>.All().Select(run => $"float {run.Name}: {run.Digest}"),
    .. Runs<double>.All().Select(run => $"double {run.Name}: {run.Digest}"),
    .. FSharpRuns.all.Select(run =>
        $"{run.Item1}: {string.Join(" ", run.Item2.Invoke(null!).Select(x => $"{BitConverter.DoubleToInt64Bits(x):x16}"))}"),
];
foreach (var line in lines) Console.WriteLine(line);
if (args is not [var file]) return 0;

var wanted = File.ReadAllLines(file);
var differences = Enumerable.Range(0, Math.Max(wanted.Length, lines.Length))
    .Where(i => wanted.ElementAtOrDefault(i) != lines.ElementAtOrDefault(i))
    .ToArray();
foreach (var i in differences) Console.Error.WriteLine($"got    {lines.ElementAtOrDefault(i)}\nwanted {wanted.ElementAtOrDefault(i)}");
return differences.Length == 0 ? 0 : 1;
