namespace Optim.Functional.Tests.Cli;

static class Png
{
    /// <summary>Bytes. An empty picture of the sizes used has some 5,000.</summary>
    public const int LeastLength = 20_000;
}
