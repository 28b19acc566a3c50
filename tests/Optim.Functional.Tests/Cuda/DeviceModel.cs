using System.Numerics;
using System.Runtime.InteropServices;
using Optim.Functional.Cuda;

namespace Optim.Functional.Tests.Cuda;

/// <summary>The same model twice, here and on a device that interprets its kernels: two groups, tensors of many lengths, the same
/// gradients, some of which are absent.</summary>
sealed class DeviceModel<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    static readonly int[] lengths = [5, 0, 1, 64, 33, 8200, 7];

    readonly Random random = new(11);

    public DeviceModel(IRule rule, Action<Optimizer> setUp) : this(rule)
    {
        setUp(Here);
        setUp(There);
    }

    public DeviceModel(IRule rule, int groups = 2)
    {
        Gpu = FakeDriver.Opened(out var driver);
        Driver = driver;
        Parameter[] here = [.. lengths.Select((n, i) => new Parameter(Numbers(n), $"p{i}"))];
        Here = Made(here, rule, groups);
        There = Made(Gpu.Parameters(here), rule, groups);
    }

    public Gpu Gpu { get; }
    public FakeDriver Driver { get; }
    public Optimizer Here { get; set; }
    public Optimizer There { get; set; }

    /// <summary>Of two groups the second one's learning rate is twice the first's, where it has one.</summary>
    static Optimizer Made(IReadOnlyList<Parameter> parameters, IRule rule, int groups)
    {
        if (groups == 1) return new(parameters, rule) { Execution = new() { LaneBits = 0, Threads = 1 } };
        var (first, second) = (new ParamGroup(parameters.Take(4)), new ParamGroup(parameters.Skip(4)));
        if (rule is IGradientRule { Lr: not double.NaN and var lr }) second.Lr = 2 * lr;
        return new([first, second], rule) { Execution = new() { LaneBits = 0, Threads = 1 } };
    }

    NDArray Numbers(int n) => NDArray.Of(Array.ConvertAll(new T[n], _ => T.CreateTruncating(random.NextDouble() * 2 - 1)), n);

    /// <summary>The parameters of both, side by side.</summary>
    public IEnumerable<(Parameter Here, Parameter There)> Pairs => All(Here).Zip(All(There));

    public static IEnumerable<Parameter> All(Optimizer optimizer) => optimizer.ParamGroups.SelectMany(g => g.Parameters);

    /// <summary>New gradients for both; at some steps some are absent.</summary>
    public void Gradients(int step, double size = 1)
    {
        foreach (var (i, (here, there)) in Pairs.Index())
        {
            here.Grad = step % 3 == 1 && i % 2 == 1 ? null : Scaled(Numbers((int)here.Value.Length), size);
            there.Grad = here.Grad is null ? null : Gpu.Copy(here.Grad);
        }
    }

    static NDArray Scaled(NDArray of, double size)
    {
        foreach (ref var x in of.As<T>().Span) x *= T.CreateTruncating(size);
        return of;
    }

    /// <summary>Steps both, with gradients of different sizes.</summary>
    public void Steps(int count, Action<Optimizer>? after = null)
    {
        for (var t = 0; t < count; t++)
        {
            Gradients(t, size: t % 2 == 0 ? 1 : 0.01);
            foreach (var optimizer in (Optimizer[])[Here, There])
            {
                optimizer.Step();
                after?.Invoke(optimizer);
            }
            Same();
        }
    }

    /// <summary>Parameters, slots, counts and scalars are the same, to the bit.</summary>
    public void Same()
    {
        Assert.Equal(Here.Steps, There.Steps);
        foreach (var (here, there) in Pairs)
        {
            Same(here.Value, there.Value);
            var (s, s2) = (Here.State(here), There.State(there));
            Assert.Equal((s.Step, s.Exists), (s2.Step, s2.Exists));
            Assert.Equal(s.Scalars, s2.Scalars);
            Assert.Equal(s.Slots.Keys, s2.Slots.Keys);
            foreach (var (key, slot) in s.Slots) Same(slot, s2.Slots[key]);
        }
    }

    static void Same(NDArray here, NDArray there)
    {
        Assert.NotNull(there.Device);
        Assert.Equal(here.Shape, there.Shape);
        Assert.True(Bytes(here).SequenceEqual(Bytes(there)), $"{here}\n{there}");
    }

    public static Span<byte> Bytes(NDArray tensor) => MemoryMarshal.AsBytes(tensor.As<T>().ToArray().AsSpan());

    public void Dispose()
    {
        KernelTally.Add(Driver.Ran.Keys, isEqual: true);
        Gpu.Dispose();
    }
}
