namespace Optim.Functional.Bench.Rows;

/// <summary>One question, and the lines that answer it.</summary>
/// <param name="Name">A word for --only.</param>
/// <param name="Question">What is asked.</param>
/// <param name="Measure">The answers, one by one as they are found.</param>
sealed record Row(string Name, string Question, Func<Bench, IEnumerable<Line>> Measure)
{
    /// <summary>All, in the order in which they run.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        MemoryLimit.Row,
        AgainstFused.Row,
        AgainstFused.Small,
    ];
}
