namespace Optim.Functional;

/// <summary>Passes over tensors outside of a step, wherever they lie.</summary>
sealed class TensorPasses<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly Passes<T> here = new();
    readonly Dictionary<Device, Passes<T>> there = [];

    /// <summary>Who computes on a device; null: this process.</summary>
    public IDeviceEngine<T>? EngineOf(Device? device) => Of(device).Device;

    Passes<T> Of(Device? device)
    {
        if (device is null) return here;
        if (!there.TryGetValue(device, out var passes)) there[device] = passes = new() { Device = device.NewEngine<T>() };
        return passes;
    }

    /// <summary>a ← pass(a, b), of the elements that are stored.</summary>
    public void Run<F>(in F pass, NDArray<T> a, NDArray<T> b, Execution how) where F : struct, IPass
    {
        Operand<T> first = new(a.Where, a.Stored), second = new(b.Where, b.Stored);
        var passes = Of(a.Device);
        passes.How = how;
        passes.Run(pass, first, second, first, new Places<T> { θ = first.Place });
    }
}
