using Optim.Functional.Cuda;

namespace Optim.Functional.Tests.Cuda;

public class GpuTests
{
    [Fact]
    public void A_device_describes_itself()
    {
        var (gpu, why) = new FakeDriver().Open(device: 1);
        Assert.Equal("", why);
        Assert.Equal("Fake 71: compute capability 9.0, 132 multiprocessors, 80.0 GiB, CUDA 12.4", gpu!.Describe());
        Assert.Equal((1, 12_040, (9, 0)), (gpu.Device, gpu.DriverVersion, gpu.ComputeCapability));
        Assert.Equal((132, 80L << 30), (gpu.Multiprocessors, gpu.Memory));
    }

    public static TheoryData<string> Functions =>
        ["cuDriverGetVersion", "cuDeviceGetCount", "cuDeviceGet", "cuDeviceGetName", "cuDeviceGetAttribute", "cuDeviceTotalMem"];

    [Theory, MemberData(nameof(Functions))]
    public void A_function_that_fails_is_named_with_the_drivers_word(string name) =>
        Refused(new() { Fails = name }, $"{name} of the CUDA driver says CUDA_ERROR_UNKNOWN (999)");

    [Fact]
    public void A_driver_that_does_not_start_is_named() =>
        Refused(new() { InitCode = 3 }, "cuInit of the CUDA driver says CUDA_ERROR_UNKNOWN (3)");

    [Fact]
    public void A_driver_without_devices_has_a_reason()
    {
        Refused(new() { InitCode = 100 }, "there is a CUDA driver, and no device that it drives");
        Refused(new() { Count = 0 }, "there is a CUDA driver, and no device that it drives");
    }

    [Fact]
    public void A_device_that_is_not_there_has_a_reason()
    {
        Assert.Equal((null, "there is no device 2: they are 0 to 1"), new FakeDriver().Open(2));
        Assert.Equal((null, "there is no device -1: they are 0 to 1"), new FakeDriver().Open(-1));
    }

    [Fact]
    public void An_old_driver_has_a_reason()
    {
        Refused(new() { Version = 10_020 }, "the CUDA driver is too old: it is of CUDA 10.2, wanted 11.0 or later");
        Refused(
            new() { Missing = "cuDeviceTotalMem_v2" },
            "the CUDA driver is too old: it has no cuDeviceTotalMem_v2; wanted CUDA 11.0 or later");
    }

    [Fact]
    public void An_old_device_has_a_reason() =>
        Refused(new() { Major = 7, Minor = 5 }, "Fake 70 has compute capability 7.5, wanted 8.0 or later");

    /// <summary>Whatever this machine has.</summary>
    [Fact]
    public void The_machine_has_a_device_or_a_reason()
    {
        var isOpen = Gpu.TryOpen(out var gpu, out var why);
        Assert.Equal((isOpen, isOpen), (gpu is not null, why.Length == 0));
        KernelTally.Say("device", isOpen ? $"{gpu}" : $"left out: {why}");
    }

    static void Refused(FakeDriver driver, string why) => Assert.Equal((null, why), driver.Open());
}
