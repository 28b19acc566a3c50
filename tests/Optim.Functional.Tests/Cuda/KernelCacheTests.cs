using Optim.Functional.Cuda;

namespace Optim.Functional.Tests.Cuda;

public sealed class KernelCacheTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("optim-kernels").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static void Step(Gpu gpu, IRule rule)
    {
        var parameter = gpu.Parameters(new Parameter(new float[] { 1, 2 }, "w")).Single();
        parameter.Grad = gpu.Copy(parameter.Value);
        var optimizer = new Optimizer([parameter], rule);
        for (var t = 0; t < 3; t++) optimizer.Step();
    }

    [Fact]
    public void A_formula_is_loaded_once_whatever_the_rates_and_steps()
    {
        using var gpu = FakeDriver.Opened(out var driver);
        Step(gpu, new SGD(0.1));
        Step(gpu, new SGD(0.2));
        Assert.Equal(1, driver.Loads);
    }

    [Fact]
    public void One_that_has_not_been_used_for_longest_makes_room_in_a_cache_that_is_full()
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var context = ((CudaDevice)gpu.Zeros<float>(1).Device!).Context;
        using var within = context.Enter();
        var kernels = new Kernels(context) { Most = 3 };
        for (var sums = 1; sums <= 3; sums++) Load(kernels, sums);
        Load(kernels, 1);
        Assert.Equal((3, 0), (driver.Loads, driver.Unloads));
        Load(kernels, 4); // 2 goes
        Assert.Equal((4, 1), (driver.Loads, driver.Unloads));
        Load(kernels, 1);
        Load(kernels, 3);
        Assert.Equal(4, driver.Loads);
        Load(kernels, 2);
        Assert.Equal((5, 2, 3), (driver.Loads, driver.Unloads, kernels.Loaded));
    }

    static void Load(Kernels kernels, int sums) => kernels.Load(kernels.Find(new(KernelKind.Join, null, false, sums)));

    [Fact]
    public void Compiled_kernels_are_kept_in_a_folder_where_one_is_given()
    {
        using (var first = FakeDriver.Opened(out _))
        {
            first.KernelFolder = folder;
            Step(first, new SGD(0.1));
        }
        var file = Assert.Single(Directory.GetFiles(folder));
        Assert.StartsWith("CUBIN .version 7.0", File.ReadAllText(file));
        using var second = FakeDriver.Opened(out _);
        second.KernelFolder = folder;
        Step(second, new SGD(0.1));
        Assert.Single(Directory.GetFiles(folder));
        Step(second, new Lion());
        Assert.Equal(2, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public void A_file_that_is_no_kernel_is_replaced()
    {
        using var gpu = FakeDriver.Opened(out _);
        gpu.KernelFolder = folder;
        Step(gpu, new SGD(0.1));
        var file = Assert.Single(Directory.GetFiles(folder));
        var whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, whole[..20]);
        using var other = FakeDriver.Opened(out _);
        other.KernelFolder = folder;
        Step(other, new SGD(0.1));
        Assert.Equal(whole, File.ReadAllBytes(file));
    }
}
