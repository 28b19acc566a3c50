using System.Globalization;

namespace Optim.Functional;

/// <summary>Every message of the library: rule, what, where, got, wanted, likely cause.
/// The other files of this folder have the rest.</summary>
static partial class Fault
{
    /// <summary>An element type in torch's word and those of C# and F#, in which float is two things.</summary>
    static string Words(Type type) =>
        type == typeof(float) ? "float32 (C# float)" : type == typeof(double) ? "float64 (C# double, F# float)" : type.Name;

    public static ArgumentNullException Null(string what) => new(null, $"{what}: got null.");

    /// <summary>A bare array has no name.</summary>
    static string Of(string? name) => string.IsNullOrEmpty(name) ? "" : $" of '{name}'";

    static string Quoted(IEnumerable<string> names) =>
        names.ToArray() is [""] ? "one without a name" : string.Join(", ", names.Select(name => $"'{name}'"));

    static string Thousands<N>(N n) where N : IFormattable => n.ToString("N0", CultureInfo.InvariantCulture);
}
