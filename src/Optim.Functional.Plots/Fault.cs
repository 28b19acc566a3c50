using static System.FormattableString;

namespace Optim.Functional.Plots;

/// <summary>Every message of the package: what, got, wanted, likely cause.</summary>
static class Fault
{
    public static ArgumentNullException Null(string what) => new(null, $"{what}: got null.");

    public static ArgumentException Steps(int got) => new(Invariant($"A picture of a schedule shows at least 1 step; got {got}."));

    public static ArgumentException Confusion(int rows, int columns, int labels) =>
        new(Invariant($"A confusion matrix has as many rows as columns, at least 1, and a name for each; ")
            + Invariant($"got {rows} rows, {columns} columns ")
            + Invariant($"and {labels} names."));

    public static ArgumentException NothingToShow(int steps) =>
        new(Invariant($"The trace has no finite number to show in {steps} steps. Is it attached before the run, and told the loss?"));
}
