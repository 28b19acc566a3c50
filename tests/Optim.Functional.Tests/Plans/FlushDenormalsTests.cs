using System.Numerics;

namespace Optim.Functional.Tests.Plans;

public class FlushDenormalsTests
{
    static T[] Stepped<T>(IRule rule, int steps, out Optimizer optimizer) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] θ = [.. Enumerable.Range(1, 37).Select(i => T.CreateTruncating(i / 8.0))], g = [.. θ];
        var p = new Parameter(NDArray.Of(θ)) { Grad = NDArray.Of(g) };
        optimizer = new([p], rule);
        optimizer.Step();
        p.Grad = NDArray.Of(new T[37]);
        for (var t = 1; t < steps; t++) optimizer.Step();
        return θ;
    }

    static IEnumerable<T> Slots<T>(Optimizer o) where T : unmanaged, IFloatingPointIeee754<T> =>
        o.State(o.ParamGroups[0].Parameters[0]).Slots.Values.SelectMany(slot => slot.As<T>().ToArray());

    [Fact]
    public void What_decays_ends_as_0_and_not_as_a_denormal_number()
    {
        Stepped<float>(new Adam(Beta2: 0.5), 5000, out var plain);
        Stepped<float>(new Adam(Beta2: 0.5).FlushDenormals(), 5000, out var flushed);
        Assert.Contains(Slots<float>(plain), x => float.IsSubnormal(x));
        Assert.All(Slots<float>(flushed), x => Assert.Equal(0, x));
    }

    [Fact]
    public void So_it_is_of_doubles()
    {
        Stepped<double>(new SGD(0.1, Momentum: 0.5), 1060, out var plain);
        Stepped<double>(new SGD(0.1, Momentum: 0.5).FlushDenormals(), 1060, out var flushed);
        Assert.All(Slots<double>(plain), x => Assert.True(double.IsSubnormal(x)));
        Assert.All(Slots<double>(flushed), x => Assert.Equal(0, x));
    }

    [Fact]
    public void Normal_numbers_NaN_and_infinities_keep_their_bits()
    {
        Assert.Equal(Stepped<float>(new AdamW(), 50, out var plain), Stepped<float>(new AdamW().FlushDenormals(), 50, out var flushed));
        Assert.Equal(Slots<float>(plain), Slots<float>(flushed));
        var p = new Parameter(new float[2]) { Grad = new[] { float.NaN, float.PositiveInfinity } };
        var optimizer = new Optimizer([p], new SGD(0, Momentum: 0.5).FlushDenormals());
        optimizer.Step();
        Assert.Equal([float.NaN, float.PositiveInfinity], Slots<float>(optimizer));
    }

    [Fact]
    public void It_is_a_part_of_the_plan()
    {
        Assert.EndsWith("|> FlushDenormals ()", new SGD(0.1).FlushDenormals().ToString());
        Assert.Contains("single elements", Assert.Throws<ArgumentException>(() => new Muon().FlushDenormals()).Message);
    }
}
