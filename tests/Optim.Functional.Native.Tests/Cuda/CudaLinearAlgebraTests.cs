using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Providers.LinearAlgebra;
using Optim.Functional.Cuda;
using Optim.Functional.GpuCheck;
using Optim.Functional.Tests.Providers;
using Fake = Optim.Functional.Tests.Cuda.FakeToolkit;

namespace Optim.Functional.Tests.Cuda;

/// <summary>MathNet's linear algebra on a device whose driver and libraries are fakes.</summary>
public class CudaLinearAlgebraTests
{
    const string Library = "libopenblas.so.0";

    /// <summary>A device's provider that makes all it can.</summary>
    static CudaLinearAlgebra Provider(out Fake toolkit, out Gpu gpu, bool hasSolver = true, ILinearAlgebraProvider? over = null)
    {
        Assert.SkipUnless(Libraries.Found.Contains(Library), $"the fake cuSOLVER computes with {Library} ({Libraries.Install})");
        var fake = toolkit = new(Library);
        gpu = FakeDriver.Opened(out _);
        var blas = Cublas.Of(fake.Exported, out var noBlas);
        Assert.True(blas is not null, noBlas);
        var solver = Cusolver.Of(fake.Exported, out var noSolver);
        Assert.True(solver is not null, noSolver);
        if (!hasSolver) (solver, noSolver) = (null, "there is no libcusolver.so.12");
        return new(gpu.OfCore, blas, solver, noSolver, over) { MinMultiplications = 0 };
    }

    public static TheoryData<string, string[]> Laws => new()
    {
        { nameof(VectorLaws.Vectors), [] },
        { nameof(VectorLaws.Products), ["gemm"] },
        { nameof(VectorLaws.Aliases), ["gemm"] },
        { nameof(VectorLaws.Norms), [] },
        { nameof(MatrixLaws.Lu), ["getrf", "getrs"] },
        { nameof(MatrixLaws.Cholesky), ["potrf", "potrs"] },
        { nameof(MatrixLaws.Qr), ["geqrf", "orgqr", "ungqr", "ormqr", "unmqr", "trsm"] },
        { nameof(MatrixLaws.Svd), ["gesvd"] },
        { nameof(MatrixLaws.Eigen), ["syevd", "heevd"] },
    };

    [Theory, MemberData(nameof(Laws))]
    public void The_laws_of_providers_hold_and_the_device_computes(string law, string[] calls)
    {
        var provider = Provider(out var toolkit, out var gpu);
        ProviderLaws.Each(provider, law);
        Assert.Equal(calls.Order(), toolkit.Calls.Keys.Where(name => !name.EndsWith("_bufferSize", StringComparison.Ordinal)).Order());
        gpu.Dispose();
    }

    [Fact]
    public void What_eng_gpu_check_looks_at_holds_and_what_is_wrong_is_said()
    {
        var provider = Provider(out var toolkit, out _);
        foreach (var (name, run) in new Algebra(provider).All()) Assert.True(run() is null, $"{name}: {run()}");
        Assert.Empty(Laws.SelectMany(law => law.Data.Item2).Except(toolkit.Calls.Keys));
        toolkit.Spoils = "potrs";
        var wrong = new Algebra(provider).All().Where(check => check.Run()?.StartsWith("is wrong by ") == true).ToArray();
        Assert.Equal(12, wrong.Length);
        Assert.All(wrong, check => Assert.StartsWith("Cholesky, ", check.Name));
    }

    [Fact]
    public void What_is_smaller_than_wanted_stays_here()
    {
        var provider = Provider(out var toolkit, out _);
        provider.MinMultiplications = 1000;
        var doubles = (ILinearAlgebraProvider<double>)provider;
        doubles.MatrixMultiply(new double[81], 9, 9, new double[81], 9, 9, new double[81]);
        Assert.Empty(toolkit.Calls);
        doubles.MatrixMultiply(new double[100], 10, 10, new double[100], 10, 10, new double[100]);
        Assert.Equal(1, toolkit.Calls["gemm"]);
        Assert.Equal(
            "MinMultiplications: got -1, wanted 0 or more.",
            Assert.Throws<ArgumentOutOfRangeException>(() => provider.MinMultiplications = -1).Message);
    }

