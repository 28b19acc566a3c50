using System.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.Providers.LinearAlgebra;
using Optim.Functional.Cuda;

namespace Optim.Functional.Tests.Cuda;

/// <summary>MathNet's provider over a device, with a cuBLAS of the tests' own, against the managed one.</summary>
public sealed class CudaLinearAlgebraTests : IDisposable
{
    const double Rounding = 1e-5; // of float, a dozen products

    readonly Gpu gpu = FakeDriver.Opened(out _);
    readonly CudaLinearAlgebra there;
    readonly Random random = new(4);

    public CudaLinearAlgebraTests()
    {
        (FakeCublas.Products, FakeCublas.Status) = (0, 0);
        there = new(gpu, FakeCublas.Found(null, out _)!) { LeastProduct = 0 };
    }

    public void Dispose() => gpu.Dispose();

    [Fact]
    public void Products_of_every_type_and_transposition_are_the_managed_ones()
    {
        All<float>(() => (float)random.NextDouble(), (x, y) => Math.Abs(x - y));
        All<double>(random.NextDouble, (x, y) => Math.Abs(x - y));
        All<Complex32>(() => new((float)random.NextDouble(), (float)random.NextDouble()), (x, y) => (x - y).Magnitude);
        All<Complex>(() => new(random.NextDouble(), random.NextDouble()), (x, y) => (x - y).Magnitude);
    }

    void All<C>(Func<C> draw, Func<C, C, double> distance) where C : struct, IEquatable<C>, IFormattable
    {
        const int M = 3, N = 4, K = 5;
        var own = (ILinearAlgebraProvider<C>)(object)there;
        var managed = (ILinearAlgebraProvider<C>)(object)ManagedLinearAlgebraProvider.Instance;
        C[] Some(int n) => [.. Enumerable.Range(0, n).Select(_ => draw())];
        var (a, b, before) = (Some(M * K), Some(K * N), Some(M * N));
        foreach (var ofA in (Transpose[])[Transpose.DontTranspose, Transpose.Transpose, Transpose.ConjugateTranspose])
            foreach (var ofB in (Transpose[])[Transpose.DontTranspose, Transpose.Transpose, Transpose.ConjugateTranspose])
                foreach (var β in (C[])[default, draw()])
                {
                    var (rowsA, columnsA) = ofA == Transpose.DontTranspose ? (M, K) : (K, M);
                    var (rowsB, columnsB) = ofB == Transpose.DontTranspose ? (K, N) : (N, K);
                    var (c, wanted, α) = ((C[])before.Clone(), (C[])before.Clone(), draw());
                    own.MatrixMultiplyWithUpdate(ofA, ofB, α, a, rowsA, columnsA, b, rowsB, columnsB, β, c);
                    managed.MatrixMultiplyWithUpdate(ofA, ofB, α, a, rowsA, columnsA, b, rowsB, columnsB, β, wanted);
                    Assert.All(c.Zip(wanted), x => Assert.InRange(distance(x.First, x.Second), 0, Rounding));
                }
        var (result, plain) = (new C[M * N], new C[M * N]);
        own.MatrixMultiply(a, M, K, b, K, N, result);
        managed.MatrixMultiply(a, M, K, b, K, N, plain);
        Assert.All(result.Zip(plain), x => Assert.InRange(distance(x.First, x.Second), 0, Rounding));
        Assert.Equal(19, FakeCublas.Products);
        FakeCublas.Products = 0;
    }

    [Fact]
    public void Small_products_and_all_else_are_the_managed_providers()
    {
        there.LeastProduct = 3 * 3 * 3;
        ILinearAlgebraProvider<double> own = there;
        double[] matrix = [4, 2, 2, 5], product = new double[4];
        own.MatrixMultiply(matrix, 2, 2, matrix, 2, 2, product);
        Assert.Equal([20, 18, 18, 29], product);
        own.CholeskyFactor(matrix, 2);
        Assert.Equal([2, 1, 0, 2], matrix);
        Assert.Equal(5, own.DotProduct([1, 2], [1, 2]));
        Assert.Equal(0, FakeCublas.Products);
        own.MatrixMultiply(new double[9], 3, 3, new double[9], 3, 3, new double[9]);
        Assert.Equal(1, FakeCublas.Products);
    }

