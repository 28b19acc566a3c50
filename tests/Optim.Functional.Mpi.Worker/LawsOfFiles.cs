namespace Optim.Functional.Tests;

/// <summary>Sharded states: what is written by N processes is read by any number.</summary>
static class LawsOfFiles
{
    public static IEnumerable<(string, Action<World>)> All => [];
}
