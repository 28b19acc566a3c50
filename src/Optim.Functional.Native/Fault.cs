using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Every message of the package: which library, what, got, wanted, likely cause.</summary>
static class Fault
{
    public static NotSupportedException NotUsed(string why) => new($"No native library is in use: {why}");

    public static NotSupportedException NoThreads(string library) =>
        new($"{library} has no function that sets its threads. Set them by its environment variable before the program starts.");

    public static ArgumentOutOfRangeException Threads(int got) =>
        new(null, Invariant($"Threads of a native library: got {got}, wanted 1 or more."));

    public static ArgumentException NotPositiveDefinite() => new("Matrix must be positive definite.");

    public static ArgumentException ProductLengths(int m, int n, int k, int a, int b, int c) =>
        new(Invariant($"A product of {m} x {k} and {k} x {n}: got {a}, {b} and {c} elements for A, B and C, wanted {(long)m * k}, ")
            + Invariant($"{(long)k * n} and {(long)m * n}, and at least 1 of each."));

    public static string NoneFound(IEnumerable<string> names, string variable) =>
        $"none of {string.Join(", ", names)} is found on this machine. Install one (Debian: apt-get install libopenblas0), "
        + $"or give its path, here or by the environment variable {variable}.";

    public static string NotLoaded(string name, string error) => $"{name} is not loaded: {error.ReplaceLineEndings(" ").Trim()}";

    public static string OfVariable(string variable, string why) => $"{variable} is set. {why}";

    public static string NoDot(string name) =>
        $"{name} has no cblas_ddot under any of the names that libraries give it: it is no BLAS with a C interface.";

    public static string Lacks(string name, IReadOnlyCollection<string> missing)
    {
        const int Shown = 4;
        var more = missing.Count > Shown ? Invariant($" and {missing.Count - Shown} more") : "";
        return Invariant($"{name} lacks {string.Join(", ", missing.Take(Shown))}{more}.");
    }

    public static string WrongDot(string name, double got) =>
        Invariant($"{name}: its cblas_ddot gives {got} for 2 times 3, where one of 32-bit indices gives 6 and one of 64-bit indices 0.");

    public static string WrongProduct(string name, double got) =>
        Invariant($"{name}: its dgemm gives {got} for a product that is 39. Are its indices of another width than its cblas_ddot's?");

    public static string OtherWidth(string name, int got, int wanted) =>
        Invariant($"{name}: its LAPACK has {got}-bit indices, its BLAS {wanted}-bit ones. Take both from one build.");

    public static string BigEndian() => "this processor's byte order is not the one that the package is made for: little-endian.";
}
