using Optim.Functional.Cli;

namespace Optim.Functional.Tests.Cli;

public class NetworkTests
{
    // Central differences at h err by about h² f'''/6 + ε f/h: 1e-10 + 2e-11, of gradients of about 1e-2.
    const double H = 1e-5, Tolerance = 1e-8;

    [Fact]
    public void Its_gradient_agrees_with_central_differences()
    {
        var network = new Network(seed: 3);
        var batch = Digits.Split(3).Train.Pick([.. Enumerable.Range(0, 20)]);
        network.Backward(batch);
        foreach (var parameter in network.Parameters)
        {
            var (θ, g) = (parameter.Value.As<double>().Data, parameter.Grad!.As<double>().Data);
            for (var i = 0; i < θ.Length; i += Math.Max(1, θ.Length / 50))
            {
                var at = θ[i];
                θ[i] = at + H;
                var above = network.Evaluate(batch).Loss;
                θ[i] = at - H;
                var below = network.Evaluate(batch).Loss;
                θ[i] = at;
                Assert.Equal((above - below) / (2 * H), g[i], Tolerance);
            }
        }
    }

    [Fact]
    public void Backward_returns_the_loss_that_Evaluate_finds()
    {
        var network = new Network(seed: 1);
        var (train, _) = Digits.Split(1);
        Assert.Equal(network.Evaluate(train).Loss, network.Backward(train));
    }

    [Fact]
    public void The_digits_split_into_1500_and_297_scaled_to_one()
    {
        var (train, test) = Digits.Split(1);
        Assert.Equal((1500, 297), (train.Count, test.Count));
        Assert.Equal((0.0, 1.0), (train.Pixels.Values.Min(), train.Pixels.Values.Max()));
        Assert.Equal(Enumerable.Range(0, 10), train.Labels.Distinct().Order());
    }

    [Fact]
    public void The_gradient_of_every_surface_agrees_with_central_differences_and_vanishes_at_its_minima()
    {
        foreach (var f in Surface.All)
        {
            var (x, y) = (f.Start.X + 0.1, f.Start.Y - 0.2);
            var (gx, gy) = f.Gradient(x, y);
            Near((f.Value(x + H, y) - f.Value(x - H, y)) / (2 * H), gx);
            Near((f.Value(x, y + H) - f.Value(x, y - H)) / (2 * H), gy);
            Assert.All(f.Minima, m => Assert.True(f.Value(m.X, m.Y) < 1e-20, f.Name));
        }

        static void Near(double wanted, double got) => Assert.Equal(wanted, got, Math.Abs(wanted) * 1e-6);
    }
}
