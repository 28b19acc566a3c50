namespace Optim.Functional.Bench;

/// <summary>Where our parameters, gradients and states live.</summary>
enum Home
{
    /// <summary>Plain managed arrays.</summary>
    Arrays,
    /// <summary>The library's own buffers: aligned, huge pages.</summary>
    Buffer,
}

static class Everywhere
{
    public static Home[] Homes { get; } = [Home.Arrays, Home.Buffer];

    /// <summary>Why there is no such home yet, or null.</summary>
    public static string? Missing(this Home home) => home == Home.Buffer ? "the library's own buffers are not built yet" : null;

    public static string Text(this Home home) => home == Home.Arrays ? "arrays" : "buffers";
}
