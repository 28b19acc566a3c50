namespace Optim.Functional.Tests.Cuda;

/// <summary>Reports of steps on a device: those of the processor, but that it adds up floats in their own type first.</summary>
public class DeviceReportTests
{
    static readonly Execution reporting = new() { Reports = true };

    public static TheoryData<string> Plans => ["alone", "clipped", "tiny", "whole", "stages"];

    static IRule Of(string name) => name switch
    {
        "alone" => new AdamW(0.1),
        "clipped" => new AdamW(0.1).LossScale(2).ClipNorm(0.5),
        "tiny" => new SGD(0.1).LossScale(1e44),
        "whole" => new LAMB(0.1).ClipNorm(0.5),
        _ => new AdamW(0.1).Cautious().Ema(0.9),
    };

    [Theory, MemberData(nameof(Plans))]
    public void In_place_they_are_those_of_the_processor(string name)
    {
        using var gpu = FakeDriver.Opened(out _);
        var random = new Random(4);
        Parameter[] here = [new(NDArray.Of(Drawn(random, 12), 3, 4), "w"), new(Drawn(random, 5), "b")];
        var there = gpu.Parameters(here);
        Optimizer one = new(here, Of(name)) { Execution = reporting }, other = new(there, Of(name)) { Execution = reporting };
        for (var t = 0; t < 2; t++)
        {
            foreach (var (p, q) in here.Zip(there))
            {
                p.Grad = NDArray.Of(Drawn(random, (int)p.Value.Length), [.. p.Value.Shape]);
                q.Grad = gpu.Copy(p.Grad);
            }
            one.Step();
            other.Step();
            foreach (var (p, q) in here.Zip(there)) Same(one.State(p).Report!, other.State(q).Report!);
        }
    }

    [Fact]
    public void Of_a_pure_step_too()
    {
        using var gpu = FakeDriver.Opened(out _);
        var (random, rule) = (new Random(5), new AdamW(0.1));
        Params θ = Params.Of(("w", Drawn(random, 9))), g = Params.Of(("w", Drawn(random, 9)));
        var (_, state) = rule.Step(θ, g, rule.Init(θ), how: reporting);
        var there = gpu.Copy(θ);
        var (_, other) = rule.Step(there, gpu.Copy(g), rule.Init(there), how: reporting);
        Same(state["w"].Report!, other["w"].Report!);
    }

    static void Same(ParameterReport one, ParameterReport other)
    {
        Assert.Equal(WithoutNorms(one), WithoutNorms(other));
        Near(one.GradientNorm, other.GradientNorm);
        Near(one.UpdateNorm, other.UpdateNorm);
        Near(one.ParameterNorm, other.ParameterNorm);

        static ParameterReport WithoutNorms(ParameterReport of) => of with { GradientNorm = 0, UpdateNorm = 0, ParameterNorm = 0 };
        static void Near(double wanted, double got) => Assert.Equal(wanted, got, 1e-6 * wanted);
    }

    static float[] Drawn(Random random, int n) =>
        Array.ConvertAll(new float[n], _ => random.Next(5) == 0 ? 0 : (float)(random.NextDouble() * 2 - 1));
}
