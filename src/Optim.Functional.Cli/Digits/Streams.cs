namespace Optim.Functional.Cli;

/// <summary>What each stream of random numbers of a seed is for. The order within epoch e is stream e.</summary>
internal static class Streams
{
    public const int Split = 0, Weights = -1;
}