    [Fact]
    public void Without_cuSOLVER_decompositions_are_the_others()
    {
        var provider = Provider(out var toolkit, out _, hasSolver: false);
        ProviderLaws.Each(provider, nameof(MatrixLaws.Cholesky));
        Assert.DoesNotContain("potrf", toolkit.Calls.Keys);
        Assert.Contains("cuSOLVER: there is no libcusolver.so.12", provider.Describe());
    }

    [Fact]
    public void A_description_says_what_computes()
    {
        var provider = Provider(out _, out _);
        Assert.Equal(
            """
            device: Fake 70
            cuBLAS: 12.4.5
            cuSOLVER: found
            on the device, from 0 multiplications on: products, LU, Cholesky, QR, SVD, symmetric eigenvalues
            all else: Managed
            """,
            provider.Describe());
        Assert.Equal("cuBLAS (Fake 70)", provider.ToString());
    }

    [Theory, InlineData("cublasZgemm_v2"), InlineData("cusolverDnCunmqr")]
    public void A_library_that_lacks_a_function_is_refused(string function)
    {
        Assert.SkipUnless(Libraries.Found.Contains(Library), $"the fake computes with {Library}");
        var toolkit = new Fake(Library) { Missing = function };
        Assert.True(Cublas.Of(toolkit.Exported, out var ofBlas) is null || Cusolver.Of(toolkit.Exported, out ofBlas) is null);
        Assert.Equal($"it has no {function}", ofBlas);
    }

    [Fact]
    public void A_machine_without_cuBLAS_has_a_reason()
    {
        var gpu = FakeDriver.Opened(out _);
        Assert.SkipWhen(Toolkit.LoadCublas(out var why) is not null, "this machine has cuBLAS");
        Assert.False(CudaLinearAlgebra.TryCreate(gpu, out var none, out var said));
        Assert.Null(none);
        Assert.Equal(why, said);
        Assert.Contains(why, Assert.Throws<NotSupportedException>(() => new CudaLinearAlgebra(gpu)).Message);
    }

    [Fact]
    public void MathNets_own_call_is_answered_with_the_reason_where_there_is_no_device()
    {
        Assert.SkipWhen(Gpu.TryOpen(out _, out var why), "this machine has a device");
        Assert.False(Control.TryUseNativeCUDA());
        Assert.Contains($"Control.UseNativeCUDA: {why}.", Assert.Throws<NotSupportedException>(Control.UseNativeCUDA).ToString());
        Assert.IsType<ManagedLinearAlgebraProvider>(LinearAlgebraControl.Provider);
    }

