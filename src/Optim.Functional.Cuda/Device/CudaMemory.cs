using System.Runtime.InteropServices;

namespace Optim.Functional.Cuda;

/// <summary>Memory of a device, given back when nothing refers to it any more.</summary>
sealed class CudaMemory : SafeHandle
{
    readonly CudaContext context;

    CudaMemory(CudaContext context, nint address) : base(0, ownsHandle: true)
    {
        this.context = context;
        handle = address;
        var isHeld = false;
        context.DangerousAddRef(ref isHeld);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Where it is.</summary>
    public nint Address => handle;

    /// <summary>So many bytes, which are as they come. Where there are none, what the collector has not yet given back is, and it is tried
    /// again.</summary>
    /// <exception cref="OutOfMemoryException">There are not as many.</exception>
    public static CudaMemory New(CudaContext context, long bytes)
    {
        var code = context.Driver.Allocate(Math.Max(bytes, 1), out var address);
        if (code == CudaDriver.OutOfMemory)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            code = context.Driver.Allocate(Math.Max(bytes, 1), out address);
        }
        if (code == CudaDriver.OutOfMemory) throw Fault.NoMemory(context.Name, bytes);
        context.Check(code, "cuMemAlloc");
        return new(context, address);
    }

    protected override bool ReleaseHandle()
    {
        var at = handle;
        context.GiveBack(() => context.Driver.Free(at));
        context.DangerousRelease();
        return true;
    }
}
