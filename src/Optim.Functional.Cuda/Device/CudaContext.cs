using System.Runtime.InteropServices;

namespace Optim.Functional.Cuda;

/// <summary>The primary context of a device, which cudart and torch use too: kept until all that was made in it has been given
/// back.</summary>
/// <param name="driver">The driver.</param>
/// <param name="device">The driver's handle of the device.</param>
/// <param name="context">The context, which has been retained.</param>
/// <param name="name">The device's name, for messages.</param>
sealed class CudaContext(CudaDriver driver, int device, nint context, string name) : SafeHandle(0, ownsHandle: true)
{
    string? failed;

    public CudaDriver Driver => driver;

    public string Name => name;

    public override bool IsInvalid => false;

    /// <summary>Makes it the thread's, until the end of it.</summary>
    /// <exception cref="InvalidOperationException">The device has failed before, in a way that lasts.</exception>
    public Within Enter()
    {
        if (failed is not null) throw Fault.FailedBefore(name, failed);
        Check(driver.Push(context), "cuCtxPushCurrent");
        return new(driver);
    }

    /// <summary>Throws where a function of the driver has failed, and notes it where no other will succeed any more.</summary>
    public void Check(int code, string function)
    {
        if (code != CudaDriver.Success) throw Failed(code, function);
    }

    public InvalidOperationException Failed(int code, string function)
    {
        var error = driver.Error(code);
        if (!Lasts(code)) return Fault.Driver(name, function, error);
        failed = $"{function}: {error}";
        return Fault.Broken(name, function, error);
    }

    /// <summary>Whether every later call of this process says so too: what a kernel has done to the context.</summary>
    static bool Lasts(int code) => code is 214 or 700 or 702 or 710 or (>= 714 and <= 719);

    /// <summary>Gives back something that was made in it, from any thread; what fails then is of no use to anyone.</summary>
    public void GiveBack(Func<int> give)
    {
        if (driver.Push(context) != CudaDriver.Success) return;
        give();
        driver.Pop();
    }

    protected override bool ReleaseHandle() => driver.Release(device) == CudaDriver.Success;

    /// <summary>While it is the thread's.</summary>
    public readonly ref struct Within(CudaDriver driver)
    {
        public void Dispose() => driver.Pop();
    }
}
