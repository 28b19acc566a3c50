namespace Optim.Functional.Tests.TorchStyle;

/// <summary>Clipping outside of a step, beyond what torch's numbers show.</summary>
public class ClipGradTests
{
    [Theory, InlineData(1e-9), InlineData(1e-30)]
    public void A_factor_that_a_float_cannot_hold_loses_no_digits(double most)
    {
        Parameter p = new(new float[2], "w") { Grad = new float[] { 3e38f, -3e38f } };
        ClipGrad.Norm([p], most);
        var wanted = most / Math.Sqrt(2);
        Assert.All(p.Grad!.As<float>().ToArray(), g => Assert.Equal(wanted, Math.Abs(g), wanted * 1e-6));
    }

    [Fact]
    public void Of_a_sparse_gradient_what_it_names_is_limited()
    {
        Parameter p = new(new double[4], "w") { Grad = NDArray.Sparse(new double[] { 3, -4 }, new[,] { { 1, 3 } }, 4) };
        Assert.Equal(5, ClipGrad.Norm([p], 1), 1e-12);
        Assert.Equal([0, 0.6, 0, -0.8], p.Grad!.As<double>().ToArray().Select(x => Math.Round(x, 5)));
        ClipGrad.Value([p], 0.5);
        Assert.Equal([0, 0.5, 0, -0.5], p.Grad!.As<double>().ToArray());
    }
}
