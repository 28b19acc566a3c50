namespace Optim.Functional;

/// <summary>MPI, which starts a program as many processes and lets them compute together.</summary>
/// <example><code>
/// using var world = Mpi.Init();                                   // mpirun -n 4 dotnet program.dll
/// var optimizer = new Optimizer(parameters, new AdamW(), over: world);
/// </code></example>
public static class Mpi
{
    /// <summary>The environment variable that names the library, by a path or a name.</summary>
    public const string Variable = "OPTIM_MPI";

    static bool isBegun;

    /// <summary>Begins MPI, once in a process. Of a process that no launcher has started, and that needs no MPI, makes a world of
    /// one.</summary>
    /// <exception cref="NotSupportedException">A launcher has started this process, and there is no MPI library, or another one's; or MPI
    /// was begun before.</exception>
    public static World Init()
    {
        if (Launcher.Find(Environment.GetEnvironmentVariable) is not { } launcher)
            return World.OfOne("no mpirun has started this process: a world of one");
        if (isBegun) throw MpiFault.TwiceBegun();
        var named = Environment.GetEnvironmentVariable(Variable);
        var library = MpiLibrary.Load(named is { Length: > 0 } ? [named] : launcher.Libraries, out var why)
            ?? throw MpiFault.NotBegun(launcher, why);
        isBegun = true;
        var session = new Session(library);
        if (launcher.Size is { } size && size != session.Size)
        {
            if (session.Size == 1) session.End();
            throw MpiFault.OtherLibrary(launcher, library.Version());
        }
        Ending.Watch(session);
        return new(session, launcher);
    }

    /// <summary>The MPI library that would be used, with its version.</summary>
    /// <param name="why">Why there is none, and the package that brings it; or null.</param>
    /// <returns>Null where there is none.</returns>
    public static string? Find(out string? why)
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        var launcher = Launcher.Find(Environment.GetEnvironmentVariable);
        var library = MpiLibrary.Load(named is { Length: > 0 } ? [named] : launcher?.Libraries ?? Launcher.Any, out var reason);
        why = library is null ? reason : null;
        return library is null ? null : $"{library.Version()} ({library.File})";
    }
}
