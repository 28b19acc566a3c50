using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Optim.Functional.Cuda;

/// <summary>A device of NVIDIA's, found by the driver that the machine has. Tensors that lie on it are stepped there, by the kernels of
/// <see cref="RecordedFormula"/>, with the processor's bits.</summary>
/// <remarks>
/// What is done on it is put on <see cref="Stream"/> in order, and may still be under way when a call returns; what reads numbers waits for
/// them. It uses the device's primary context, as cudart and torch do. One thread at a time.
/// </remarks>
/// <example><code>
/// using var gpu = Gpu.TryOpen(out var found, out var why) ? found : throw new NotSupportedException(why);
/// var parameters = gpu.Parameters(new Parameter(new float[] { 1, 2 }, "w"));
/// var optimizer = optim.AdamW(parameters);
/// parameters[0].Grad = gpu.Copy(new float[] { 0.5f, -0.5f });
/// optimizer.Step();
/// float[] now = parameters[0].Value.As&lt;float&gt;().ToArray();
/// </code></example>
public sealed partial class Gpu : IDisposable
{
    readonly CudaDevice device;

    Gpu(CudaContext context, int ordinal, int driver, (int, int) capability, int multiprocessors, long memory)
    {
        device = new(context, multiprocessors);
        (Name, Device, DriverVersion, ComputeCapability, Multiprocessors, Memory) =
            (context.Name, ordinal, driver, capability, multiprocessors, memory);
    }

    /// <summary>It as the core knows it.</summary>
    internal CudaDevice OfCore => device;

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
        if (gpu is not null && Toolkit.LoadCublas(out _) is { } blas) gpu.Take(blas);
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
        if ((code = driver.Retain(device, out var context)) != CudaDriver.Success)
            return Failed("cuDevicePrimaryCtxRetain", code, out why);
        return new(new(driver, device, context, name), ordinal, version, (major, minor), multiprocessors, memory);

        Gpu? Failed(string function, int error, out string reason) =>
            Refused(out reason, $"{function} of the CUDA driver says {driver.Error(error)}");
    }

    static Gpu? Refused(out string why, string reason)
    {
        why = reason;
        return null;
    }

    static string Version(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");

    /// <summary>Where its work is put: the caller's stream (a CUstream or cudaStream_t), 0 for the default one. Setting it waits until
    /// what is on the one before is done.</summary>
    public nint Stream
    {
        get => device.Stream;
        set => device.Stream = value;
    }

    /// <summary>Multiplies matrices by a cuBLAS, until it is told otherwise.</summary>
    internal void Take(Cublas blas) => device.Libraries = libraries = new(device, blas, null);

    CudaLibraries? libraries;

    /// <summary>Whether cuBLAS multiplies the matrices that lie here, as Muon's do: faster, and with other last bits than the processor's.
    /// True where cuBLAS was found; false: a kernel of the package's own does, with the processor's bits.</summary>
    /// <exception cref="NotSupportedException">Set to true, where there is no cuBLAS.</exception>
    public bool UsesCublas
    {
        get => device.Libraries is not null;
        set => device.Libraries = value ? libraries ?? throw Fault.NoCublas("it was not found when the device was opened") : null;
    }

    /// <summary>A folder where kernels are kept as they were compiled, for the next run of a program: a first step then takes less. Null,
    /// the default: they are compiled anew, or found in a cache of the driver's own.</summary>
    public string? KernelFolder
    {
        get => device.Kernels.Folder;
        set => device.Kernels.Folder = value;
    }

    /// <summary>Waits until all that has been put on the stream is done.</summary>
    /// <exception cref="InvalidOperationException">The device has failed.</exception>
    public void Synchronize() => device.Synchronize();

    /// <summary>Gives back the memory of all its tensors, and what was loaded; whatever uses them from now on says so.</summary>
    public void Dispose()
    {
        libraries?.Dispose();
        device.End();
    }

    /// <summary>It in a line: name, capability, multiprocessors, memory, the driver's CUDA.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}: compute capability {ComputeCapability.Major}.{ComputeCapability.Minor}, {Multiprocessors} multiprocessors, "
        + $"{Memory / (double)(1 << 30):F1} GiB, CUDA {Version(DriverVersion)}");

    /// <inheritdoc cref="Describe"/>
    public override string ToString() => Describe();
}
