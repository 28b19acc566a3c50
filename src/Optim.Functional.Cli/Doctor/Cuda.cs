using System.Runtime.InteropServices;

namespace Optim.Functional.Cli;

/// <summary>NVIDIA's driver, and the devices it has.</summary>
internal static unsafe class Cuda
{
    const int Success = 0, NoDevice = 100, Major = 75, Minor = 76, MostName = 256;

    public static Diagnosis Examine(Surroundings around)
    {
        var names = around.Names("cuda", ["libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"], [], ["nvcuda.dll"]);
        if (names.Length == 0) return Diagnosis.Missing(Remedy.Cuda, "there is none for macOS", get: null);
        string[] symbols = ["cuInit", "cuDriverGetVersion", "cuDeviceGetCount", "cuDeviceGet", "cuDeviceGetName"];
        if (NativeFile.Find(names, symbols, out var why) is not { } file) return Diagnosis.Missing(Remedy.Cuda, why);

        int version = 0, count = 0;
        var begun = ((delegate* unmanaged<uint, int>)file["cuInit"])(0);
        ((delegate* unmanaged<int*, int>)file["cuDriverGetVersion"])(&version);
        var cuda = $"CUDA {version / 1000}.{version % 1000 / 10}";
        if (begun == Success) begun = ((delegate* unmanaged<int*, int>)file["cuDeviceGetCount"])(&count);
        if (begun == Success && count == 0) begun = NoDevice;
        if (begun == Success)
        {
            var devices = Enumerable.Range(0, count).Select(i => $"{i}: {Device(file, i)}");
            return Diagnosis.Of(Remedy.Cuda, file, cuda, string.Join("; ", devices));
        }
        return Diagnosis.Missing(
            Remedy.Cuda,
            begun == NoDevice
                ? "the driver is there, but sees no device"
                : $"the driver is there, but cuInit says {Error(file, begun)}",
            file.Path, cuda, "nvidia-smi says what the driver sees; a container needs docker run --gpus all");
    }

    static string Device(NativeFile file, int number)
    {
        var device = 0;
        var text = stackalloc byte[MostName];
        if (((delegate* unmanaged<int*, int, int>)file["cuDeviceGet"])(&device, number) != Success
            || ((delegate* unmanaged<byte*, int, int, int>)file["cuDeviceGetName"])(text, MostName, device) != Success)
            return "does not answer";
        var name = Marshal.PtrToStringUTF8((nint)text);
        var (memory, attribute) = (file["cuDeviceTotalMem_v2"], file["cuDeviceGetAttribute"]);
        nuint bytes = 0;
        if (memory != 0 && ((delegate* unmanaged<nuint*, int, int>)memory)(&bytes, device) == Success) name += $", {Bytes.Text(bytes)}";
        int major = 0, minor = 0;
        var ask = (delegate* unmanaged<int*, int, int, int>)attribute;
        var answers = attribute != 0 && ask(&major, Major, device) == Success && ask(&minor, Minor, device) == Success;
        return answers ? $"{name}, sm_{major}{minor}" : name!;
    }

    static string Error(NativeFile file, int result)
    {
        nint name = 0;
        if (file["cuGetErrorName"] is not 0 and var ask) ((delegate* unmanaged<int, nint*, int>)ask)(result, &name);
        return name == 0 ? $"error {result}" : $"{Marshal.PtrToStringUTF8(name)} ({result})";
    }
}
