using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MathNet.Numerics.Providers.LinearAlgebra;

namespace Optim.Functional;

/// <summary>The system's BLAS and LAPACK as the provider that MathNet.Numerics computes with, and the library where it multiplies and
/// decomposes matrices.</summary>
/// <remarks>
/// The provider is one for the whole process. Elementwise rules never use it: their bits stay the same.
/// <example>
/// <code>
/// if (!Native.TryUse(out var why)) Console.WriteLine(why);
/// Console.WriteLine(Native.Describe());
/// </code>
/// </example>
/// </remarks>
public static class Native
{
    /// <summary>The environment variable that names the library, by a path or a name, where no path is given.</summary>
    public const string Variable = "OPTIM_BLAS";

    /// <summary>Computes with a native library from now on; where there is none, the provider stays as it was.</summary>
    /// <param name="why">Why not, or null.</param>
    /// <returns>Whether it does.</returns>
    public static bool TryUse([NotNullWhen(false)] out string? why) => TryUse(null, out why);

    /// <summary>Computes with a native library from now on; where that cannot be, the provider stays as it was.</summary>
    /// <param name="path">The library, by path or name; null: what <see cref="Variable"/> says, or else one by the usual names.</param>
    /// <param name="why">Why not, or null.</param>
    /// <returns>Whether it does.</returns>
    public static bool TryUse(string? path, [NotNullWhen(false)] out string? why)
    {
        if (Find(path, out var reason) is not { } library)
        {
            why = reason!;
            return false;
        }
        why = null;
        LinearAlgebraControl.Provider = new OpenBlasLinearAlgebra(library);
        return true;
    }

    /// <summary>Computes with a native library from now on.</summary>
    /// <param name="path">The library, by path or name; null: what <see cref="Variable"/> says, or else one by the usual names.</param>
    /// <param name="threads">Threads it is to use; null: as many as it likes.</param>
    /// <returns>The provider.</returns>
    /// <exception cref="NotSupportedException">There is none, or it has no way to set threads; the provider stays as it was.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Less than one thread.</exception>
    public static OpenBlasLinearAlgebra Use(string? path = null, int? threads = null)
    {
        if (threads < 1) throw Fault.Threads(threads.Value);
        var provider = new OpenBlasLinearAlgebra(Find(path, out var why) ?? throw Fault.NotUsed(why!));
        if (threads is { } n) provider.Threads = n;
        LinearAlgebraControl.Provider = provider;
        return provider;
    }

    /// <summary>Goes back to MathNet's own provider.</summary>
    public static void UseManaged() => LinearAlgebraControl.UseManaged();

    /// <summary>What computes now: which library, its version, the width of its indices, its threads, and what it does of a provider's
    /// work.</summary>
    public static string Describe() => LinearAlgebraControl.Provider is OpenBlasLinearAlgebra native
        ? native.Describe()
        : string.Create(CultureInfo.InvariantCulture, $"MathNet's provider: {LinearAlgebraControl.Provider}");

    static BlasLibrary? Find(string? path, out string? why)
    {
        if (path is not null) return BlasLibrary.Load(path, out why);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            var library = BlasLibrary.Load(named, out why);
            if (library is null) why = Fault.OfVariable(Variable, why!);
            return library;
        }
        foreach (var name in LibraryNames.Blas)
            if (BlasLibrary.Load(name, out why) is { } library) return library;
        why = Fault.NoneFound(LibraryNames.Blas, Variable);
        return null;
    }
}
