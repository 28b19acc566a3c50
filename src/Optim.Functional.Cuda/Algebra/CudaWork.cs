namespace Optim.Functional.Cuda;

/// <summary>One call's work on a device: its context is the thread's, and its memory is given back at the end.</summary>
readonly unsafe ref struct CudaWork
{
    readonly CudaDevice device;
    readonly CudaContext.Within within;
    readonly List<CudaMemory> taken;

    public CudaWork(CudaDevice device)
    {
        this.device = device;
        within = device.Enter();
        taken = [];
    }

    /// <summary>Memory for so many numbers, which are as they come.</summary>
    public nint Take<T>(long count) where T : unmanaged
    {
        var memory = device.New(checked(count * sizeof(T)));
        taken.Add(memory);
        return memory.Address;
    }

    /// <summary>A copy of numbers.</summary>
    public nint Put<T>(ReadOnlySpan<T> numbers) where T : unmanaged
    {
        var at = Take<T>(numbers.Length);
        fixed (T* from = numbers) Check(device.Driver.ToDevice(at, from, Bytes<T>(numbers.Length), device.Stream), "cuMemcpyHtoDAsync");
        return at;
    }

    /// <summary>Copies numbers from one place on the device to another.</summary>
    public void Move<T>(nint from, nint to, long count) where T : unmanaged =>
        Check(device.Driver.OnDevice(to, from, Bytes<T>(count), device.Stream), "cuMemcpyDtoDAsync");

    /// <summary>Copies numbers to this process's memory, when what makes them is done.</summary>
    public void Get<T>(nint at, Span<T> numbers) where T : unmanaged
    {
        fixed (T* to = numbers) Check(device.Driver.ToHost(to, at, Bytes<T>(numbers.Length), device.Stream), "cuMemcpyDtoHAsync");
        Check(device.Driver.Synchronize(device.Stream), "cuStreamSynchronize");
    }

    void Check(int code, string function) => device.Context.Check(code, function);

    static long Bytes<T>(long count) where T : unmanaged => count * sizeof(T);

    /// <summary>Waits for what is under way, which reads and writes the memory.</summary>
    public void Dispose()
    {
        if (taken.Count > 0) device.Driver.Synchronize(device.Stream);
        foreach (var memory in taken) memory.Dispose();
        within.Dispose();
    }
}
