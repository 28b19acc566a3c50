using static System.FormattableString;

namespace Optim.Functional;

/// <summary>Of tensors: element types, shapes and views.</summary>
static partial class Fault
{
    public static ArgumentException NoTensor(object got) =>
        new($"A tensor is an array, or a MathNet vector or matrix, "
            + $"of {Words(typeof(float))}, {Words(typeof(double))} or complex numbers; got {got.GetType()}.");

    public static ArgumentException ElementType(string what, Type got, Type? wanted) =>
        new($"{what} has elements of type {Words(got)}, "
            + $"wanted {(wanted is null ? $"{Words(typeof(float))} or {Words(typeof(double))}" : Words(wanted))}.");

    public static ArgumentException NegativeShape(int[] shape) =>
        new($"A tensor of shape {NDArray.Text(shape)} cannot be; no dimension may be negative.");

    public static ArgumentException ShapeProduct(int[] shape, int got) =>
        new(
            Invariant(
                $"A tensor of shape {NDArray.Text(shape)} has {shape.Aggregate(1.0, (n, d) => n * d)} elements, the array has {got}."));

    public static ArgumentException SparseDimensions(int got, int[] shape) =>
        new("A sparse tensor's indices have one row for each sparse dimension, "
            + $"from 1 to the {shape.Length} of its shape {NDArray.Text(shape)}; got {got}.");

    public static ArgumentException SparseTooLong(int[] shape) =>
        new($"A sparse tensor's places are counted with int, so a shape of {NDArray.Text(shape)} is too large.");

    public static ArgumentException SparseValues(int got, int count, int block, int[] shape) =>
        new($"A sparse tensor of shape {NDArray.Text(shape)} with {count} indices needs {count} x {block} values, got {got}.");

    public static ArgumentException SparseIndex(int got, int dimension, int number, int[] shape) =>
        new($"Index {number} of a sparse tensor of shape {NDArray.Text(shape)} is {got} in dimension {dimension}, "
            + $"which has {shape[dimension]}.");

    public static ArgumentException SparseComplex(object got) =>
        new($"A tensor of complex numbers must be dense; got {got.GetType()}, whose storage is not. Make a dense vector or matrix of it.");

    public static InvalidOperationException NoComplex(NDArray got, Type wanted) =>
        new($"A tensor of {got.TypeName} and shape {got.ShapeText} cannot be seen as {Words(wanted)} numbers. "
            + "complex128 has Complex, complex64 has Complex32, others have none.");

    public static InvalidOperationException NoView(NDArray got, string what, string wanted) =>
        new($"A {what} needs a dense tensor of {wanted}, got {(got.IsSparse ? "a sparse one" : "one")} of shape {got.ShapeText}."
            + (got.IsComplex ? $" Ask for a {what} of Complex or Complex32." : ""));

    public static InvalidOperationException NoArray(NDArray got) =>
        new($"This tensor of shape {got.ShapeText} has no array, MathNet vector or matrix of its own: it is {Kind(got)}. "
            + "Use Span to share its numbers, or ToArray() to copy them.");

    static string Kind(NDArray tensor) => tensor switch
    {
        { IsComplex: true } => "of complex numbers, which ToVector, ToMatrix and ToArray of Complex or Complex32 are for",
        { Lifetime: { } lifetime } => $"a part of a {lifetime.Of}",
        _ => "a part of an array, or over other memory",
    };
}
