using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.Storage;

public class SparseTests
{
    [Fact]
    public void Duplicates_add_up_and_places_are_in_order()
    {
        var g = NDArray.Sparse([1.0, 2, 4, 8], new[,] { { 2, 0, 2, 1 }, { 1, 0, 1, 2 } }, 3, 3);
        Assert.True(g.IsSparse);
        Assert.Equal([2, 8, 5], g.Span.ToArray());
        Assert.Equal([2, 0, 0, 0, 0, 8, 0, 5, 0], g.ToArray());
    }

    [Fact]
    public void Rows_of_values_stand_below_their_indices()
    {
        var g = NDArray.Sparse([1f, 2, 3, 4, 5, 6], new[,] { { 2, 0, 2 } }, 4, 2);
        Assert.Equal([3, 4, 0, 0, 6, 8, 0, 0], g.ToArray());
        Assert.Equal(4, g.Span.Length);
    }

    [Fact]
    public void A_zero_that_is_named_is_kept() => Assert.Equal(2, NDArray.Sparse([0.0, 0], new[,] { { 1, 3 } }, 5).Span.Length);

    [Fact]
    public void Without_an_index_a_step_counts_and_nothing_moves()
    {
        var p = new Parameter(NDArray.Of([1.0, 2, 3, 4], 2, 2)) { Grad = NDArray.Sparse(Array.Empty<double>(), new int[1, 0], 2, 2) };
        var optimizer = new Optimizer([p], new SparseAdam());
        optimizer.Step();
        Assert.Equal(1, optimizer.State(p).Step);
        Assert.Equal([1, 2, 3, 4], p.Value.As<double>().Data);
    }

    [Fact]
    public void A_named_zero_decays_the_moments_and_an_unnamed_element_stays()
    {
        var p = new Parameter(new double[] { 1, 2, 3 });
        var optimizer = new Optimizer([p], new SparseAdam());
        foreach (var value in (double[])[1, 0])
        {
            p.Grad = NDArray.Sparse([value], new[,] { { 1 } }, 3);
            optimizer.Step();
        }
        Assert.Equal([0, 0.9 * (1 - 0.9), 0], optimizer.State(p).Slots["exp_avg"].As<double>().Data, (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal((1, 3), (p.Value.As<double>().Data[0], p.Value.As<double>().Data[2]));
    }

    [Fact]
    public void It_steps_a_matrix_by_columns_as_one_by_rows()
    {
        var rows = new Parameter(NDArray.Of([1.0, 2, 3, 4, 5, 6], 2, 3));
        var columns = new Parameter(Matrix<double>.Build.DenseOfRowMajor(2, 3, [1.0, 2, 3, 4, 5, 6]));
        rows.Grad = columns.Grad = NDArray.Sparse([1.0, -1], new[,] { { 0, 1 }, { 2, 1 } }, 2, 3);
        foreach (var p in (Parameter[])[rows, columns]) new Optimizer([p], new SparseAdam()).Step();
        Assert.Equal(rows.Value.As<double>().ToArray(), columns.Value.As<double>().ToArray());
        Assert.NotEqual([1.0, 2, 3, 4, 5, 6], rows.Value.As<double>().ToArray());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        static void Says(string part, Action make) => Assert.Contains(part, Assert.Throws<ArgumentException>(make).Message);
        Says("have one row for each sparse dimension", () => NDArray.Sparse([1.0], new int[0, 1], 2));
        Says("from 1 to the 1 of its shape [2]; got 2", () => NDArray.Sparse([1.0], new int[2, 1], 2));
        Says("needs 2 x 3 values, got 5", () => NDArray.Sparse(new double[5], new int[1, 2], 4, 3));
        Says("Index 1 of a sparse tensor of shape [4, 3] is 3 in dimension 1, which has 3",
            () => NDArray.Sparse([1.0, 2], new[,] { { 0, 1 }, { 2, 3 } }, 4, 3));
        Says("is -1 in dimension 0", () => NDArray.Sparse([1.0], new[,] { { -1 } }, 4));
        Says("too large", () => NDArray.Sparse([1.0], new[,] { { 0 }, { 0 } }, 1 << 16, 1 << 16));
        Assert.Throws<ArgumentNullException>(() => NDArray.Sparse<double>(null!, new int[1, 0], 1));
    }
}
