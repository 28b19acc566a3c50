using System.Runtime.InteropServices;
using System.Text;
using Optim.Functional.Cuda;

namespace Optim.Functional.Tests.Cuda;

/// <summary>A driver whose functions are this process's own, called as the machine's would be; its device's memory is this process's, and
/// its kernels are run by <see cref="PtxMachine"/>.</summary>
sealed unsafe partial class FakeDriver
{
    public const int Unknown = 999;

    [ThreadStatic] static FakeDriver? current;

    static readonly Dictionary<string, nint> names = [];

    public int InitCode, Version = 12_040, Count = 2, Major = 9, Minor;
    public string? Missing, Fails;

    /// <summary>What the library makes of this driver.</summary>
    public (Gpu? Gpu, string Why) Open(int device = 0)
    {
        current = this;
        return CudaDriver.Of(Exported, out var why) is { } driver ? (Gpu.Open(driver, device, out why), why) : (null, why);
    }

    /// <summary>A device of a driver that fails nowhere.</summary>
    public static Gpu Opened(out FakeDriver driver, int device = 0)
    {
        driver = new();
        return driver.Open(device).Gpu!;
    }

    nint Exported(string name) => name == Missing ? 0 : name switch
    {
        "cuInit" => (nint)(delegate* unmanaged<uint, int>)&Init,
        "cuDriverGetVersion" => (nint)(delegate* unmanaged<int*, int>)&DriverGetVersion,
        "cuDeviceGetCount" => (nint)(delegate* unmanaged<int*, int>)&DeviceGetCount,
        "cuDeviceGet" => (nint)(delegate* unmanaged<int*, int, int>)&DeviceGet,
        "cuDeviceGetName" => (nint)(delegate* unmanaged<byte*, int, int, int>)&DeviceGetName,
        "cuDeviceGetAttribute" => (nint)(delegate* unmanaged<int*, int, int, int>)&DeviceGetAttribute,
        "cuDeviceTotalMem_v2" => (nint)(delegate* unmanaged<nuint*, int, int>)&DeviceTotalMem,
        "cuGetErrorName" => (nint)(delegate* unmanaged<int, byte**, int>)&GetErrorName,
        _ => Work(name),
    };

    int Code(string function) => Fails == function ? Unknown : 0;

    [UnmanagedCallersOnly] static int Init(uint flags) => flags != 0 ? 1 : current!.InitCode;

    [UnmanagedCallersOnly]
    static int DriverGetVersion(int* version)
    {
        *version = current!.Version;
        return current.Code("cuDriverGetVersion");
    }

    [UnmanagedCallersOnly]
    static int DeviceGetCount(int* count)
    {
        *count = current!.Count;
        return current.Code("cuDeviceGetCount");
    }

    /// <summary>Handles are not the numbers of devices.</summary>
    [UnmanagedCallersOnly]
    static int DeviceGet(int* device, int ordinal)
    {
        *device = 70 + ordinal;
        return current!.Code("cuDeviceGet");
    }

    [UnmanagedCallersOnly]
    static int DeviceGetName(byte* name, int length, int device)
    {
        Encoding.UTF8.GetBytes($"Fake {device}\0").CopyTo(new Span<byte>(name, length));
        return current!.Code("cuDeviceGetName");
    }

    [UnmanagedCallersOnly]
    static int DeviceGetAttribute(int* value, int attribute, int device)
    {
        *value = attribute switch { 75 => current!.Major, 76 => current!.Minor, 16 => 132, _ => -1 };
        return current!.Code("cuDeviceGetAttribute");
    }

    [UnmanagedCallersOnly]
    static int DeviceTotalMem(nuint* bytes, int device)
    {
        *bytes = (nuint)80 << 30;
        return current!.Code("cuDeviceTotalMem");
    }

    [UnmanagedCallersOnly]
    static int GetErrorName(int code, byte** name)
    {
        var word = code switch { 2 => "OUT_OF_MEMORY", 700 => "ILLEGAL_ADDRESS", 218 => "INVALID_PTX", _ => "UNKNOWN" };
        lock (names)
        {
            if (!names.TryGetValue(word, out var at)) names[word] = at = Marshal.StringToCoTaskMemUTF8($"CUDA_ERROR_{word}");
            *name = (byte*)at;
        }
        return 0;
    }
}