    [Fact]
    public void What_does_not_fit_is_refused_as_by_the_managed_provider()
    {
        ILinearAlgebraProvider<double> own = there, managed = ManagedLinearAlgebraProvider.Instance;
        double[] two = new double[4], three = new double[6];
        var wanted = Assert.ThrowsAny<ArgumentException>(() => managed.MatrixMultiply(two, 2, 2, three, 3, 2, two));
        Assert.Equal(wanted.Message, Assert.ThrowsAny<ArgumentException>(() => own.MatrixMultiply(two, 2, 2, three, 3, 2, two)).Message);
        Assert.Throws<ArgumentNullException>(() => own.MatrixMultiply(null!, 2, 2, new double[4], 2, 2, new double[4]));
    }

    [Fact]
    public void Products_of_what_lies_on_the_device_are_the_processors_without_a_copy()
    {
        var library = FakeCublas.Found(null, out _)!;
        library.Start(gpu.OnDevice);
        const int M = 3, N = 4, K = 5;
        bool[] both = [false, true];
        foreach (var (ofA, ofB, ofC) in from a in both from b in both from c in both select (a, b, c))
        {
            double[] x = Some(M * K), y = Some(K * N), z = Some(M * N);
            NDArray<double> x2 = (NDArray<double>)gpu.Copy(x), y2 = (NDArray<double>)gpu.Copy(y), z2 = (NDArray<double>)gpu.Copy(z);
            CudaProducts.Multiply<double>(library, 0.7, new(x2.Where, M, K, ofA), new(y2.Where, K, N, ofB), -0.3, new(z2.Where, M, N, ofC));
            MatrixProduct.Run<double>(0.7, new(x, M, K, ofA), new(y, K, N, ofB), -0.3, new(z, M, N, ofC), Execution.Default);
            Assert.All(z2.ToArray().Zip(z), p => Assert.Equal(p.First, p.Second, Rounding));
        }
        Assert.Equal(8, FakeCublas.Products);
    }

    double[] Some(int n) => [.. Enumerable.Range(0, n).Select(_ => random.NextDouble())];

    [Fact]
    public void It_works_on_the_stream_of_the_device()
    {
        gpu.Stream = 77;
        Multiply();
        Assert.Equal(77, FakeCublas.Stream);
    }

    [Fact]
    public void A_library_that_is_not_there_lacks_a_function_or_fails_is_named()
    {
        Assert.Null(FakeCublas.Found("cublasZgemm_v2", out var why));
        Assert.Equal("libfake.so has no cublasZgemm_v2", why);
        if (Cublas.Load(out _) is null)
            Assert.StartsWith(
                "CudaLinearAlgebra needs cuBLAS, of CUDA's toolkit or torch's packages: none of "
                + $"{string.Join(", ", Cublas.Names)} is found.",
                Assert.Throws<DllNotFoundException>(() => new CudaLinearAlgebra(gpu)).Message);
        FakeCublas.Status = 3;
        Assert.Equal("Fake 70: cublasCreate by libfake.so fails with status 3, it has no memory left.",
            Assert.Throws<InvalidOperationException>(() => new CudaLinearAlgebra(gpu, FakeCublas.Found(null, out _)!)).Message);
        Assert.Equal("Fake 70: its product of matrices by libfake.so fails with status 3, it has no memory left.",
            Assert.Throws<InvalidOperationException>(Multiply).Message);
    }

    [Fact]
    public void It_is_refused_when_its_device_has_been_disposed()
    {
        gpu.Dispose();
        Assert.Throws<ObjectDisposedException>(Multiply);
    }

    void Multiply() => ((ILinearAlgebraProvider<double>)there).MatrixMultiply(new double[4], 2, 2, new double[4], 2, 2, new double[4]);
}
