using MathNet.Numerics.LinearAlgebra;
using Optim.Functional.Cuda;

namespace Optim.Functional.Tests.Cuda;

/// <summary>What is done to gradients and averages around a step, on a device: the bits of the processor.</summary>
public class DeviceGradientTests
{
    static readonly double[] values = [1e-3, -3, 0, 7.5, 1e30, -2e-30, 12, 3e38];

    static (Parameter[] Here, IReadOnlyList<Parameter> There) Models(Gpu gpu, double scale = 1)
    {
        Parameter[] here =
        [
            new(NDArray.Of(new float[6], 2, 3), "w") { Grad = NDArray.Of(Array.ConvertAll(values[..6], x => (float)(x * scale)), 2, 3) },
            new(new float[2], "b") { Grad = Array.ConvertAll(values[6..], x => (float)(x * scale)) },
            new(new float[3], "none"),
        ];
        return (here, gpu.Parameters(here));
    }

    static void Same(Parameter[] here, IReadOnlyList<Parameter> there, Func<Parameter, NDArray?> of)
    {
        foreach (var (p, q) in here.Zip(there))
            if (of(p) is { } one) Assert.Equal(DeviceModel<float>.Bytes(one), DeviceModel<float>.Bytes(of(q)!));
            else Assert.Null(of(q));
    }

    [Theory]
    [InlineData(1, 2), InlineData(1e-30, 2), InlineData(1e-9, 2)]
    [InlineData(1, double.PositiveInfinity), InlineData(1, 1), InlineData(1, 0)]
    public void Norms_are_limited_with_the_bits_of_the_processor(double most, double normType)
    {
        using var gpu = FakeDriver.Opened(out _);
        var (here, there) = Models(gpu);
        var norm = ClipGrad.Norm(here, most, normType);
        Assert.Equal(norm, ClipGrad.Norm(there, most, normType));
        Same(here, there, p => p.Grad);
        if (normType == 2) Assert.Equal(most, ClipGrad.TotalNorm(there), most * 1e-5);
    }

    [Fact]
    public void Parameters_here_and_there_have_one_norm()
    {
        using var gpu = FakeDriver.Opened(out _);
        Parameter a = new(new float[1], "a") { Grad = new float[] { 3 } }, b = new(new double[1], "b") { Grad = new double[] { 4 } };
        Assert.Equal(5, ClipGrad.TotalNorm([a, .. gpu.Parameters(b)]), 1e-15);
    }

    [Fact]
    public void Values_are_limited_with_the_bits_of_the_processor()
    {
        using var gpu = FakeDriver.Opened(out _);
        var (here, there) = Models(gpu);
        here[1].Grad = new float[] { float.NaN, float.NegativeInfinity };
        there[1].Grad = gpu.Copy(here[1].Grad!);
        ClipGrad.Value(here, 2.5);
        ClipGrad.Value(there, 2.5);
        Same(here, there, p => p.Grad);
        Assert.Equal([float.NaN, -2.5f], there[1].Grad!.As<float>().ToArray());
    }

    [Theory, InlineData(1.0), InlineData(double.NaN)]
    public void A_scaler_divides_and_looks_whether_all_are_finite(double first)
    {
        using var gpu = FakeDriver.Opened(out _);
        var (here, there) = Models(gpu, 1e-2);
        here[1].Grad = new float[] { (float)first, 2 };
        there[1].Grad = gpu.Copy(here[1].Grad!);
        foreach (var model in (IReadOnlyList<Parameter>[])[here, there])
        {
            var (scaler, optimizer) = (new GradScaler(1024), new Optimizer(model, new SGD(0.5)));
            scaler.Unscale(optimizer);
            Assert.Equal(double.IsFinite(first), scaler.Step(optimizer));
            scaler.Update();
            Assert.Equal(double.IsFinite(first) ? 1024 : 512, scaler.GetScale());
        }
        Same(here, there, p => p.Grad);
        Same(here, there, p => p.Value);
    }

    [Theory, InlineData(null), InlineData(0.9), InlineData(0.3)]
    public void Averages_are_taken_with_the_bits_of_the_processor(double? decay)
    {
        using var gpu = FakeDriver.Opened(out _);
        var (here, there) = Models(gpu, 1e-31);
        AveragedModel one = new(here, decay), other = new(there, decay);
        Optimizer a = new(here, new SGD(0.5)), b = new(there, new SGD(0.5));
        for (var t = 0; t < 3; t++)
        {
            a.Step();
            b.Step();
            one.UpdateParameters();
            other.UpdateParameters();
        }
        foreach (var (x, y) in one.Averages.Zip(other.Averages)) Assert.Equal(DeviceModel<float>.Bytes(x), DeviceModel<float>.Bytes(y));
        var now = there[0].Value.As<float>().ToArray();
        Assert.Equal(one.Averages[0].As<float>().ToArray(), other.Evaluate(() => there[0].Value.As<float>().ToArray()));
        Assert.NotEqual(now, other.Averages[0].As<float>().ToArray());
        Assert.Equal(now, there[0].Value.As<float>().ToArray());
    }

    [Theory, InlineData("AdamW"), InlineData("accumulated"), InlineData("clipped"), InlineData("SOAP")]
    public void A_gradient_in_the_other_order_is_turned_there(string name)
    {
        using var gpu = FakeDriver.Opened(out var driver);
        IRule rule = name switch
        {
            "AdamW" => new AdamW(0.1),
            "accumulated" => new AdamW(0.1).Accumulate(2),
            "clipped" => new AdamW(0.1).ClipRows(0.1),
            _ => new SOAP(0.1, PreconditionFrequency: 1),
        };
        var random = new Random(6);
        double[] Drawn() => [.. Enumerable.Range(0, 6).Select(_ => random.NextDouble())];
        Parameter[] here =
        [
            new(Matrix<double>.Build.Dense(2, 3, Drawn()), "columns"),
            new(NDArray.Of(Drawn(), 2, 3), "rows"),
        ];
        var there = gpu.Parameters(here);
        Optimizer one = new(here, rule), other = new(there, rule);
        for (var t = 0; t < 4; t++)
        {
            (here[0].Grad, here[1].Grad) = (NDArray.Of(Drawn(), 2, 3), Matrix<double>.Build.Dense(2, 3, Drawn()));
            foreach (var (p, q) in here.Zip(there)) q.Grad = gpu.Copy(p.Grad!);
            one.Step();
            var before = driver.ToHostBytes;
            other.Step();
            if (name == "AdamW") Assert.Equal(before, driver.ToHostBytes);
            foreach (var (p, q) in here.Zip(there)) Assert.Equal(p.Value.As<double>().ToArray(), q.Value.As<double>().ToArray());
        }
    }
}
