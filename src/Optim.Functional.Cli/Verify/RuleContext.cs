using System.Reflection;
using System.Runtime.Loader;
using Microsoft.FSharp.Core;

namespace Optim.Functional.Cli;

/// <summary>Loads a file of rules: what it shares with the laws is the tool's own copy, so that its rules are rules to the laws;
/// all else comes from beside it.</summary>
/// <param name="path">The file.</param>
/// <param name="files">Where else its references are, for a script.</param>
internal sealed class RuleContext(string path, IReadOnlyList<string> files) : AssemblyLoadContext("rules")
{
    static readonly Dictionary<string, Assembly> shared = new[]
    {
        typeof(IRule), typeof(Law), typeof(FSharpOption<>), typeof(FsCheck.Arbitrary<>), typeof(MathNet.Numerics.Complex32),
    }.Select(t => t.Assembly).ToDictionary(a => a.GetName().Name!);

    // Knows the .deps.json beside the file, and the folder where there is none.
    readonly AssemblyDependencyResolver? beside = files.Count == 0 ? new(path) : null;

    /// <summary>The file itself.</summary>
    public Assembly Open() => shared.GetValueOrDefault(AssemblyName.GetAssemblyName(path).Name!) ?? LoadFromAssemblyPath(path);

    protected override Assembly? Load(AssemblyName name)
    {
        if (shared.TryGetValue(name.Name!, out var own)) return own;
        var found = beside?.ResolveAssemblyToPath(name) ?? files.FirstOrDefault(f => IsOf(f, name.Name!));
        return found is null || IsFramework(name) ? null : LoadFromAssemblyPath(found);
    }

    protected override nint LoadUnmanagedDll(string name) =>
        beside?.ResolveUnmanagedDllToPath(name) is { } found ? LoadUnmanagedDllFromPath(found) : 0;

    static bool IsOf(string file, string name) => Path.GetFileNameWithoutExtension(file).Equals(name, StringComparison.OrdinalIgnoreCase);

    // A script is compiled against descriptions of the framework, which cannot be run.
    static bool IsFramework(AssemblyName name) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name.Name + ".dll"));
}
