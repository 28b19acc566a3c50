namespace Optim.Functional.Bench;

/// <summary>How long a comparison may take.</summary>
/// <param name="SampleMs">A sample repeats its call until it is about this long; a longer call is a sample of its own.</param>
/// <param name="Rounds">Quiet rounds wanted.</param>
/// <param name="Seconds">After this many no further round is begun.</param>
sealed record Pace(double SampleMs, int Rounds, double Seconds)
{
    /// <summary>One of so many parts.</summary>
    public Pace Part(int parts) => this with { Rounds = (Rounds + parts - 1) / parts, Seconds = Seconds / parts };

    public static Pace Full { get; } = new(25, 21, 4);
    public static Pace Quick { get; } = new(10, 7, 1);

    /// <summary>For the rest of a quick run that a busy machine has held up.</summary>
    public static Pace Hurried { get; } = new(10, 3, 0.2);
}
