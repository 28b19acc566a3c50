namespace Optim.Functional.Cuda;

/// <summary>A device as the core knows one: memory, copies, an engine.</summary>
sealed unsafe class CudaDevice(CudaContext context, int multiprocessors) : Device
{
    readonly List<WeakReference<CudaMemory>> all = [];
    int crowded = 64;
    nint stream;

    public CudaContext Context => context;

    public CudaDriver Driver => context.Driver;

    public int Multiprocessors => multiprocessors;

    public Kernels Kernels { get; init; } = new(context);

    /// <summary>cuBLAS, where it is to multiply the matrices that lie here; null: our own kernel does.</summary>
    public CudaLibraries? Libraries { get; set; }

    public override string Name => context.Name;

    public override Lifetime Lifetime { get; } = new("GPU");

    /// <summary>The stream that everything is put on; 0: the default one.</summary>
    public nint Stream
    {
        get => stream;
        set
        {
            // What is under way on the one must not be overtaken on the other.
            if (value != stream) Synchronize();
            stream = value;
        }
    }

    /// <summary>Its context, made the thread's; throws where it has been disposed.</summary>
    public CudaContext.Within Enter()
    {
        Lifetime.Check();
        return context.Enter();
    }

    /// <summary>Waits until all is done.</summary>
    public void Synchronize()
    {
        using var within = Enter();
        context.Check(Driver.Synchronize(stream), "cuStreamSynchronize");
    }

    /// <summary>Memory that is given back when the device is disposed, if not before. Its context must be the thread's.</summary>
    public CudaMemory New(long bytes)
    {
        var memory = CudaMemory.New(context, bytes);
        lock (all)
        {
            if (all.Count == crowded)
            {
                all.RemoveAll(m => !m.TryGetTarget(out _));
                crowded = Math.Max(64, 2 * all.Count);
            }
            all.Add(new(memory));
        }
        return memory;
    }

    public override Place<T> New<T>(long length, bool cleared)
    {
        using var within = Enter();
        var bytes = checked(length * Unsafe.SizeOf<T>());
        var memory = New(bytes);
        if (cleared && bytes > 0) context.Check(Driver.SetBytes(memory.Address, 0, bytes, stream), "cuMemsetD8Async");
        return Place<T>.Outside(memory.Address, memory, this);
    }

    public override void Copy<T>(Place<T> from, Place<T> to, nint length)
    {
        if (length == 0) return;
        using var within = Enter();
        context.Check(Driver.OnDevice(to.Address, from.Address, length * Unsafe.SizeOf<T>(), stream), "cuMemcpyDtoDAsync");
        GC.KeepAlive(from.Owner);
        GC.KeepAlive(to.Owner);
    }

    public override void Copy<T>(Place<T> from, Pitch there, Place<T> to, Pitch here, int rows, int columns) =>
        CudaCopies.Copy(this, from, there, to, here, rows, columns);

    public override void Read<T>(Place<T> from, Place<T> to, nint length)
    {
        if (length == 0) return;
        using var within = Enter();
        fixed (T* into = &to.First)
            context.Check(Driver.ToHost(into, from.Address, length * Unsafe.SizeOf<T>(), stream), "cuMemcpyDtoHAsync");
        context.Check(Driver.Synchronize(stream), "cuStreamSynchronize");
        GC.KeepAlive(from.Owner);
        GC.KeepAlive(to.Owner);
    }

    public override void Write<T>(Place<T> from, Place<T> to, nint length)
    {
        if (length == 0) return;
        using var within = Enter();
        fixed (T* source = &from.First)
        {
            context.Check(Driver.ToDevice(to.Address, source, length * Unsafe.SizeOf<T>(), stream), "cuMemcpyHtoDAsync");
            // A long copy, or one of pinned memory, may still be reading when the function returns.
            context.Check(Driver.Synchronize(stream), "cuStreamSynchronize");
        }
        GC.KeepAlive(from.Owner);
        GC.KeepAlive(to.Owner);
    }

    public override void Fill<T>(Place<T> to, T value, nint length)
    {
        if (length == 0) return;
        var isZero = typeof(T) == typeof(float)
            ? Unsafe.BitCast<T, uint>(value) == 0
            : Unsafe.BitCast<T, ulong>(value) == 0;
        if (isZero || typeof(T) == typeof(float))
        {
            using var within = Enter();
            if (isZero) context.Check(Driver.SetBytes(to.Address, 0, length * Unsafe.SizeOf<T>(), stream), "cuMemsetD8Async");
            else context.Check(Driver.SetWords(to.Address, Unsafe.BitCast<T, uint>(value), length, stream), "cuMemsetD32Async");
            GC.KeepAlive(to.Owner);
            return;
        }
        // There is no such function for 64 bits: the beginning is copied there, and then what is there already, again and again.
        var first = new T[nint.Min(length, 1 << 16)];
        Array.Fill(first, value);
        Write(new Place<T>(first), to, first.Length);
        for (nint done = first.Length; done < length; done *= 2) Copy(to, to.After(done), nint.Min(done, length - done));
    }

    /// <summary>Launches a kernel. Its context must be the thread's.</summary>
    public void Launch(in KernelKey key, int blocks, int threads, ReadOnlySpan<byte> arguments) =>
        Run(Kernels.Find(key), blocks, threads, arguments);

    /// <summary>Launches a kernel. Its context must be the thread's.</summary>
    public void Run(Kernel kernel, int blocks, int threads, ReadOnlySpan<byte> arguments) =>
        context.Check(Driver.Launch(Kernels.Load(kernel), blocks, threads, arguments, stream), "cuLaunchKernel");

    public override IDeviceEngine<T> NewEngine<T>()
    {
        Lifetime.Check();
        return new CudaEngine<T>(this);
    }

    /// <summary>Gives back all of its memory; what is used from now on is refused.</summary>
    public void End()
    {
        if (Lifetime.HasEnded) return;
        Lifetime.End();
        context.GiveBack(() => Driver.Synchronize());
        lock (all)
        {
            foreach (var one in all)
                if (one.TryGetTarget(out var memory)) memory.Dispose();
            all.Clear();
        }
        Kernels.Clear();
        context.Dispose();
    }
}
