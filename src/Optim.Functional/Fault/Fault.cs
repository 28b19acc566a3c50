using System.Globalization;

namespace Optim.Functional;

/// <summary>Every message of the library: rule, what, where, got, wanted, likely cause.
/// The other files of this folder have the rest.</summary>
static partial class Fault
{
    public static ArgumentNullException Null(string what) => new(null, $"{what}: got null.");

    /// <summary>A bare array has no name.</summary>
    static string Of(string? name) => string.IsNullOrEmpty(name) ? "" : $" of '{name}'";

    static string Quoted(IEnumerable<string> names) =>
        names.ToArray() is [""] ? "one without a name" : string.Join(", ", names.Select(name => $"'{name}'"));

    static string Thousands<N>(N n) where N : IFormattable => n.ToString("N0", CultureInfo.InvariantCulture);
}
