namespace Optim.Functional.Cli;

/// <summary>What there is of a library that this one can work with, or beside.</summary>
/// <param name="Key">As <c>--require</c> names it.</param>
/// <param name="File">Where it was found, or null.</param>
/// <param name="Text">What it can do here, or why it cannot be used.</param>
/// <param name="Get">The command that would bring it, or what else to do; null where there is nothing to do.</param>
internal sealed record Diagnosis(string Key, string Name, bool Found, string? File, string? Version, string Text, string? Get)
{
    public static Diagnosis Of(Remedy remedy, NativeFile file, string? version, string text) =>
        new(remedy.Key, remedy.Name, true, file.Path, version, text, null);

    public static Diagnosis Missing(Remedy remedy, string why, string? file = null, string? version = null, string? get = null) =>
        new(remedy.Key, remedy.Name, false, file, version, why, get ?? remedy.Command);
}
