using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Optim.Functional.Tests.Cuda;

// Its contexts and memory.
sealed unsafe partial class FakeDriver
{
    const int InvalidContext = 201, OutOfMemory = 2, InvalidPtx = 218, FewThreads = 8;

    static readonly ConcurrentDictionary<nint, FakeDriver> contexts = new();
    static readonly ConcurrentDictionary<nint, (FakeDriver Owner, long Bytes)> memory = new();
    static readonly ConcurrentDictionary<nint, PtxMachine> modules = new();
    static readonly ConcurrentDictionary<string, PtxMachine> machines = new();
    static int handles = 1000;

    [ThreadStatic] static Stack<FakeDriver>? entered;

    /// <summary>Bytes of its memory.</summary>
    public long Capacity = long.MaxValue;

    /// <summary>What the launch of this number, from 1 on, says.</summary>
    public (int Launch, int Code) FailsAt = (-1, 0);

    /// <summary>The streams that something was put on, or waited for.</summary>
    public readonly HashSet<nint> Streams = [];

    /// <summary>Whether launches do nothing.</summary>
    public bool IsIdle;

    /// <summary>Whether copies to the processor change a bit of each number.</summary>
    public bool Spoils;

    int lasting;

    public long Used, ToHostBytes, ToDeviceBytes;
    public int Allocations, Launches, Loads, Unloads, Synchronizations;
    public readonly ConcurrentDictionary<string, bool> Ran = new();

    static nint Next() => Interlocked.Increment(ref handles);

    /// <summary>The same for something that is put on a stream.</summary>
    static int Enter(string function, nint stream, out FakeDriver driver)
    {
        var code = Enter(function, out driver);
        if (code == 0) driver.Streams.Add(stream);
        return code;
    }

    /// <summary>The driver whose context the thread has entered, if that has not failed for good.</summary>
    static int Enter(string function, out FakeDriver driver)
    {
        driver = null!;
        if (entered is not { Count: > 0 }) return InvalidContext;
        driver = entered.Peek();
        return driver.lasting != 0 ? driver.lasting : driver.Code(function);
    }

    static nint Work(string name) => name switch
    {
        "cuDevicePrimaryCtxRetain" => (nint)(delegate* unmanaged<nint*, int, int>)&Retain,
        "cuDevicePrimaryCtxRelease_v2" => (nint)(delegate* unmanaged<int, int>)&Release,
        "cuCtxPushCurrent_v2" => (nint)(delegate* unmanaged<nint, int>)&Push,
        "cuCtxPopCurrent_v2" => (nint)(delegate* unmanaged<nint*, int>)&Pop,
        "cuCtxSynchronize" => (nint)(delegate* unmanaged<int>)&Synchronize,
        "cuMemAlloc_v2" => (nint)(delegate* unmanaged<nint*, nuint, int>)&Allocate,
        "cuMemFree_v2" => (nint)(delegate* unmanaged<nint, int>)&Free,
        "cuMemcpyHtoDAsync_v2" => (nint)(delegate* unmanaged<nint, void*, nuint, nint, int>)&ToDevice,
        "cuMemcpyDtoHAsync_v2" => (nint)(delegate* unmanaged<void*, nint, nuint, nint, int>)&ToHost,
        "cuMemcpyDtoDAsync_v2" => (nint)(delegate* unmanaged<nint, nint, nuint, nint, int>)&OnDevice,
        "cuMemsetD8Async" => (nint)(delegate* unmanaged<nint, byte, nuint, nint, int>)&SetBytes,
        "cuMemsetD32Async" => (nint)(delegate* unmanaged<nint, uint, nuint, nint, int>)&SetWords,
        "cuStreamSynchronize" => (nint)(delegate* unmanaged<nint, int>)&SynchronizeStream,
        "cuModuleLoadDataEx" => (nint)(delegate* unmanaged<nint*, byte*, uint, int*, void**, int>)&Load,
        "cuModuleUnload" => (nint)(delegate* unmanaged<nint, int>)&Unload,
        "cuModuleGetFunction" => (nint)(delegate* unmanaged<nint*, nint, byte*, int>)&Function,
        "cuLaunchKernel" =>
            (nint)(delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)&Launch,
        "cuLinkCreate_v2" => (nint)(delegate* unmanaged<uint, int*, void**, nint*, int>)&LinkCreate,
        "cuLinkAddData_v2" => (nint)(delegate* unmanaged<nint, int, void*, nuint, byte*, uint, int*, void**, int>)&LinkAdd,
        "cuLinkComplete" => (nint)(delegate* unmanaged<nint, void**, nuint*, int>)&LinkComplete,
        "cuLinkDestroy" => (nint)(delegate* unmanaged<nint, int>)&LinkDestroy,
        _ => 0,
    };

