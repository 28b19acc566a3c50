using System.Runtime.InteropServices;

namespace Optim.Functional.Tests.Storage;

/// <summary>Tensors of more elements than an int counts, in little memory: the same 4 MiB of a file stand side by side 2048 times, and then
/// 4 KiB of their own.</summary>
/// <remarks>Each step takes 1 off each element, so those that stand in many places lose as much as they were stepped; exactly, on one
/// thread.</remarks>
public unsafe partial class LongTests(LongTests.Both memory) : IClassFixture<LongTests.Both>
{
    const int Window = 4 << 20, Windows = 2048, Tail = 4096, InWindow = Window / sizeof(float), InTail = Tail / sizeof(float);
    const long Length = (long)Windows * InWindow + InTail;

    /// <summary>A parameter's memory and its gradient's, mapped once for all tests: that takes longer than a step.</summary>
    public sealed class Both : IDisposable
    {
        readonly Lazy<Repeated> θ = new(() => new()), g = new(() => new());

        internal Repeated Value => Filled(θ.Value, 0);

        internal Repeated Gradient => Filled(g.Value, 1);

        static Repeated Filled(Repeated memory, float x)
        {
            memory.First.Fill(x);
            memory.Last.Fill(x);
            return memory;
        }

        public void Dispose()
        {
            foreach (var memory in new[] { θ, g })
                if (memory.IsValueCreated) memory.Value.Dispose();
        }
    }

    internal sealed class Repeated : IDisposable
    {
        static readonly nuint Size = unchecked((nuint)Length * sizeof(float));
        readonly nint start;

        public Repeated()
        {
            var path = Path.GetTempFileName();
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            file.SetLength(Window + Tail);
            var handle = (int)file.SafeFileHandle.DangerousGetHandle();
            start = mmap(0, Size, 0, 0x4022, -1, 0); // a range of addresses and no memory
            for (var k = 0; k < Windows; k++) Map(handle, k, Window, 0);
            Map(handle, Windows, Tail, Window);
        }

        void Map(int file, int window, int bytes, nint from) =>
            Assert.Equal(start + (nint)window * Window, mmap(start + (nint)window * Window, (nuint)bytes, 3, 0x11, file, from));

        public NDArray<float> Tensor => NDArray.Of<float>(start, this, (int)(Length / InTail), InTail);

        public Span<float> First => new((void*)start, InWindow);

        public Span<float> Last => new((void*)(start + unchecked((nint)(Length - InTail) * sizeof(float))), InTail);

        public void Dispose() => munmap(start, Size);
    }

    [LibraryImport("libc")] private static partial nint mmap(nint address, nuint length, int protection, int flags, int file, nint offset);
    [LibraryImport("libc")] private static partial int munmap(nint address, nuint length);

    [Theory, InlineData(1), InlineData(2)]
    public void A_tensor_of_more_than_2147483647_elements_is_stepped_once_everywhere(int threads)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "maps a file in many places, as Linux can");
        var (θ, g) = (memory.Value, memory.Gradient);
        Assert.Equal(Length, θ.Tensor.Length);
        var optimizer = new Optimizer([new Parameter(θ.Tensor) { Grad = g.Tensor }], new SGD(1))
        {
            Execution = new() { Threads = threads },
        };
        optimizer.Step();
        Assert.All(θ.Last.ToArray(), x => Assert.Equal(-1, x));
        // On two threads two places of one element may be stepped at the same time, and one of the two be lost.
        if (threads == 1) Assert.Equal(Enumerable.Repeat((float)-Windows, InWindow), θ.First.ToArray());
        else Assert.DoesNotContain(0, θ.First.ToArray());
    }

    [Fact]
    public void Its_norm_and_its_last_infinity_are_found()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "maps a file in many places, as Linux can");
        var g = memory.Gradient;
        var scan = new Scan<float>();
        scan.Begin(Execution.Default);
        scan.Add(new(g.Tensor, g.Tensor, null, 0, new SGD(1)));
        Assert.Equal(Math.Sqrt(Length), scan.Norm, 1e-6);
        g.Last[^1] = float.NegativeInfinity;
        Assert.Equal(Length - 1, Check.FirstNonFinite(g.Tensor));
    }

    [Fact]
    public void What_needs_a_span_or_an_array_says_that_it_is_too_long()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "maps a file in many places, as Linux can");
        var tensor = memory.Value.Tensor;
        Assert.Contains("2,147,484,672 elements, more than a span can hold, 2,147,483,647",
            Assert.Throws<InvalidOperationException>(() => tensor.Span.Length).Message);
        Assert.Contains("an array", Assert.Throws<InvalidOperationException>(() => tensor.ToArray()).Message);
        Assert.Contains(
            "LBFGS",
            Assert
                .Throws<ArgumentException>(() =>
                    new Optimizer([new Parameter(tensor) { Grad = tensor }], new LBFGS()).Step(() => 0))
                .Message);
        Assert.StartsWith("float32 [2097153, 1024] 0 0 0 0 0 0 ...", tensor.ToString());
    }
}
