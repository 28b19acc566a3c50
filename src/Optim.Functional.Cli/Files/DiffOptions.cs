namespace Optim.Functional.Cli;

/// <summary>The options of <c>optim diff</c>.</summary>
/// <param name="A">A file.</param>
/// <param name="B">The one it is compared with.</param>
/// <param name="KeyA">The part of A to take, or null for all.</param>
/// <param name="KeyB">The part of B.</param>
/// <param name="ListAll">Whether what is equal is listed too.</param>
internal sealed record DiffOptions(string A, string B, string? KeyA, string? KeyB, bool ListAll)
{
    public static readonly IReadOnlyList<Option> All =
    [
        new("key_a", "NAME", "all", "Take this dictionary of A, keys joined with dots."),
        new("key_b", "NAME", "all", "Take this dictionary of B."),
        new("all", "", "", "List what is equal too."),
    ];

    public static DiffOptions Parse(string[] args)
    {
        var files = new List<string>();
        var given = Arguments.Parse("diff", All, args, files);
        if (files.Count != 2) throw Misuse.Files("diff", files.Count, "two files", "yesterday.pt today.pt");
        return new(files[0], files[1], given["key_a"], given["key_b"], given.Switch("all"));
    }
}
