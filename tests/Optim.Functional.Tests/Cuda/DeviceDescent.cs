using System.Numerics;
using Optim.Functional.Cuda;

namespace Optim.Functional.Tests.Cuda;

/// <summary>L-BFGS down the same function twice, here and on a device that interprets its kernels. Losses and gradients are made here, of
/// a copy of the parameters.</summary>
sealed class DeviceDescent<T> : IDisposable where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Func<T[][], (double Loss, T[][] Gradients)> f;

    /// <param name="f">The loss and its gradients of the parameters.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="parameters">Where they start.</param>
    public DeviceDescent(Func<T[][], (double Loss, T[][] Gradients)> f, IRule rule, params NDArray[] parameters)
    {
        this.f = f;
        Gpu = FakeDriver.Opened(out var driver);
        Driver = driver;
        Parameter[] here = [.. parameters.Select((p, i) => new Parameter(p, $"p{i}"))];
        There = new(Gpu.Parameters(here), rule);
        Here = new(here, rule) { Execution = new() { Threads = 1 } };
    }

    public Gpu Gpu { get; }
    public FakeDriver Driver { get; }
    public Optimizer Here { get; set; }
    public Optimizer There { get; set; }

    /// <summary>Bytes that the closure itself has brought here.</summary>
    public long Brought { get; private set; }

    /// <summary>Times that the closure itself has waited.</summary>
    public int Waited { get; private set; }

    /// <summary>Times that the closure was called, here and there.</summary>
    public (int Here, int There) Calls { get; private set; }

    public static IReadOnlyList<Parameter> Of(Optimizer optimizer) => optimizer.ParamGroups[0].Parameters;

    public double Closure(Optimizer of)
    {
        var parameters = Of(of);
        var isThere = ReferenceEquals(of, There);
        var before = (Bytes: Driver.ToHostBytes, Waits: Driver.Synchronizations);
        var (loss, gradients) = f([.. parameters.Select(p => p.Value.As<T>().ToArray())]);
        foreach (var (p, g) in parameters.Zip(gradients)) p.Grad = Shaped(p.Value, g);
        Calls = isThere ? (Calls.Here, Calls.There + 1) : (Calls.Here + 1, Calls.There);
        Brought += Driver.ToHostBytes - before.Bytes;
        Waited += Driver.Synchronizations - before.Waits;
        return loss;
    }

    /// <summary>A gradient as its parameter stands; null of none.</summary>
    NDArray? Shaped(NDArray θ, T[]? g)
    {
        if (g is null) return null;
        var gradient = θ.Device is null ? θ.NewLike(0) : Gpu.ToHost(θ).NewLike(0);
        NDArray.Of(g, [.. θ.Shape]).CopyTo(gradient);
        return θ.Device is null ? gradient : Gpu.Copy(gradient);
    }

    /// <summary>One step of both, which is the same to the bit.</summary>
    public double Step()
    {
        var loss = Here.Step(() => Closure(Here));
        Assert.Equal(loss, There.Step(() => Closure(There)));
        Same();
        return loss;
    }

    public void Same()
    {
        Assert.Equal(Here.Steps, There.Steps);
        Assert.Equal(Calls.Here, Calls.There);
        foreach (var (here, there) in Of(Here).Zip(Of(There)))
        {
            Assert.NotNull(there.Value.Device);
            Assert.True(DeviceModel<T>.Bytes(here.Value).SequenceEqual(DeviceModel<T>.Bytes(there.Value)), $"{here.Value}\n{there.Value}");
        }
        Assert.Equal(Json(Here.StateDict()), Json(There.StateDict()));
    }

    public static string Json(StateDict state)
    {
        using var stream = new MemoryStream();
        state.Save(stream);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    public void Dispose()
    {
        KernelTally.Add(Driver.Ran.Keys, isEqual: true);
        Gpu.Dispose();
    }
}
