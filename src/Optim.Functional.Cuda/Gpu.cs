using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Optim.Functional.Cuda;

/// <summary>A device of NVIDIA's that the kernels of <see cref="RecordedFormula"/> are for, found by the driver that the machine
/// has.</summary>
/// <remarks>It says what there is. Steps on it are not part of this version.</remarks>
public sealed class Gpu
{
    Gpu(string name, int device, int driver, (int, int) capability, int multiprocessors, long memory) =>
        (Name, Device, DriverVersion, ComputeCapability, Multiprocessors, Memory) =
        (name, device, driver, capability, multiprocessors, memory);

    /// <summary>What its maker calls it.</summary>
    public string Name { get; }

    /// <summary>Its number, from 0 on, of those that the driver shows (CUDA_VISIBLE_DEVICES).</summary>
    public int Device { get; }

    /// <summary>The CUDA version of the driver: 12040 is 12.4.</summary>
    public int DriverVersion { get; }

    /// <summary>What it can do: (8, 0) and later run the kernels.</summary>
    public (int Major, int Minor) ComputeCapability { get; }

    /// <summary>How many multiprocessors it has.</summary>
    public int Multiprocessors { get; }

    /// <summary>In bytes.</summary>
    public long Memory { get; }

    /// <summary>Opens a device.</summary>
    /// <param name="gpu">The device; null where there is none.</param>
    /// <param name="why">Why there is none: no driver, an old one, no device, one that cannot run the kernels; else empty.</param>
    /// <param name="device">Its number, from 0 on.</param>
    public static bool TryOpen([NotNullWhen(true)] out Gpu? gpu, out string why, int device = 0)
    {
        gpu = CudaDriver.Load(out why) is { } driver ? Open(driver, device, out why) : null;
        return gpu is not null;
    }

    internal static Gpu? Open(CudaDriver driver, int ordinal, out string why)
    {
        why = "";
        var code = driver.Init();
        if (code == CudaDriver.NoDevice) return Refused(out why, "there is a CUDA driver, and no device that it drives");
        if (code != CudaDriver.Success) return Failed("cuInit", code, out why);
        if ((code = driver.Version(out var version)) != CudaDriver.Success) return Failed("cuDriverGetVersion", code, out why);
        if (version < CudaDriver.LeastVersion)
            return Refused(
                out why,
                $"the CUDA driver is too old: it is of CUDA {Version(version)}, wanted {Version(CudaDriver.LeastVersion)} or later");
        if ((code = driver.Count(out var count)) != CudaDriver.Success) return Failed("cuDeviceGetCount", code, out why);
        if (count == 0) return Refused(out why, "there is a CUDA driver, and no device that it drives");
        if (ordinal < 0 || ordinal >= count)
            return Refused(out why, $"there is no device {ordinal}: they are 0 to {count - 1}");
        if ((code = driver.Device(ordinal, out var device)) != CudaDriver.Success) return Failed("cuDeviceGet", code, out why);
        if ((code = driver.Name(device, out var name)) != CudaDriver.Success) return Failed("cuDeviceGetName", code, out why);
        if ((code = driver.Attribute(DeviceAttribute.ComputeCapabilityMajor, device, out var major)) != CudaDriver.Success
            || (code = driver.Attribute(DeviceAttribute.ComputeCapabilityMinor, device, out var minor)) != CudaDriver.Success
            || (code = driver.Attribute(DeviceAttribute.Multiprocessors, device, out var multiprocessors)) != CudaDriver.Success)
            return Failed("cuDeviceGetAttribute", code, out why);
        if (10 * major + minor < PtxText.ComputeCapability)
            return Refused(out why, $"{name} has compute capability {major}.{minor}, wanted 8.0 or later");
        if ((code = driver.Memory(device, out var memory)) != CudaDriver.Success) return Failed("cuDeviceTotalMem", code, out why);
        return new(name, ordinal, version, (major, minor), multiprocessors, memory);

        Gpu? Failed(string function, int error, out string reason) =>
            Refused(out reason, $"{function} of the CUDA driver says {driver.Error(error)}");
    }

    static Gpu? Refused(out string why, string reason)
    {
        why = reason;
        return null;
    }

    static string Version(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");

    /// <summary>It in a line: name, capability, multiprocessors, memory, the driver's CUDA.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: compute capability {ComputeCapability.Major}.{ComputeCapability.Minor}, {Multiprocessors} multiprocessors, "
        + $"{Memory / (double)(1 << 30):F1} GiB, CUDA {Version(DriverVersion)}");

    /// <inheritdoc cref="Describe"/>
    public override string ToString() => Describe();
}
