namespace Optim.Functional.Tests.Lift;

/// <summary>How long the arrays of these tests are.
/// Short in the build for mutants, where an element costs a hundred times as much.</summary>
static class Sizes
{
#if MUTATION
    public const int Longest = 34, Some = 150, Many = 700, Steps = 40;
#else
    public const int Longest = 257, Some = 5000, Many = 70_000, Steps = 300;
#endif
}
