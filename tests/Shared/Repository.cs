namespace Optim.Functional.Tests;

/// <summary>The checkout that the tests are of.</summary>
static class Repository
{
    /// <summary>The folder of Optim.Functional.sln.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    static string Above(string folder) =>
        File.Exists(Path.Combine(folder, "Optim.Functional.sln"))
            ? folder
            : Above(
                Path.GetDirectoryName(folder)
                ?? throw new DirectoryNotFoundException("No folder above the tests holds Optim.Functional.sln."));
}