    [UnmanagedCallersOnly]
    static int Retain(nint* context, int device)
    {
        *context = Next();
        contexts[*context] = current!;
        return current!.Code("cuDevicePrimaryCtxRetain");
    }

    [UnmanagedCallersOnly]
    static int Release(int device) => 0;

    [UnmanagedCallersOnly]
    static int Push(nint context)
    {
        if (!contexts.TryGetValue(context, out var driver)) return InvalidContext;
        (entered ??= []).Push(driver);
        return 0;
    }

    [UnmanagedCallersOnly]
    static int Pop(nint* context)
    {
        if (entered is not { Count: > 0 }) return InvalidContext;
        entered.Pop();
        return 0;
    }

    [UnmanagedCallersOnly] static int Synchronize() => Enter("cuCtxSynchronize", out _);

    [UnmanagedCallersOnly]
    static int SynchronizeStream(nint stream)
    {
        var code = Enter("cuStreamSynchronize", stream, out var driver);
        if (code == 0) driver.Synchronizations++;
        return code;
    }

    /// <summary>Memory holds what is no number that a test would have.</summary>
    [UnmanagedCallersOnly]
    static int Allocate(nint* at, nuint bytes)
    {
        if (Enter("cuMemAlloc", out var driver) is not 0 and var code) return code;
        if (bytes == 0) return 1;
        if (driver.Used + (long)bytes > driver.Capacity) return OutOfMemory;
        *at = (nint)NativeMemory.AlignedAlloc(bytes, 256);
        new Span<byte>((void*)*at, (int)bytes).Fill(0xA5);
        memory[*at] = (driver, (long)bytes);
        Interlocked.Add(ref driver.Used, (long)bytes);
        driver.Allocations++;
        return 0;
    }

    [UnmanagedCallersOnly]
    static int Free(nint at)
    {
        if (entered is not { Count: > 0 }) return InvalidContext;
        if (!memory.TryRemove(at, out var was) || was.Owner != entered.Peek()) return 1;
        NativeMemory.AlignedFree((void*)at);
        Interlocked.Add(ref was.Owner.Used, -was.Bytes);
        return 0;
    }

    [UnmanagedCallersOnly]
    static int ToDevice(nint to, void* from, nuint bytes, nint stream)
    {
        if (Enter("cuMemcpyHtoDAsync", stream, out var driver) is not 0 and var code) return code;
        driver.ToDeviceBytes += (long)bytes;
        NativeMemory.Copy(from, (void*)to, bytes);
        return 0;
    }

    [UnmanagedCallersOnly]
    static int ToHost(void* to, nint from, nuint bytes, nint stream)
    {
        if (Enter("cuMemcpyDtoHAsync", stream, out var driver) is not 0 and var code) return code;
        driver.ToHostBytes += (long)bytes;
        NativeMemory.Copy((void*)from, to, bytes);
        if (driver.Spoils)
            for (nuint k = 0; k < bytes; k += 4) ((byte*)to)[k] ^= 1;
        return 0;
    }

    [UnmanagedCallersOnly]
    static int OnDevice(nint to, nint from, nuint bytes, nint stream)
    {
        if (Enter("cuMemcpyDtoDAsync", stream, out _) is not 0 and var code) return code;
        NativeMemory.Copy((void*)from, (void*)to, bytes);
        return 0;
    }

    [UnmanagedCallersOnly]
    static int SetBytes(nint to, byte value, nuint count, nint stream)
    {
        if (Enter("cuMemsetD8Async", stream, out _) is not 0 and var code) return code;
        new Span<byte>((void*)to, (int)count).Fill(value);
        return 0;
    }

    [UnmanagedCallersOnly]
    static int SetWords(nint to, uint value, nuint count, nint stream)
    {
        if (Enter("cuMemsetD32Async", stream, out _) is not 0 and var code) return code;
        new Span<uint>((void*)to, (int)count).Fill(value);
        return 0;
    }
}
