using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using Optim.Functional.Tensors;

namespace Optim.Functional.Surface.Tests.Tensors;

public abstract class SharingTests<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    static T N(double x) => T.CreateTruncating(x);

    static T[] Counted(int n) => [.. Enumerable.Range(0, n).Select(i => N(i))];

    [Fact]
    public void A_span_has_the_shape_and_shares_the_numbers()
    {
        var numbers = Counted(6);
        var span = NDArray.Of(numbers, 2, 3).AsTensorSpan();
        Assert.Equal([2, 3], span.Lengths.ToArray());
        Assert.Equal([3, 1], span.Strides.ToArray());
        span[1, 2] = N(42);
        Assert.Equal(N(42), numbers[5]);
    }

    [Fact]
    public void A_matrix_of_MathNet_has_strides_of_columns()
    {
        var matrix = Matrix<T>.Build.Dense(2, 3, Counted(6));
        var span = NDArray.From(matrix).As<T>().AsReadOnlyTensorSpan();
        Assert.Equal([1, 2], span.Strides.ToArray());
        for (var i = 0; i < 2; i++)
            for (var j = 0; j < 3; j++) Assert.Equal(matrix[i, j], span[i, j]);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 1)]
    [InlineData(1, 1)]
    public void A_matrix_of_one_row_or_column_keeps_its_shape(int rows, int columns)
    {
        var span = NDArray.From(Matrix<T>.Build.Dense(rows, columns, Counted(rows * columns))).As<T>().AsReadOnlyTensorSpan();
        Assert.Equal([rows, columns], span.Lengths.ToArray());
        Assert.Equal(N(rows * columns - 1), span[rows - 1, columns - 1]);
    }

    [Fact]
    public void A_single_number_is_a_span_of_one() => Assert.Equal(N(7), NDArray.Scalar(N(7)).AsTensorSpan()[0]);

    [Fact]
    public void A_tensor_without_elements_is_a_span_without_elements()
    {
        var span = NDArray.Of(Array.Empty<T>(), 0, 3).AsTensorSpan();
        Assert.Equal([0, 3], span.Lengths.ToArray());
        Assert.Equal(0, span.FlattenedLength);
    }

    [Fact]
    public void Memory_outside_the_runtimes_is_shared()
    {
        var numbers = GC.AllocateArray<T>(4, pinned: true);
        NDArray.Of<T>(AddressOf(numbers), numbers, 2, 2).AsTensorSpan()[1, 0] = N(5);
        Assert.Equal(N(5), numbers[2]);
    }

    static unsafe nint AddressOf(T[] pinned) => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref pinned[0]);

    [Fact]
    public void A_part_of_an_array_is_a_tensor_over_that_part()
    {
        var numbers = Counted(8);
        var tensor = NDArray.Of(numbers.AsMemory(2, 4), 2, 2).AsTensor();
        tensor[1, 1] = N(42);
        Assert.Equal(N(42), numbers[5]);
        Assert.Equal(N(2), tensor[0, 0]);
    }

    [Fact]
    public void Other_memory_is_no_tensor_but_a_span()
    {
        var numbers = GC.AllocateArray<T>(4, pinned: true);
        var outside = NDArray.Of<T>(AddressOf(numbers), numbers, 4);
        Assert.Contains("Use AsTensorSpan", Assert.Throws<InvalidOperationException>(() => outside.AsTensor()).Message);
        Assert.Contains("has none", Assert.Throws<InvalidOperationException>(() => outside.AsTensor()).Message);
    }

    [Fact]
    public void A_sparse_tensor_is_refused_with_its_shape()
    {
        var sparse = NDArray.From(Matrix<T>.Build.Sparse(2, 3)).As<T>();
        Assert.Contains(
            "sparse one of shape [2, 3]",
            Assert
                .Throws<InvalidOperationException>(() => { _ = sparse.AsTensorSpan(); })
                .Message);
    }

    [Fact]
    public void A_tensor_is_stepped_where_it_is()
    {
        var θ = Tensor.Create(Counted(6), [2, 3]);
        var parameter = new Parameter(θ.AsNDArray()) { Grad = NDArray.Of(Counted(6), 2, 3) };
        new Optimizer([parameter], new SGD(Lr: 0.5)).Step();
        Assert.Equal(N(2.5), θ[1, 2]);
    }

    [Fact]
    public void A_tensor_stays_where_it_is_while_the_array_over_it_is_reachable()
    {
        var shared = Tensor.Create(Counted(1000), [1000]).AsNDArray();
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            _ = Counted(100_000);
        }
        Assert.Equal(Counted(1000), shared.ToArray());
    }

    [Fact]
    public void A_tensor_of_other_strides_is_refused_and_copied()
    {
        var transposed = Tensor.Create(Counted(6), 0, [3, 2], [1, 3]);
        Assert.Contains("lengths [3, 2] with strides [1, 3]", Assert.Throws<ArgumentException>(() => transposed.AsNDArray()).Message);
        Assert.Equal([N(0), N(3), N(1), N(4), N(2), N(5)], transposed.CopyToNDArray().ToArray());
    }

    [Fact]
    public void A_copy_of_a_span_is_a_copy()
    {
        var numbers = Counted(4);
        var copy = new TensorSpan<T>(numbers, [2, 2]).CopyToNDArray();
        numbers[0] = N(9);
        Assert.Equal([2, 2], copy.Shape);
        Assert.Equal(Counted(4), copy.ToArray());
    }

    [Fact]
    public void An_empty_tensor_becomes_an_empty_one() => Assert.Equal([0, 3], Tensor.CreateFromShape<T>([0, 3]).AsNDArray().Shape);
}

public class SharingOfFloatTests : SharingTests<float>;

public class SharingOfDoubleTests : SharingTests<double>;

public class SharingOfComplexTests
{
    [Fact]
    public void Complex_numbers_have_a_dimension_of_their_parts()
    {
        Complex[] numbers = [new(1, 2), new(3, 4)];
        var span = NDArray.Of(numbers).AsTensorSpan();
        Assert.Equal([2, 2], span.Lengths.ToArray());
        span[1, 1] = 5;
        Assert.Equal(new(3, 5), numbers[1]);
    }

    [Fact]
    public void A_matrix_of_complex_numbers_has_strides_of_columns_and_parts()
    {
        var matrix = Matrix<Complex>.Build.Dense(2, 3, (i, j) => new(i, j));
        var span = NDArray.From(matrix).As<double>().AsReadOnlyTensorSpan();
        Assert.Equal([2, 3, 2], span.Lengths.ToArray());
        Assert.Equal((1, 2), (span[1, 2, 0], span[1, 2, 1]));
    }
}
