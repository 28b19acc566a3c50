namespace Optim.Functional.Bench.Rows;

/// <summary>One question, and the lines that answer it.</summary>
/// <param name="Name">A word for --only.</param>
/// <param name="Question">What is asked.</param>
/// <param name="Measure">The answers, one by one as they are found.</param>
sealed record Row(string Name, string Question, Func<Workbench, IEnumerable<Line>> Measure)
{
    /// <summary>All, in the order in which they run.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        MemoryYardstick.Row,
        AgainstFused.Large,
        AgainstFused.Small,
        ManyTensors.Row,
        AgainstTorchSharp.Row,
        PureSteps.Row,
        Lbfgs.Row,
        WholeRules.Row,
        StagedSteps.Row,
        SparseRows.Row,
        MuonSteps.Row,
        NativeProducts.Row,
        NativeMatrices.Row,
        NativeRules.Row,
        Saving.Row,
        Allocation.Row,
        LiftedLoop.Row,
        FirstStep.Row,
        FlatCost.Row,
    ];
}
