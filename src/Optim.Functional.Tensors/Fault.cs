using static System.FormattableString;

namespace Optim.Functional.Tensors;

/// <summary>Every message of the package: what, got, wanted, likely cause.</summary>
static class Fault
{
    public static ArgumentNullException Null(string what) => new(null, $"{what}: got null.");

    public static InvalidOperationException Sparse(NDArray got) =>
        new(
            $"A tensor of System.Numerics.Tensors is dense; got a sparse one of shape {Shape(got)}. "
            + "Use ToArray() to copy its numbers.");

    public static InvalidOperationException NoArray(NDArray got) =>
        new(
            $"A Tensor lies over an array; this tensor of shape {Shape(got)} has none. "
            + "Use AsTensorSpan, which takes any memory.");

    public static ArgumentException Order(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides) =>
        new(
            $"A tensor that is shared must stand row by row without gaps; got lengths {Text(lengths)} with strides {Text(strides)}. "
            + "Use CopyToNDArray to copy it.");

    public static ArgumentException TooLong(ReadOnlySpan<nint> lengths) =>
        new($"A dimension of an NDArray has at most {int.MaxValue} elements; got lengths {Text(lengths)}.");

    static string Shape(NDArray tensor) => Text([.. tensor.Shape.Select(d => (nint)d)]);

    static string Text(ReadOnlySpan<nint> numbers)
    {
        var texts = new string[numbers.Length];
        for (var i = 0; i < texts.Length; i++) texts[i] = Invariant($"{numbers[i]}");
        return $"[{string.Join(", ", texts)}]";
    }
}
