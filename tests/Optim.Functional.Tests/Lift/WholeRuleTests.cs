using System.Numerics;

namespace Optim.Functional.Tests.Lift;

public class WholeRuleTests
{
    const int Steps = 4;

    public static TheoryData<string> Names => WholeVariants.Names;

    /// <summary>Whichever way the runs go, they start from the same numbers and get the same gradients.</summary>
    static (Params θ, State s) Pure<T>(IGradientRule rule, Execution how, bool columnMajor = false)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (random, shapes) = (new Random(3), WholeVariants.Shapes(rule));
        var θ = Params.Of(shapes.Select((shape, i) => ($"p{i}", WholeVariants.Noise<T>(shape, random, columnMajor))));
        var s = rule.Init(θ);
        for (var t = 0; t < Steps; t++)
        {
            var g = Params.Of(shapes.Select((shape, i) => ($"p{i}", WholeVariants.Gradient<T>(rule, shape, random, columnMajor))));
            (θ, s) = rule.Step(θ, g, s, how: how);
        }
        return (θ, s);
    }

    static (Parameter[] Parameters, Optimizer Optimizer) InPlace<T>(IGradientRule rule, Execution how)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (random, shapes) = (new Random(3), WholeVariants.Shapes(rule));
        Parameter[] parameters = [.. shapes.Select(shape => new Parameter(WholeVariants.Noise<T>(shape, random)))];
        var optimizer = new Optimizer(parameters, rule) { Execution = how };
        for (var t = 0; t < Steps; t++)
        {
            for (var i = 0; i < shapes.Length; i++) parameters[i].Grad = WholeVariants.Gradient<T>(rule, shapes[i], random);
            optimizer.Step();
        }
        return (parameters, optimizer);
    }

    static readonly Execution Scalar = new() { LaneBits = 0, Threads = 1 };

    [Theory, MemberData(nameof(Names))]
    public void Lanes_and_threads_do_not_change_a_bit_in_float32(string name) => SameBits<float>(WholeVariants.Get(name));

    [Theory, MemberData(nameof(Names))]
    public void Lanes_and_threads_do_not_change_a_bit_in_float64(string name) => SameBits<double>(WholeVariants.Get(name));

    static void SameBits<T>(IGradientRule rule) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (θ1, s1) = Pure<T>(rule, Scalar);
        foreach (var bits in (int[])[128, 256, 512])
            foreach (var threads in Enumerable.Range(1, 8))
            {
                var (θ, s) = Pure<T>(rule, new() { LaneBits = bits, Threads = threads, SerialUpTo = 0, ChunkLength = 100 });
                Assert.Equal(Trace.Bits<T>(θ1, s1), Trace.Bits<T>(θ, s));
            }
    }

    [Theory, MemberData(nameof(Names))]
    public void Both_faces_give_the_same_bits_in_float32(string name) => BothFaces<float>(WholeVariants.Get(name));

    [Theory, MemberData(nameof(Names))]
    public void Both_faces_give_the_same_bits_in_float64(string name) => BothFaces<double>(WholeVariants.Get(name));

    static void BothFaces<T>(IGradientRule rule) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (θ, s) = Pure<T>(rule, Scalar);
        var (parameters, optimizer) = InPlace<T>(rule, new() { Threads = 3, SerialUpTo = 0 });
        for (var i = 0; i < parameters.Length; i++)
        {
            Assert.Equal(θ[i].As<T>().Data, parameters[i].Value.As<T>().Data);
            foreach (var (key, slot) in s[i].Slots) Assert.Equal(slot.As<T>().Data, optimizer.State(parameters[i]).Slots[key].As<T>().Data);
        }
    }

    /// <summary>Sums and products are made in another order: float32's rounding, a few steps on, of numbers about 1.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Matrices_by_columns_are_stepped_as_matrices_by_rows(string name)
    {
        var rule = WholeVariants.Get(name);
        Near(Pure<double>(rule, Execution.Default), Pure<double>(rule, Execution.Default, columnMajor: true), 1e-12);
        Near(Pure<float>(rule, Execution.Default), Pure<float>(rule, Execution.Default, columnMajor: true), 1e-5);
    }

    static void Near((Params θ, State s) want, (Params θ, State s) got, double tolerance)
    {
        for (var i = 0; i < want.θ.Count; i++)
        {
            Near(want.θ[i], got.θ[i], tolerance);
            foreach (var (key, slot) in want.s[i].Slots) Near(slot, got.s[i].Slots[key], tolerance);
        }
    }

    static void Near(NDArray want, NDArray got, double tolerance)
    {
        double[] x = Goldens.Numbers.Of(want), y = Goldens.Numbers.Of(got);
        for (var k = 0; k < x.Length; k++) Assert.Equal(x[k], y[k], tolerance);
    }

    /// <summary>A step that decomposes a factor may allocate: of these rules those that do it rarely.</summary>
    public static TheoryData<string, bool> Orders => new(WholeVariants.All
        .Where(r => r.Rule is not (SOAP { PreconditionFrequency: < 10 } or KLSOAP { PreconditionFrequency: < 10 }
            or Shampoo { PreconditionFrequency: < 10 }))
        .SelectMany(r => new[] { (r.Name, false), (r.Name, true) }));

    [Theory, MemberData(nameof(Orders))]
    public void A_step_in_place_allocates_nothing(string name, bool columnMajor)
    {
        var (rule, random) = (WholeVariants.Get(name), new Random(1));
        Parameter[] parameters =
        [
            .. WholeVariants.Shapes(rule).Select(shape => new Parameter(WholeVariants.Noise<float>(shape, random, columnMajor))
            {
                Grad = WholeVariants.Gradient<float>(rule, shape, random, columnMajor),
            }),
        ];
        Assert.Equal(0, AllocationTests.Bytes(new Optimizer(parameters, rule) { Execution = new() { Threads = 1 } }));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_parameter_without_a_gradient_stays_as_it_is(string name) => Stays(WholeVariants.Get(name));

    [Theory, MemberData(nameof(Variants.Names), MemberType = typeof(Variants))]
    public void So_does_one_of_a_rule_that_looks_at_single_elements(string name) => Stays(Variants.Get(name));

    static void Stays(IGradientRule rule)
    {
        var random = new Random(2);
        Parameter moves = new(WholeVariants.Noise<double>([3, 4], random)), stays = new(WholeVariants.Noise<double>([3, 4], random));
        double[] before = [.. stays.Value.As<double>().Data], start = [.. moves.Value.As<double>().Data];
        var optimizer = new Optimizer([stays, moves], rule);
        for (var t = 0; t < 3; t++)
        {
            moves.Grad = WholeVariants.Gradient<double>(rule, [3, 4], random);
            optimizer.Step();
        }
        Assert.Equal(before, stays.Value.As<double>().Data);
        Assert.NotEqual(start, moves.Value.As<double>().Data);
    }
}
