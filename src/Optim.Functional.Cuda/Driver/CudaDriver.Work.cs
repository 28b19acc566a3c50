namespace Optim.Functional.Cuda;

// Contexts, memory, kernels: all on a context that the caller has made current, and on a stream.
sealed unsafe partial class CudaDriver
{
    delegate* unmanaged<nint*, int, int> primaryContextRetain;
    delegate* unmanaged<int, int> primaryContextRelease;
    delegate* unmanaged<nint, int> contextPush;
    delegate* unmanaged<nint*, int> contextPop;
    delegate* unmanaged<int> contextSynchronize;
    delegate* unmanaged<nint*, nuint, int> memoryAllocate;
    delegate* unmanaged<nint, int> memoryFree;
    delegate* unmanaged<nint, void*, nuint, nint, int> copyToDevice;
    delegate* unmanaged<void*, nint, nuint, nint, int> copyToHost;
    delegate* unmanaged<nint, nint, nuint, nint, int> copyOnDevice;
    delegate* unmanaged<nint, byte, nuint, nint, int> setBytes;
    delegate* unmanaged<nint, uint, nuint, nint, int> setWords;
    delegate* unmanaged<nint, int> streamSynchronize;
    delegate* unmanaged<nint*, void*, uint, int*, void**, int> moduleLoad;
    delegate* unmanaged<nint, int> moduleUnload;
    delegate* unmanaged<nint*, nint, byte*, int> moduleFunction;
    delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> launch;
    delegate* unmanaged<uint, int*, void**, nint*, int> linkCreate;
    delegate* unmanaged<nint, int, void*, nuint, byte*, uint, int*, void**, int> linkAdd;
    delegate* unmanaged<nint, void**, nuint*, int> linkComplete;
    delegate* unmanaged<nint, int> linkDestroy;

    void FindWork(Func<string, nint> function)
    {
        primaryContextRetain = (delegate* unmanaged<nint*, int, int>)function("cuDevicePrimaryCtxRetain");
        primaryContextRelease = (delegate* unmanaged<int, int>)function("cuDevicePrimaryCtxRelease_v2");
        contextPush = (delegate* unmanaged<nint, int>)function("cuCtxPushCurrent_v2");
        contextPop = (delegate* unmanaged<nint*, int>)function("cuCtxPopCurrent_v2");
        contextSynchronize = (delegate* unmanaged<int>)function("cuCtxSynchronize");
        memoryAllocate = (delegate* unmanaged<nint*, nuint, int>)function("cuMemAlloc_v2");
        memoryFree = (delegate* unmanaged<nint, int>)function("cuMemFree_v2");
        copyToDevice = (delegate* unmanaged<nint, void*, nuint, nint, int>)function("cuMemcpyHtoDAsync_v2");
        copyToHost = (delegate* unmanaged<void*, nint, nuint, nint, int>)function("cuMemcpyDtoHAsync_v2");
        copyOnDevice = (delegate* unmanaged<nint, nint, nuint, nint, int>)function("cuMemcpyDtoDAsync_v2");
        setBytes = (delegate* unmanaged<nint, byte, nuint, nint, int>)function("cuMemsetD8Async");
        setWords = (delegate* unmanaged<nint, uint, nuint, nint, int>)function("cuMemsetD32Async");
        streamSynchronize = (delegate* unmanaged<nint, int>)function("cuStreamSynchronize");
        moduleLoad = (delegate* unmanaged<nint*, void*, uint, int*, void**, int>)function("cuModuleLoadDataEx");
        moduleUnload = (delegate* unmanaged<nint, int>)function("cuModuleUnload");
        moduleFunction = (delegate* unmanaged<nint*, nint, byte*, int>)function("cuModuleGetFunction");
        launch = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)function("cuLaunchKernel");
        linkCreate = (delegate* unmanaged<uint, int*, void**, nint*, int>)function("cuLinkCreate_v2");
        linkAdd = (delegate* unmanaged<nint, int, void*, nuint, byte*, uint, int*, void**, int>)function("cuLinkAddData_v2");
        linkComplete = (delegate* unmanaged<nint, void**, nuint*, int>)function("cuLinkComplete");
        linkDestroy = (delegate* unmanaged<nint, int>)function("cuLinkDestroy");
    }

    public int Retain(int device, out nint context)
    {
        fixed (nint* into = &context) return primaryContextRetain(into, device);
    }

    public int Release(int device) => primaryContextRelease(device);

    public int Push(nint context) => contextPush(context);

    public int Pop()
    {
        nint popped;
        return contextPop(&popped);
    }

    public int Synchronize() => contextSynchronize();

    public int Allocate(long bytes, out nint at)
    {
        fixed (nint* into = &at) return memoryAllocate(into, (nuint)bytes);
    }

    public int Free(nint at) => memoryFree(at);

    public int ToDevice(nint to, void* from, long bytes, nint stream) => copyToDevice(to, from, (nuint)bytes, stream);

    public int ToHost(void* to, nint from, long bytes, nint stream) => copyToHost(to, from, (nuint)bytes, stream);

    public int OnDevice(nint to, nint from, long bytes, nint stream) => copyOnDevice(to, from, (nuint)bytes, stream);

    public int SetBytes(nint to, byte value, long count, nint stream) => setBytes(to, value, (nuint)count, stream);

    public int SetWords(nint to, uint value, long count, nint stream) => setWords(to, value, (nuint)count, stream);

    public int Synchronize(nint stream) => streamSynchronize(stream);

    public int Unload(nint module) => moduleUnload(module);

    /// <summary>The arguments as one block of bytes, laid out as the kernel's are.</summary>
    public int Launch(nint kernel, int blocks, int threads, ReadOnlySpan<byte> arguments, nint stream)
    {
        const nint Pointer = 1, Size = 2; // CU_LAUNCH_PARAM_BUFFER_POINTER, CU_LAUNCH_PARAM_BUFFER_SIZE
        fixed (byte* given = arguments)
        {
            var size = (nuint)arguments.Length;
            var extra = stackalloc void*[] { (void*)Pointer, given, (void*)Size, &size, null };
            return launch(kernel, (uint)blocks, 1, 1, (uint)threads, 1, 1, 0, stream, null, extra);
        }
    }
}
