using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Optim.Functional.Cli;

/// <summary>A native library in this process.</summary>
/// <param name="Path">Where it was found, as far as the system says.</param>
internal sealed record NativeFile(nint Handle, string Path)
{
    /// <summary>Loads the first of some files that can be loaded and has all symbols.</summary>
    /// <param name="why">Where none is: what is wrong with those that are there, or that none is.</param>
    public static NativeFile? Find(string[] names, IReadOnlyList<string> symbols, out string why)
    {
        var faults = new List<string>();
        foreach (var name in names)
        {
            if (Load(name, faults) is not { } handle) continue;
            var missing = symbols.Where(s => !NativeLibrary.TryGetExport(handle, s, out _)).ToArray();
            if (missing.Length == 0)
            {
                why = "";
                return new(handle, Place(handle, name, symbols));
            }
            faults.Add($"{name} is there, but has no {string.Join(", ", missing)}");
        }
        why = faults.Count > 0 ? string.Join("; ", faults)
            : names is [var first, .. var rest] ? $"there is no {first}{(rest.Length > 0 ? $", nor {string.Join(", ", rest)}" : "")}"
            : "no name is given to look for";
        return null;
    }

    /// <summary>The version that one of the folders it lies in is named by, or null.</summary>
    public string? VersionOfFolder => Path.Split('/', '\\').FirstOrDefault(folder => Version.TryParse(folder, out _));

    /// <summary>The address of a function, or 0.</summary>
    public nint this[string symbol] => NativeLibrary.TryGetExport(Handle, symbol, out var address) ? address : 0;

    static nint? Load(string name, List<string> faults)
    {
        try
        {
            return NativeLibrary.Load(name);
        }
        catch (Exception e)
        {
            // Of whatever kind: what is there may be anything.
            if (!IsAbsent(name, e)) faults.Add($"{name} is there, but cannot be loaded: {Reason(name, e)}");
            return null;
        }
    }

    // The systems' words: glibc's, musl's, and Windows's number. They say the same of a library that is there without one that it needs.
    static bool IsAbsent(string name, Exception e) => System.IO.Path.IsPathRooted(name) ? !File.Exists(name) && !Directory.Exists(name)
        : Reason(name, e) is var said && (said.StartsWith("cannot open shared object file: No such file") || said.Contains("(no such file)")
            || said.Contains("No such file or directory") && said.Contains(name) && !said.Contains("needed by")
            || said.Contains("0x8007007E"));

    // What the system says stands behind .NET's own words, in the last line, with the name before it.
    static string Reason(string name, Exception e)
    {
        var said = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];
        return said.StartsWith(name + ": ", StringComparison.Ordinal) ? said[(name.Length + 2)..] : said;
    }

    static string Place(nint handle, string name, IReadOnlyList<string> symbols)
    {
        if (symbols.Count == 0 || System.IO.Path.IsPathRooted(name)) return name;
        var at = NativeLibrary.GetExport(handle, symbols[0]);
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>()
            .FirstOrDefault(m => at >= m.BaseAddress && at - m.BaseAddress < m.ModuleMemorySize)?.FileName ?? name;
    }
}
