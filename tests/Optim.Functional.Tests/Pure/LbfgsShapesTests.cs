using MathNet.Numerics.LinearAlgebra;

namespace Optim.Functional.Tests.PureFace;

/// <summary>A matrix, whose columns lie one after another, is stepped as its rows one after another are:
/// wherever a step ends, however many points it asks for.</summary>
public class LbfgsShapesTests
{
    const int Rows = 3, Columns = 20, Steps = 4;

    /// <summary>The parameters after each step, row by row.</summary>
    static double[][] Path(Func<double[]> step) => [.. Enumerable.Range(0, Steps).Select(_ => step())];

    /// <summary>Σ (k+1)xₖ²/20.</summary>
    static (double Loss, double[] Gradient) At(double[] x) =>
        (x.Select((e, k) => (k + 1) * e * e / 20).Sum(), [.. x.Select((e, k) => (k + 1) * e / 10)]);

    static double[] Start() => [.. Enumerable.Range(0, Rows * Columns).Select(k => Math.Sin(k) * 3)];

    static Matrix<double> Matrix(double[] rows) => Matrix<double>.Build.DenseOfRowMajor(Rows, Columns, rows);

    static double[][] OfArray(LBFGS rule)
    {
        var (x, state) = (Start(), rule.Init(Start()));
        return Path(() =>
        {
            (x, state, _) = rule.Step(At, x, state);
            return x;
        });
    }

    [Theory, InlineData(1, null), InlineData(2, null), InlineData(5, null), InlineData(1, "strong_wolfe"), InlineData(5, "strong_wolfe")]
    public void A_matrix_is_stepped_as_its_rows(int maxIter, string? search)
    {
        var rule = new LBFGS(Lr: 0.3, MaxIter: maxIter, LineSearchFn: search);
        var expected = OfArray(rule);
        Assert.Equal(Steps, expected.DistinctBy(x => x[1]).Count());

        var (matrix, state) = (Matrix(Start()), rule.Init(Matrix(Start())));
        Assert.Equal(expected, Path(() =>
        {
            (matrix, state, _) = rule.Step(
                (Matrix<double> x) => At(x.ToRowMajorArray()) is var (loss, g) ? (loss, Matrix(g)) : default,
                matrix,
                state);
            return matrix.ToRowMajorArray();
        }));

        var inPlace = Matrix(Start());
        var parameter = new Parameter(inPlace) { Grad = Matrix(new double[Rows * Columns]) };
        var optimizer = new Optimizer([parameter], rule);
        Assert.Equal(expected, Path(() =>
        {
            optimizer.Step(() =>
            {
                var (loss, g) = At(inPlace.ToRowMajorArray());
                parameter.Grad = Matrix(g);
                return loss;
            });
            return inPlace.ToRowMajorArray();
        }));
    }
}
