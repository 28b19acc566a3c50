using System.Globalization;
using System.Text.RegularExpressions;

namespace Optim.Functional.Tests.Cuda;

/// <summary>NVIDIA's assembler: on the PATH, or where eng/ptxas puts it.</summary>
static partial class Ptxas
{
    /// <summary>Kernels of one call: most of a call is its start.</summary>
    const int AtOnce = 50;

    /// <summary>The oldest devices that the kernels are for, and newer ones.</summary>
    static readonly string[] devices = ["sm_80", "sm_90"];

    static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Append(Path.Combine(Repository.Root, "artifacts", "ptxas"))
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "ptxas.exe" : "ptxas"))
        .FirstOrDefault(File.Exists);

    /// <summary>Assembles kernels; throws where one is refused.</summary>
    /// <returns>How many, and how many of them keep numbers in memory for want of registers; or that there is no assembler.</returns>
    public static string Assemble(string[] kernels)
    {
        if (Find() is not { } program) return "left out: it is not on the PATH, nor fetched by eng/ptxas";
        var folder = Directory.CreateTempSubdirectory("optim-ptx");
        try
        {
            var (count, spilled, most) = (0, 0, 0);
            foreach (var device in devices)
                Parallel.ForEach(kernels.Index().Chunk(AtOnce), part =>
                {
                    var spills = Spills(program, device, Path.Combine(folder.FullName, $"{part[0].Index}.ptx"), part);
                    lock (devices)
                    {
                        count += spills.Length;
                        spilled += spills.Count(bytes => bytes > 0);
                        most = Math.Max(most, spills.Max());
                    }
                });
            Assert.Equal(devices.Length * kernels.Length, count);
            return $"takes {kernels.Length} for {string.Join(" and ", devices)}, of these {spilled} spill up to {most} bytes";
        }
        finally { folder.Delete(recursive: true); }
    }

    /// <summary>Assembles kernels in one call, under names of their own.</summary>
    /// <returns>Bytes that each spills.</returns>
    static int[] Spills(string program, string device, string file, (int Index, string Ptx)[] kernels)
    {
        const string Begin = ".visible .entry optim_step(";
        using (var text = new StreamWriter(file))
        {
            text.WriteLine(kernels[0].Ptx[..kernels[0].Ptx.IndexOf(Begin, StringComparison.Ordinal)]);
            foreach (var (number, ptx) in kernels)
                text.WriteLine(ptx[ptx.IndexOf(Begin, StringComparison.Ordinal)..].Replace(Begin, $".visible .entry optim_step_{number}("));
        }
        string[] arguments = [$"-arch={device}", "-v", file, "-o", file + device];
        var (exit, output, errors) = Programs.Ends(null, program, arguments).GetAwaiter().GetResult();
        Assert.True(exit == 0, $"ptxas -arch={device} {file}: {output}{errors}");
        return [.. Spilled().Matches(output + errors).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture))];
    }

    [GeneratedRegex(@"(\d+) bytes spill stores")]
    private static partial Regex Spilled();
}
