using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Of a whole rule's passes, working memory and products.</summary>
static partial class Fault
{
    public static InvalidOperationException TooMuchWork(long got, long most) =>
        new(Invariant($"A whole rule asks for {got:N0} elements of working memory, one allocation holds {most:N0} at most."));

    public static InvalidOperationException WorkTaken(long got, long most) =>
        new(Invariant($"A whole rule takes {got} elements of working memory, more than the {most} that its WorkOf says."));

    public static InvalidOperationException PassLengths(long a, long b, long to) =>
        new($"A pass has operands of {a} and {b} elements and a target of {to}; they must be as long.");

    public static InvalidOperationException PassLength(long got, long wanted) =>
        new($"A pass has a further operand of {got} elements, wanted {wanted}. Is it a slot of another shape?");

    public static InvalidOperationException PassSlots(int wanted, int got) =>
        new($"A pass has a SlotCount of {wanted}, and is given {got} further operands; it needs as many.");

    public static InvalidOperationException NoRows(IReadOnlyList<int> shape) =>
        new($"Rows and columns are of the last two dimensions, and the parameter's shape is {NDArray.Text([.. shape])}.");

    public static InvalidOperationException GradientWritten() =>
        new("A pass of a whole rule writes to the gradient, which is the caller's; use working memory.");

    public static InvalidOperationException GradientUnscaled() =>
        new("A pass of a whole rule has the gradient elsewhere than as its second operand, where alone it is scaled. "
            + "Exchange the operands, or copy it to working memory by a pass.");

    public static ArgumentException NoMatrix(int rows, int columns, long got, bool isGradient) => new(isGradient
        ? "The gradient is no matrix for products, since its scale is not applied; copy it to working memory by a pass."
        : Invariant($"A matrix of {rows} rows and {columns} columns has {(long)rows * columns} elements, got {got}."));

    public static ArgumentException ProductShapes<T>(MatrixPlace<T> a, MatrixPlace<T> b, MatrixPlace<T> c)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        new($"A product of matrices of shapes {a.ShapeText} and {b.ShapeText} was to be written to shape {c.ShapeText}; "
            + "wanted [m, k], [k, n] and [m, n]. Is one of them to be transposed?");

    public static ArgumentException ProductOverlaps() =>
        new("A product of matrices was to be written to memory that one of them lies in; it needs memory of its own. "
            + "Was one array given twice?");
}
