using Optim.Functional.Cuda;

namespace Optim.Functional.Tests.Cuda;

/// <summary>What goes wrong with a device is said, and leaves things as they were.</summary>
public class DeviceFaultTests
{
    static Parameter[] Here => [new(new float[] { 1, 2, 3 }, "w"), new(new float[] { 4 }, "b")];

    static (Optimizer Optimizer, Parameter W) Ready(Gpu gpu, IRule? rule = null)
    {
        var parameters = gpu.Parameters(Here);
        foreach (var p in parameters) p.Grad = gpu.Copy(p.Value);
        return (new(parameters, rule ?? new AdamW()), parameters[0]);
    }

    [Fact]
    public void Memory_that_is_not_there_leaves_parameters_and_states_as_they_were()
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var (optimizer, w) = Ready(gpu);
        driver.Capacity = driver.Used + 20; // one slot of w
        var message = Assert.Throws<OutOfMemoryException>(optimizer.Step).Message;
        Assert.StartsWith("Fake 70 has no 12 bytes left", message);
        Assert.False(optimizer.State(w).Exists);
        Assert.Equal(0, optimizer.Steps);
        Assert.Equal([1, 2, 3], w.Value.As<float>().ToArray());
        Drop();
        Assert.True(driver.Used <= driver.Capacity - 20, "the slot that was made is not given back");
        driver.Capacity = long.MaxValue;
        optimizer.Step();
        Assert.Equal(1, optimizer.Steps);
    }

    [Fact]
    public void Memory_that_nothing_refers_to_is_given_back_before_one_is_told_that_there_is_none()
    {
        using var gpu = FakeDriver.Opened(out var driver);
        driver.Capacity = 100_000;
        for (var k = 0; k < 50; k++) Take(gpu);
        Assert.InRange(driver.Used, 1, 100_000);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    static void Take(Gpu gpu) => gpu.Zeros<float>(5000);

    static void Drop()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [Fact]
    public void Memory_for_tables_that_is_not_there_changes_nothing()
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var (optimizer, w) = Ready(gpu, new SGD(0.1));
        driver.Capacity = driver.Used;
        Assert.Throws<OutOfMemoryException>(optimizer.Step);
        Assert.Equal((0, 0), (driver.Launches, (int)optimizer.Steps));
        Assert.Equal([1, 2, 3], w.Value.As<float>().ToArray());
    }

    [Fact]
    public void A_launch_that_fails_for_good_is_said_and_said_again()
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var (optimizer, w) = Ready(gpu);
        driver.FailsAt = (1, 700);
        Assert.Equal(
            "Fake 70: cuLaunchKernel of the CUDA driver says CUDA_ERROR_ILLEGAL_ADDRESS (700). A kernel has failed, "
            + "perhaps an earlier one: numbers on the device may be wrong, and this process cannot use it any more. "
            + "Was memory of another's given back too early?",
            Assert.Throws<InvalidOperationException>(optimizer.Step).Message);
        const string Again = "Fake 70 failed before, in cuLaunchKernel: CUDA_ERROR_ILLEGAL_ADDRESS (700); "
            + "this process cannot use it any more. Begin a new one, from the last state that was saved.";
        Assert.Equal(Again, Assert.Throws<InvalidOperationException>(optimizer.Step).Message);
        Assert.Equal(Again, Assert.Throws<InvalidOperationException>(() => w.Value.As<float>().ToArray()).Message);
        Assert.Equal(Again, Assert.Throws<InvalidOperationException>(() => gpu.Zeros<float>(1)).Message);
    }

    [Fact]
    public void A_launch_that_fails_once_may_be_tried_again()
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var (optimizer, _) = Ready(gpu);
        driver.FailsAt = (1, FakeDriver.Unknown);
        Assert.Equal("Fake 70: cuLaunchKernel of the CUDA driver says CUDA_ERROR_UNKNOWN (999).",
            Assert.Throws<InvalidOperationException>(optimizer.Step).Message);
        Assert.Equal(0, optimizer.Steps);
        optimizer.Step();
        Assert.Equal(1, optimizer.Steps);
    }

    public static TheoryData<string> Functions =>
    [
        "cuMemAlloc", "cuMemcpyHtoDAsync", "cuModuleLoadDataEx", "cuModuleGetFunction", "cuLaunchKernel", "cuMemcpyDtoHAsync",
        "cuStreamSynchronize",
    ];

    [Theory, MemberData(nameof(Functions))]
    public void A_function_that_fails_is_named_and_the_step_is_not_counted(string function)
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var (optimizer, _) = Ready(gpu, new AdamW().OnNonFinite(NonFinite.Throw));
        driver.Fails = function;
        Assert.Contains("says CUDA_ERROR_UNKNOWN (999)", Assert.Throws<InvalidOperationException>(optimizer.Step).Message);
        Assert.Equal(0, optimizer.Steps);
        driver.Fails = null;
        optimizer.Step();
        Assert.Equal(1, optimizer.Steps);
    }

    [Fact]
    public void Parameters_of_two_devices_are_refused()
    {
        using var one = FakeDriver.Opened(out _);
        using var other = FakeDriver.Opened(out _, device: 1);
        Parameter[] mixed = [one.Parameters(Here)[0], other.Parameters(Here)[1]];
        var fault = Assert.Throws<ArgumentException>(() => new Optimizer(mixed, new AdamW()));
        Assert.Equal("Parameter 'b' lies on Fake 71, the first parameter on Fake 70. "
            + "Parameters of one optimizer lie in one memory: copy them all, or none.", fault.Message);
    }

    [Fact]
    public void Parameters_here_and_there_are_refused()
    {
        using var gpu = FakeDriver.Opened(out _);
        var fault = Assert.Throws<ArgumentException>(() => new Optimizer([gpu.Parameters(Here)[0], Here[1]], new AdamW()));
        Assert.StartsWith("Parameter 'b' lies in this process's memory, the first parameter on Fake 70.", fault.Message);
        var mixed = Params.Of(("w", gpu.Copy(new float[2])), ("b", new float[1]));
        Assert.Contains("'b' lies in this process's memory", Assert.Throws<ArgumentException>(() => new AdamW().Init(mixed)).Message);
    }

    [Fact]
    public void A_gradient_that_lies_elsewhere_is_refused()
    {
        using var gpu = FakeDriver.Opened(out _);
        var p = gpu.Parameters(Here)[0];
        Assert.Equal("The gradient of 'w' lies in this process's memory, the parameter on Fake 70. "
            + "Copy it there first, with Copy of the device.",
            Assert.Throws<ArgumentException>(() => p.Grad = new float[3]).Message);
        var θ = Params.Of(("w", gpu.Copy(new float[3])));
        Assert.Contains("lies in this process's memory",
            Assert.Throws<ArgumentException>(() => new AdamW().Step(θ, Params.Of(("w", new float[3])), new AdamW().Init(θ))).Message);
        Assert.Contains("the parameter in this process's memory",
            Assert.Throws<ArgumentException>(() => Here[0].Grad = gpu.Copy(new float[3])).Message);
    }

    [Fact]
    public void Numbers_on_a_device_are_read_by_a_copy_or_not_at_all()
    {
        using var gpu = FakeDriver.Opened(out _);
        var tensor = (NDArray<float>)gpu.Copy(new float[] { 1, 2, 3 });
        const string Wanted = "This tensor of shape [3] lies on Fake 70, whose memory is not this process's. "
            + "Copy it first: ToArray(), or ToHost of the device.";
        Assert.Equal(Wanted, Assert.Throws<InvalidOperationException>(() => tensor.Span[0]).Message);
        Assert.Equal(Wanted, Assert.Throws<InvalidOperationException>(() => tensor.Data).Message);
        Assert.Equal(Wanted, Assert.Throws<InvalidOperationException>(tensor.ToVector).Message);
        Assert.False(tensor.TryGetArray(out _));
        Assert.Equal([1, 2, 3], tensor.ToArray());
        Assert.Equal([1, 2, 3], gpu.ToHost(tensor).As<float>().Data);
        Assert.Equal("float32 [3] on Fake 70: 1 2 3", $"{tensor}");
    }

    [Fact]
    public void What_is_used_after_the_device_was_disposed_is_refused_and_its_memory_is_given_back()
    {
        var gpu = FakeDriver.Opened(out var driver);
        var (optimizer, w) = Ready(gpu, new AdamW().ClipNorm(1));
        optimizer.Step();
        gpu.Dispose();
        gpu.Dispose();
        Assert.Equal(0, driver.Used);
        Assert.Equal(driver.Loads, driver.Unloads);
        Assert.Contains("The GPU that holds these numbers has been disposed",
            Assert.Throws<ObjectDisposedException>(optimizer.Step).Message);
        Assert.Throws<ObjectDisposedException>(() => w.Value.As<float>().ToArray());
        Assert.Throws<ObjectDisposedException>(() => $"{w.Value}");
        Assert.Throws<ObjectDisposedException>(optimizer.StateDict);
        Assert.Throws<ObjectDisposedException>(() => gpu.Zeros<float>(1));
        Assert.Throws<ObjectDisposedException>(() => gpu.Copy(new float[1]));
        Assert.Throws<ObjectDisposedException>(gpu.Synchronize);
    }

    [Fact]
    public void Rules_that_look_at_numbers_and_closure_rules_of_ones_own_are_refused()
    {
        using var gpu = FakeDriver.Opened(out _);
        var matrix = gpu.Parameters(new Parameter(NDArray.Of(new float[6], 2, 3), "w"));
        Assert.Equal("Looking: parameter 'w' lies on Fake 70, where rules are stepped that are elementwise or made of passes, and LBFGS; "
            + "this one looks at numbers between its passes. Step it on the processor.",
            Assert.Throws<ArgumentException>(() => new Optimizer(matrix, new Looking())).Message);
        var own = new Closure.ConjugateGradients();
        Assert.Contains("this one works with arrays of all parameters. Step it on the processor.",
            Assert.Throws<ArgumentException>(() => own.Init(Params.Of(("w", gpu.Copy(new float[1]))))).Message);
        Assert.Contains("works with arrays", Assert.Throws<ArgumentException>(() => new Optimizer(matrix, own)).Message);
    }

    /// <summary>A rule of a user's own that does not say what it is made of.</summary>
    sealed record Looking : IWholeRule
    {
        public string Name => nameof(Looking);
        public IReadOnlyList<SlotSpec> SlotsOf(IReadOnlyList<int> shape) => [];
        public void Validate() { }
        public void Step<T>(in Whole<T> x) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> => x.θ.Span.Clear();
    }

    [Fact]
    public void Memory_of_anothers_is_checked_and_its_owner_kept()
    {
        using var gpu = FakeDriver.Opened(out _);
        Assert.Contains("null address", Assert.Throws<ArgumentException>(() => gpu.Over<float>(0, null, 2)).Message);
        Assert.Contains("multiple of 8", Assert.Throws<ArgumentException>(() => gpu.Over<double>(4, null, 2)).Message);
        var owner = new object();
        var tensor = gpu.Over<float>(gpu.AddressOf(gpu.Zeros<float>(3)), owner, 3);
        Assert.Same(owner, ((object?[])tensor.Where.Owner!)[0]);
        Assert.Contains("not on Fake 70", Assert.Throws<ArgumentException>(() => gpu.AddressOf(new float[1])).Message);
        Assert.Contains("got a tensor of float32 and shape [2], wanted float64 and shape [2]",
            Assert.Throws<ArgumentException>(() => gpu.Copy(new float[2], new double[2])).Message);
    }

    [Fact]
    public void A_kernel_that_the_driver_does_not_take_is_refused_with_its_compilers_words()
    {
        using var gpu = FakeDriver.Opened(out var driver);
        var device = (CudaDevice)gpu.Zeros<float>(1).Device!;
        using var within = device.Enter();
        var kernel = new Kernel(".visible .entry optim_step(\n)\n{\n\tnone.such %r0;\n}\n");
        var fault = Assert.Throws<InvalidOperationException>(() => device.Kernels.Load(kernel));
        Assert.Contains("cuModuleLoadDataEx of the CUDA driver says CUDA_ERROR_INVALID_PTX (218). Its compiler says: ", fault.Message);
    }
}
