using System.Diagnostics;
using System.Text.Json;

namespace Optim.Functional.GpuCheck;

/// <summary>The same steps by torch.optim, where python3 has torch.</summary>
static class Torch
{
    static readonly TimeSpan most = TimeSpan.FromMinutes(3);

    /// <summary>Milliseconds by rule, set and way: fused, foreach.</summary>
    public static IReadOnlyDictionary<(string Rule, string Set, string How), double> Times(
        IEnumerable<(string Name, int[] Lengths)> sets, out string what)
    {
        var times = new Dictionary<(string, string, string), double>();
        what = "left out: there is no python3";
        try
        {
            using var process = Process.Start(new ProcessStartInfo("python3", ["-c", Script()])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            var given = new { sets = sets.Select(s => new { name = s.Name, lengths = s.Lengths }) };
            process.StandardInput.Write(JsonSerializer.Serialize(given));
            process.StandardInput.Close();
            using var timer = new Timer(_ => process.Kill(), null, most, Timeout.InfiniteTimeSpan);
            while (process.StandardOutput.ReadLine() is { } line) Read(JsonDocument.Parse(line).RootElement, times, ref what);
            process.WaitForExit();
        }
        catch (System.ComponentModel.Win32Exception) { }
        return times;
    }

    static void Read(JsonElement line, Dictionary<(string, string, string), double> times, ref string what)
    {
        if (line.TryGetProperty("missing", out var missing)) what = $"left out: {missing}";
        else if (line.TryGetProperty("version", out var version)) what = $"torch {version}";
        else if (line.TryGetProperty("ms", out var ms)) times[(Of("rule"), Of("set"), Of("how"))] = ms.GetDouble();
        else Console.WriteLine($"torch: {Of("rule")}, {Of("set")}, {Of("how")}: {Of("error")}");

        string Of(string key) => line.GetProperty(key).GetString()!;
    }

    static string Script()
    {
        using var stream = typeof(Torch).Assembly.GetManifestResourceStream("torch_times.py")!;
        return new StreamReader(stream).ReadToEnd();
    }
}
