namespace Optim.Functional.PyTorch.Endurance;

/// <summary>The checkout that the program was built in.</summary>
static class Checkout
{
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    static string Above(string folder) => File.Exists(Path.Combine(folder, "Optim.Functional.sln")) ? folder
        : Above(Path.GetDirectoryName(folder)
            ?? throw new DirectoryNotFoundException("No folder above the program holds Optim.Functional.sln."));
}
