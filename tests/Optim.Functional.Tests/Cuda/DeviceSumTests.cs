using System.Numerics;
using Optim.Functional.Cuda;

namespace Optim.Functional.Tests.Cuda;

/// <summary>Sums and maxima on a device, against <see cref="Reduce"/>, bit for bit.</summary>
public class DeviceSumTests
{
    /// <summary>Around a row of columns, a block, a chunk, several chunks.</summary>
    static readonly int[] lengths =
        [0, 1, 31, 32, 33, 100, 8191, 8192, 8193, 32767, 32768, 32769, 3 * 32768 + 8192 + 5, 5 * 32768, 7 * 32768 + 1];

    [Fact]
    public void Sums_of_squares_and_maxima_have_the_bits_of_the_processor_in_float32() => Same<float>();

    [Fact]
    public void Sums_of_squares_and_maxima_have_the_bits_of_the_processor_in_float64() => Same<double>();

    static void Same<T>() where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var random = new Random(5);
        T[] Drawn(int n) => Array.ConvertAll(new T[n], _ => T.CreateTruncating(random.NextDouble() * 2 - 1));
        var all = lengths.Select(n => NDArray.Of(Drawn(n), n)).ToArray();
        List<Given<T>> there = [.. all.Select((g, i) => new Given<T>((NDArray<T>)gpu.Copy(g), g, null, i, new SGD(1)))];
        var sums = ((CudaDevice)gpu.Zeros<T>(1).Device!).NewEngine<T>();
        for (var k = 0; k < all.Length; k++)
        {
            Equal(Reduce.Dot(all[k].Place, all[k].Place, lengths[k], Execution.Default), sums.SumOfSquares([there[k]]), lengths[k]);
            var most = new double[1];
            sums.MaxAbs([there[k]], most);
            Equal(Reduce.MaxAbs(all[k].Place, lengths[k], Execution.Default), most[0], lengths[k]);
        }
        var wanted = 0.0;
        foreach (var (g, n) in all.Zip(lengths)) wanted += Reduce.Dot(g.Place, g.Place, n, Execution.Default);
        Equal(wanted, sums.SumOfSquares(there), -1);
        KernelTally.Add(driver.Ran.Keys, isEqual: true);
    }

    static void Equal(double wanted, double got, int length) =>
        Assert.True(
            BitConverter.DoubleToInt64Bits(wanted) == BitConverter.DoubleToInt64Bits(got), $"{length} elements: {wanted:R}, got {got:R}");

    [Theory, InlineData(float.NaN), InlineData(float.NegativeInfinity), InlineData(3e38f), InlineData(1e-45f), InlineData(-0f)]
    public void Numbers_at_the_edge_are_found_wherever_they_stand(float x)
    {
        using var gpu = FakeDriver.Opened(out _);
        var engine = ((CudaDevice)gpu.Zeros<float>(1).Device!).NewEngine<float>();
        foreach (var at in (int[])[0, 31, 40, 8191, 8192, 32768, 40_000])
        {
            var values = new float[40_001];
            values[at] = x;
            var most = new double[1];
            var g = (NDArray<float>)gpu.Copy(values);
            engine.MaxAbs([new(g, g, null, 0, new SGD(1))], most);
            Equal(Reduce.MaxAbs<float>(values, values.Length, Execution.Default), most[0], at);
            var sum = engine.SumOfSquares([new(g, g, null, 0, new SGD(1))]);
            Equal(Reduce.Dot<float>(values, values, values.Length, Execution.Default), sum, at);
        }
    }

    [Theory, InlineData(0), InlineData(1), InlineData(7), InlineData(8), InlineData(9), InlineData(40)]
    public void The_factor_is_that_of_the_processor_for_any_number_of_gradients(int count)
    {
        using var gpu = FakeDriver.Opened(out _);
        var random = new Random(count);
        Parameter[] here =
            [.. Enumerable.Range(0, count + 1).Select(i => new Parameter(new float[] { (float)random.NextDouble(), 1 }, $"p{i}"))];
        var there = gpu.Parameters(here);
        foreach (var (p, q) in here.Zip(there).Take(count))
        {
            p.Grad = new float[] { (float)random.NextDouble() * 5, -3 };
            q.Grad = gpu.Copy(p.Grad);
        }
        var (one, other) = (new Optimizer(here, new SGD(0.1).ClipNorm(1)), new Optimizer(there, new SGD(0.1).ClipNorm(1)));
        one.Step();
        other.Step();
        Assert.Equal(one.GradNorm, other.GradNorm);
        foreach (var (p, q) in here.Zip(there)) Assert.Equal(p.Value.As<float>().ToArray(), q.Value.As<float>().ToArray());
    }
}
