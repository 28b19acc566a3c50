using System.Diagnostics;
using System.Globalization;

namespace Optim.Functional.PyTorch.Endurance;

/// <summary>Ends a process that saves at times drawn at random, and looks at what it leaves.</summary>
static class Killing
{
    const int LongestMs = 120;

    public static int Run(int times, int seed, TextWriter say)
    {
        var folder = Directory.CreateTempSubdirectory("optim-kill").FullName;
        try
        {
            var result = new Result();
            var random = new Random(seed);
            for (var n = 1; n <= times; n++)
            {
                Once(folder, random, result);
                if (n % 100 == 0 || n == times) say.WriteLine($"{n} ended: {result}");
            }
            // One more save clears what the last one has left.
            new CheckpointFolder(folder, keep: 2).Save(long.MaxValue / 1000, new Dictionary<string, object?> { ["step"] = 0L });
            var left = Directory.GetFiles(folder, "*.tmp").Length;
            say.WriteLine($"{times} times ended, {result}; after the next save {left} are left");
            return result.Lost == 0 && left == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void Once(string folder, Random random, Result result)
    {
        var before = Steps(folder);
        var start = new ProcessStartInfo("dotnet", [typeof(Killing).Assembly.Location, "save", folder]);
        using (var process = Process.Start(start)!)
        {
            // From the first save on, so that most are ended within one.
            var patience = Stopwatch.StartNew();
            while (Steps(folder) == before && !process.HasExited && patience.Elapsed < TimeSpan.FromSeconds(60)) Thread.Sleep(1);
            Thread.Sleep(random.Next(LongestMs));
            if (process.HasExited) throw new InvalidOperationException($"the process ended by itself with {process.ExitCode}");
            process.Kill();
            process.WaitForExit();
        }
        result.Litter += Directory.GetFiles(folder, "*.tmp").Length;
        using var last = new CheckpointFolder(folder).OpenLatest(out var skipped);
        result.Damaged += skipped.Count;
        if (last is null || Saving.Step(last) < before) result.Lost++;
        else result.Saves = Saving.Step(last);
    }

    /// <summary>The newest step that is there, by its name; -1 where none is.</summary>
    static long Steps(string folder) => Directory.GetFiles(folder, "step-*.pt")
        .Select(path => long.Parse(Path.GetFileNameWithoutExtension(path)["step-".Length..], CultureInfo.InvariantCulture))
        .Append(-1)
        .Max();

    sealed class Result
    {
        public int Litter, Damaged, Lost;
        public long Saves;

        public override string ToString() =>
            $"{Saves} saves, {Litter} left unfinished, {Damaged} damaged under their own name, {Lost} times nothing to go on from";
    }
}
