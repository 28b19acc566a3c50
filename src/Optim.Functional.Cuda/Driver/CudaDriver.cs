using System.Runtime.InteropServices;

namespace Optim.Functional.Cuda;

/// <summary>The functions of CUDA's driver library that are used, found in it as the program runs: nothing of CUDA is needed to build, and
/// a machine without it has a reason and no error.</summary>
/// <remarks>Each function's name is the one that the driver exports, with the version that its arguments are of.</remarks>
sealed unsafe partial class CudaDriver
{
    /// <summary>CUDA 11.0, whose PTX the kernels are.</summary>
    public const int LeastVersion = 11_000;

    public const int Success = 0, OutOfMemory = 2, NoDevice = 100;

    readonly delegate* unmanaged<uint, int> init;
    readonly delegate* unmanaged<int*, int> driverGetVersion;
    readonly delegate* unmanaged<int*, int> deviceGetCount;
    readonly delegate* unmanaged<int*, int, int> deviceGet;
    readonly delegate* unmanaged<byte*, int, int, int> deviceGetName;
    readonly delegate* unmanaged<int*, int, int, int> deviceGetAttribute;
    readonly delegate* unmanaged<nuint*, int, int> deviceTotalMem;
    readonly delegate* unmanaged<int, byte**, int> getErrorName;

    CudaDriver(Func<string, nint> function)
    {
        init = (delegate* unmanaged<uint, int>)function("cuInit");
        driverGetVersion = (delegate* unmanaged<int*, int>)function("cuDriverGetVersion");
        deviceGetCount = (delegate* unmanaged<int*, int>)function("cuDeviceGetCount");
        deviceGet = (delegate* unmanaged<int*, int, int>)function("cuDeviceGet");
        deviceGetName = (delegate* unmanaged<byte*, int, int, int>)function("cuDeviceGetName");
        deviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)function("cuDeviceGetAttribute");
        deviceTotalMem = (delegate* unmanaged<nuint*, int, int>)function("cuDeviceTotalMem_v2");
        getErrorName = (delegate* unmanaged<int, byte**, int>)function("cuGetErrorName");
        FindWork(function);
    }

    /// <summary>The library's name here.</summary>
    public static string Library => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>The functions of the machine's own driver.</summary>
    public static CudaDriver? Load(out string why) =>
        NativeLibrary.TryLoad(Library, out var library)
            ? Of(name => NativeLibrary.TryGetExport(library, name, out var at) ? at : 0, out why)
            : Without(out why, $"no CUDA driver: {Library} is not found");

    /// <summary>The functions of a library.</summary>
    /// <param name="exported">Where the function of a name is; 0 where there is none.</param>
    /// <param name="why">Which one is missing.</param>
    public static CudaDriver? Of(Func<string, nint> exported, out string why)
    {
        string? missing = null;
        var driver = new CudaDriver(name =>
        {
            var at = exported(name);
            if (at == 0) missing ??= name;
            return at;
        });
        why = "";
        return missing is null ? driver : Without(out why, $"the CUDA driver is too old: it has no {missing}; wanted CUDA 11.0 or later");
    }

    static CudaDriver? Without(out string why, string reason)
    {
        why = reason;
        return null;
    }

    public int Init() => init(0);

    public int Version(out int version)
    {
        fixed (int* into = &version) return driverGetVersion(into);
    }

    public int Count(out int count)
    {
        fixed (int* into = &count) return deviceGetCount(into);
    }

    public int Device(int ordinal, out int device)
    {
        fixed (int* into = &device) return deviceGet(into, ordinal);
    }

    public int Name(int device, out string name)
    {
        const int Longest = 256;
        var text = stackalloc byte[Longest];
        var code = deviceGetName(text, Longest, device);
        name = code == Success ? Marshal.PtrToStringUTF8((nint)text)! : "";
        return code;
    }

    public int Attribute(DeviceAttribute attribute, int device, out int value)
    {
        fixed (int* into = &value) return deviceGetAttribute(into, (int)attribute, device);
    }

    public int Memory(int device, out long bytes)
    {
        nuint found;
        var code = deviceTotalMem(&found, device);
        bytes = (long)found;
        return code;
    }

    /// <summary>What the driver calls a code: CUDA_ERROR_UNKNOWN.</summary>
    public string Error(int code)
    {
        byte* name;
        return getErrorName(code, &name) == Success ? $"{Marshal.PtrToStringUTF8((nint)name)} ({code})" : $"code {code}";
    }
}

/// <summary>What a device is asked for, by the driver's numbers.</summary>
enum DeviceAttribute
{
    Multiprocessors = 16,
    ComputeCapabilityMajor = 75,
    ComputeCapabilityMinor = 76,
}
