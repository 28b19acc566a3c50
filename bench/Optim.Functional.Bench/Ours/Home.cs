namespace Optim.Functional.Bench;

/// <summary>Where our parameters, gradients and states live.</summary>
enum Home
{
    /// <summary>Plain managed arrays.</summary>
    Arrays,
    /// <summary>A <see cref="ParameterBuffer{T}"/>: aligned, huge pages.</summary>
    Buffer,
}

static class Everywhere
{
    public static Home[] Homes { get; } = [Home.Arrays, Home.Buffer];

    public static string Text(this Home home) => home == Home.Arrays ? "arrays" : "buffers";
}
