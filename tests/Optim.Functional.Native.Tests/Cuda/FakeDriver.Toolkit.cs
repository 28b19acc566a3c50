namespace Optim.Functional.Tests.Cuda;

sealed unsafe partial class FakeDriver
{
    /// <summary>Whether the thread is in a context.</summary>
    public static bool HasContext => entered is { Count: > 0 };

    /// <summary>The one that the thread opened last.</summary>
    public static FakeDriver? Last => current;
}
