using System.Numerics;
using System.Runtime.InteropServices;
using Optim.Functional.Cuda;
using Optim.Functional.GpuCheck;
using Optim.Functional.Tests.Lift;

namespace Optim.Functional.Tests.Cuda;

/// <summary>Every elementwise rule, with its options, in both types, alone and with stages around it: what its kernels do, run by
/// <see cref="PtxMachine"/>, against the processor's single lane, bit for bit.</summary>
public class KernelTests
{
    const int Steps = 4;
    static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 7, 8, 31, 64, 101];

    static readonly Dictionary<string, Func<Plan, Plan>> around = new()
    {
        ["alone"] = plan => plan,
        ["loss scale"] = plan => plan.LossScale(4),
        ["cautious"] = plan => plan.Cautious(),
        ["cautious decay"] = plan => plan.CautiousWeightDecay(0.1),
        ["hyperball"] = plan => plan.With(new Hyperball()),
        ["flush"] = plan => plan.With(new FlushDenormals()),
        ["ema"] = plan => plan.Ema(0.9),
        ["lookahead"] = plan => plan.Lookahead(2),
        ["swa"] = plan => plan.Swa(),
        ["all"] = plan => plan.LossScale(4).Cautious().CautiousWeightDecay(0.1).Ema(0.9).Lookahead(3, 0.7),
    };

    public static TheoryData<string> Names => [.. Variants.All.Where(v => v.Rule is IElementwiseRule).Select(v => v.Name), nameof(OwnRule)];

    static IRule Get(string name) => name == nameof(OwnRule) ? new OwnRule() : Variants.Get(name);

    [Theory, MemberData(nameof(Names))]
    public void A_kernel_gives_the_bits_of_the_processor_in_float32(string name) => Same<float>(name);

    [Theory, MemberData(nameof(Names))]
    public void A_kernel_gives_the_bits_of_the_processor_in_float64(string name) => Same<double>(name);

    [Fact]
    public void Every_elementwise_rule_of_the_registry_is_among_them() =>
        Assert.Empty(Registry.All.Select(r => r.RuleType).Where(t => typeof(IElementwiseRule).IsAssignableFrom(t))
            .Except(Variants.All.Select(v => v.Rule.GetType())));

    static void Same<T>(string name) where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (var (stage, put) in around)
        {
            Plan plan;
            try { plan = put(Plan.Of(Get(name))); }
            catch (ArgumentException) { continue; }
            Same<T>(plan, $"{name}, {stage}, {typeof(T).Name}");
        }
    }

    [Fact]
    public void Tensors_of_several_chunks_too()
    {
        int[] lengths = [PtxText.Chunk + 1, 3, 2 * PtxText.Chunk, PtxText.Chunk - 1, 2 * PtxText.Chunk + 7];
        Same<float>(new AdamW().Ema(0.9), nameof(AdamW), lengths);
        Same<double>(new SGD(0.1), nameof(SGD), lengths);
    }

    static void Same<T>(Plan plan, string what) where T : unmanaged, IFloatingPointIeee754<T> => Same<T>(plan, what, Lengths);

    /// <summary>Steps apart, then in place, on the processor and on the device, from the same start.</summary>
    static void Same<T>(IRule rule, string what, int[] lengths) where T : unmanaged, IFloatingPointIeee754<T>
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var (plan, random) = (Plan.Of(rule), new Random(7));
        var (here, there) = (new Chain<T>(plan, Named<T>(random, lengths, isTame: true), null), default(Chain<T>)!);
        there = new(plan, Offset<T>(gpu, here.θ), gpu);
        string? differs = "it does not run";
        try
        {
            for (var t = 0; t < Steps; t++)
            {
                // Of two NaN with other payloads which one survives is left to the compiler's order of operands: so these come last.
                var isLast = t == Steps - 1;
                var g = Named<T>(random, lengths, isTame: t == 0, hasPayloads: isLast);
                differs = "it does not run";
                here.Step(g, donate: t > 1);
                there.Step(Offset<T>(gpu, g), donate: t > 1);
                differs = Differ<T>(here.θ, here.State, there.θ, there.State, anyNaN: isLast);
                Assert.True(differs is null, $"{what}, step {t + 1}: {differs}");
            }
        }
        finally { KernelTally.Add(driver.Ran.Keys, differs is null); }
    }

    static Params Named<T>(Random random, int[] lengths, bool isTame, bool hasPayloads = false)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Params.Of(lengths.Select((n, i) => ($"p{i}", (NDArray)NDArray.Of(Wild.Numbers<T>(random, n, isTame, hasPayloads), n))));

    /// <summary>On the device; every third tensor does not begin at 16 bytes.</summary>
    static Params Offset<T>(Gpu gpu, Params of) where T : unmanaged, IFloatingPointIeee754<T> =>
        Params.Of(of.Entries.Select((p, i) =>
        {
            if (i % 3 < 2) return (p.Key, gpu.Copy(p.Value));
            var room = gpu.Zeros<T>((int)p.Value.Length + 1);
            var odd = gpu.Over<T>(gpu.AddressOf(room) + System.Runtime.CompilerServices.Unsafe.SizeOf<T>(), room, [.. p.Value.Shape]);
            gpu.Copy(p.Value, odd);
            return (p.Key, (NDArray)odd);
        }));

    /// <summary>Steps of a plan, one after another.</summary>
    sealed class Chain<T>(Plan plan, Params start, Gpu? gpu) where T : unmanaged, IFloatingPointIeee754<T>
    {
        readonly Stepper<T> stepper = new();
        readonly Execution how = new() { LaneBits = 0, Threads = 1 };

        public Params θ { get; private set; } = start;
        public State State { get; private set; } = plan.Init(start);

        public void Step(Params g, bool donate)
        {
            stepper.Begin(how, gpu is null ? null : θ[0].Device);
            try { (θ, State) = Pure.Step(stepper, plan, θ, g, State, 1, donate); }
            finally
            {
                stepper.End();
                stepper.Forget();
            }
        }
    }

    static string? Differ<T>(Params θ, State s, Params θ2, State s2, bool anyNaN) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (var i = 0; i < θ.Count; i++)
        {
            var slots = s[i].Slots.Select(x => (x.Key, x.Value, s2[i].Slots[x.Key]));
            foreach (var (key, one, other) in slots.Prepend(("parameter", θ[i], θ2[i])))
            {
                var (a, b) = (one.As<T>().ToArray(), other.As<T>().ToArray());
                for (var k = 0; k < a.Length; k++)
                    if (!Bits(a, k).SequenceEqual(Bits(b, k)) && !(anyNaN && T.IsNaN(a[k]) && T.IsNaN(b[k])))
                        return $"{key} of p{i}, element {k}: {a[k]} on the processor, {b[k]} in the kernel";
            }
        }
        return null;
    }

    static ReadOnlySpan<byte> Bits<T>(T[] x, int k) where T : unmanaged => MemoryMarshal.AsBytes(x.AsSpan(k, 1));
}