    [Theory, InlineData("gemm", 13), InlineData("potrf", 2)]
    public void A_function_that_fails_is_named_and_nothing_is_written_or_kept(string function, int status)
    {
        var provider = Provider(out var toolkit, out var gpu);
        var driver = FakeDriver.Last!;
        toolkit.Fails = (function, status);
        var doubles = (ILinearAlgebraProvider<double>)provider;
        double[] a = [4, 1, 1, 3], c = [7, 7, 7, 7];
        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            if (function == "gemm") doubles.MatrixMultiply(a, 2, 2, a, 2, 2, c);
            else doubles.CholeskyFactor(a, 2);
        });
        Assert.StartsWith("Fake 70: cu", error.Message);
        Assert.Contains(status == 2 ? "out of memory" : "status 13", error.Message);
        Assert.Equal([4, 1, 1, 3], a);
        Assert.Equal([7, 7, 7, 7], c);
        Assert.Equal(0, driver.Used);
        gpu.Dispose();
    }

    [Fact]
    public void A_device_without_memory_says_so_and_keeps_none()
    {
        var provider = Provider(out _, out _);
        var driver = FakeDriver.Last!;
        driver.Capacity = 1000;
        var c = new double[100];
        Assert.Throws<OutOfMemoryException>(
            () => ((ILinearAlgebraProvider<double>)provider).MatrixMultiply(new double[100], 10, 10, new double[100], 10, 10, c));
        Assert.Equal(0, driver.Used);
    }

    [Fact]
    public void It_works_on_the_callers_stream_and_not_on_a_device_that_has_ended()
    {
        var provider = Provider(out var toolkit, out var gpu);
        gpu.Stream = 77;
        ILinearAlgebraProvider<double> doubles = provider;
        void Multiply() => doubles.MatrixMultiply(new double[4], 2, 2, new double[4], 2, 2, new double[4]);
        Multiply();
        Assert.Equal(77, toolkit.Stream);
        provider.Dispose();
        gpu.Dispose();
        Assert.Throws<ObjectDisposedException>(Multiply);
    }

    [Fact]
    public void MathNets_matrices_are_multiplied_there() => InUse(null, toolkit =>
    {
        var a = Matrix<double>.Build.Random(12, 12, 1);
        Assert.True(((a * a) - (a * a.Transpose().Transpose())).L2Norm() < 1e-12);
        Assert.True(toolkit.Calls["gemm"] >= 2);
        var symmetric = a + a.Transpose();
        var values = symmetric.Evd(Symmetricity.Symmetric);
        Assert.True((symmetric * values.EigenVectors - values.EigenVectors * values.D).L2Norm() < 1e-12);
        Assert.Equal(1, toolkit.Calls["syevd"]);
    });

    [Fact]
    public void Muons_products_go_there_and_end_where_the_librarys_own_do()
    {
        var own = Steps(new Muon());
        InUse(null, toolkit =>
        {
            var there = Steps(new Muon());
            Assert.True(toolkit.Calls["gemm"] >= 15);
            // Products of other roundings, 15 a step.
            Assert.All(own.Zip(there), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        });
    }

    [Fact]
    public void LBFGS_keeps_its_own_vectors()
    {
        var own = Steps(new LBFGS());
        InUse(null, toolkit =>
        {
            Assert.Equal(own, Steps(new LBFGS()));
            Assert.Empty(toolkit.Calls);
        });
    }

    [Fact]
    public void Products_of_tensors_on_the_device_are_cuBLASs_and_our_own_where_that_is_wanted()
    {
        Provider(out var toolkit, out var gpu);
        var own = Steps(new Muon());
        Assert.False(gpu.UsesCublas);
        Assert.Equal(own, Steps(new Muon(), gpu));
        Assert.Contains("want cuBLAS", Assert.Throws<NotSupportedException>(() => gpu.UsesCublas = true).Message);

        gpu.Take(Cublas.Of(toolkit.Exported, out _)!);
        var there = Steps(new Muon(), gpu);
        Assert.Equal(45, toolkit.Calls["gemm"]); // three steps of five iterations
        Assert.NotEqual(own, there);
        Assert.All(own.Zip(there), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        gpu.UsesCublas = false;
        Assert.Equal(own, Steps(new Muon(), gpu));
        gpu.Dispose();
    }

    static void InUse(ILinearAlgebraProvider? over, Action<Fake> what)
    {
        LinearAlgebraControl.Provider = Provider(out var toolkit, out _, over: over);
        try { what(toolkit); }
        finally { LinearAlgebraControl.UseManaged(); }
    }

    static double[] Steps(IRule rule, Gpu? gpu = null)
    {
        var random = new Random(5);
        double[] Numbers(int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextDouble() - 0.5)];
        var parameter = new Parameter(NDArray.Of(Numbers(60), 10, 6)) { Grad = NDArray.Of(Numbers(60), 10, 6) };
        if (gpu is not null) parameter = gpu.Parameters(parameter)[0];
        var optimizer = new Optimizer([parameter], rule);
        for (var step = 0; step < 3; step++)
            if (rule is IClosureRule) optimizer.Step(() => 1);
            else optimizer.Step();
        return parameter.Value.As<double>().ToArray();
    }
}
