using MathNet.Numerics.LinearAlgebra;
using Optim.Functional.Tests.Lift;

namespace Optim.Functional.Tests.Storage;

/// <summary>Gradients in the other order than their parameters.</summary>
public class LayoutTests
{
    public static TheoryData<int, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<int, int>();
            foreach (var rows in new[] { 1, 3, 16, 33, 64, 130, 515 })
                foreach (var columns in new[] { 1, 7, 16, 65, 400 }) shapes.Add(rows, columns);
            return shapes;
        }
    }

    static float Number(int row, int column) => (row * 31 + column * 17) % 101 - 50;

    static float[] Rows(int rows, int columns) => [.. Enumerable.Range(0, rows * columns).Select(k => Number(k / columns, k % columns))];

    [Theory, MemberData(nameof(Shapes))]
    public void A_matrix_changes_its_order_and_keeps_its_numbers(int rows, int columns)
    {
        var (numbers, doubles) = (Rows(rows, columns), Array.ConvertAll(Rows(rows, columns), x => (double)x));
        Assert.Equal(Matrix<float>.Build.Dense(rows, columns, Number), NDArray.Of(numbers, rows, columns).ToMatrix());
        Assert.Equal(numbers, NDArray.From(Matrix<float>.Build.Dense(rows, columns, Number)).As<float>().ToArray());
        Assert.Equal(doubles, NDArray.From(NDArray.Of(doubles, rows, columns).ToMatrix()).As<double>().ToArray());
        System.Numerics.Complex[] complex = [.. numbers.Select(x => new System.Numerics.Complex(x, -2 * x))];
        Assert.Equal(
            complex,
            NDArray
                .From(NDArray.Of(complex, rows, columns).ToMatrix<System.Numerics.Complex>())
                .As<double>()
                .ToArray<System.Numerics.Complex>());
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_step_has_the_same_bits_with_a_gradient_in_either_order(int rows, int columns)
    {
        foreach (var threads in new[] { 1, 2 })
            foreach (var chunk in new[] { Execution.DefaultChunkLength, 100 })
            {
                Execution how = new() { Threads = threads, SerialUpTo = 0, ChunkLength = chunk };
                NDArray[] gradients = [Matrix<float>.Build.Dense(rows, columns, Number), NDArray.Of(Rows(rows, columns), rows, columns)];
                float[] Stepped(NDArray gradient, NDArray θ)
                {
                    var optimizer = new Optimizer(
                        [new Parameter(θ) { Grad = gradient }, new Parameter(new float[3]) { Grad = new float[3] }],
                        new AdamW())
                    { Execution = how };
                    for (var t = 0; t < 3; t++) optimizer.Step();
                    return θ.As<float>().ToArray();
                }
                foreach (var byRows in new[] { false, true })
                {
                    NDArray Start() =>
                        byRows ? NDArray.Of(new float[rows * columns], rows, columns) : Matrix<float>.Build.Dense(rows, columns);
                    Assert.Equal(Stepped(gradients[0], Start()), Stepped(gradients[1], Start()));
                }
            }
    }

    [Fact]
    public void A_step_with_a_gradient_in_the_other_order_allocates_nothing()
    {
        var p = new Parameter(Matrix<float>.Build.Dense(600, 500)) { Grad = NDArray.Of(new float[300_000], 600, 500) };
        Assert.Equal(0, AllocationTests.Bytes(new Optimizer([p], new Adam())));
        Assert.Equal(0, AllocationTests.Bytes(new Optimizer([p], new Adam()) { Execution = new() { Threads = 1 } }));
    }
}
