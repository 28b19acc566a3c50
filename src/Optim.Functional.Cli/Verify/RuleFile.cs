using System.Reflection;

namespace Optim.Functional.Cli;

/// <summary>A file with rules, as a loaded assembly.</summary>
/// <param name="Path">As it was given.</param>
/// <param name="Module">The module that F# makes of a script; a reader who pastes code after the script does not write it.
/// Empty otherwise.</param>
internal sealed record RuleFile(string Path, Assembly Assembly, Language Language, string Module)
{
    public static RuleFile Open(string path, Terminal terminal)
    {
        var full = Probe(path);
        if (!System.IO.Path.GetExtension(full).Equals(".fsx", StringComparison.OrdinalIgnoreCase)) return Of(path, Load(path, full));

        var (library, files) = ScriptCompiler.Compile(path, full, terminal);
        using var image = new MemoryStream(library);
        var name = System.IO.Path.GetFileNameWithoutExtension(full);
        return Of(path, new RuleContext(full, files).LoadFromStream(image)) with { Module = char.ToUpperInvariant(name[0]) + name[1..] };
    }

    /// <summary>Code that was written from types of this file, as a reader of the file would write it.</summary>
    public string Local(string code) => Module.Length == 0 ? code : code.Replace($"{Module}.", "");

    static RuleFile Of(string path, Assembly assembly)
    {
        var fsharp = assembly.CustomAttributes.Any(a => a.AttributeType.Name == "FSharpInterfaceDataVersionAttribute");
        return new(path, assembly, fsharp ? Language.FSharp : Language.CSharp, "");
    }

    static Assembly Load(string path, string full)
    {
        try
        {
            return new RuleContext(full, []).Open();
        }
        catch (BadImageFormatException e)
        {
            throw Misuse.NotAnAssembly(path, e);
        }
        catch (FileLoadException e)
        {
            throw Misuse.Unreadable(path, e);
        }
    }

    // A file that cannot be read says so before anything is made of it.
    static string Probe(string path)
    {
        try
        {
            using (File.OpenRead(path)) return System.IO.Path.GetFullPath(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Misuse.Unreadable(path, e);
        }
    }
}
