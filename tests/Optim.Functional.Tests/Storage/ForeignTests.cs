using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Optim.Functional.Tests.Storage;

/// <summary>Tensors over memory that is not an array of their own.</summary>
public unsafe class ForeignTests
{
    /// <summary>Native memory that says when it has been freed.</summary>
    sealed class Native(int count)
    {
        public readonly float* Start = (float*)NativeMemory.AlignedAlloc((nuint)count * sizeof(float), 64);

        public Span<float> Span => new(Start, count);

        ~Native() => NativeMemory.AlignedFree(Start);
    }

    static NDArray<float> Over(Native memory, params int[] shape) => NDArray.Of<float>((nint)memory.Start, memory, shape);

    static void Fill(Span<float> numbers, int seed)
    {
        var random = new Random(seed);
        foreach (ref var x in numbers) x = random.NextSingle() - 0.5f;
    }

    public static TheoryData<string> Rules => [.. Lift.Variants.All.Where(r => r.Rule.Sparse != SparseGradients.Only).Select(r => r.Name)];

    [Theory, MemberData(nameof(Rules))]
    public void Steps_over_native_memory_have_the_bits_of_steps_over_arrays(string name)
    {
        var (memory, gradient, array, copy) = (new Native(1003), new Native(1003), new float[1003], new float[1003]);
        Fill(memory.Span, 1);
        memory.Span.CopyTo(array);
        Parameter there = new(Over(memory, 17, 59)) { Grad = Over(gradient, 17, 59) },
            here = new(NDArray.Of(array, 17, 59)) { Grad = NDArray.Of(copy, 17, 59) };
        Optimizer foreign = new([there], Lift.Variants.Get(name)), own = new([here], Lift.Variants.Get(name));
        for (var t = 2; t < 6; t++)
        {
            Fill(gradient.Span, t);
            gradient.Span.CopyTo(copy);
            foreign.Step();
            own.Step();
        }
        Assert.Equal(array, memory.Span.ToArray());
    }

    [Theory, MemberData(nameof(Rules))]
    public void Gradients_that_come_at_another_address_each_step_give_the_same_bits(string name)
    {
        float[] moving = new float[1003], still = new float[1003];
        Native[] memories = [new(1003), new(1003), new(1003)];
        var there = new Parameter(NDArray.Of(moving, 17, 59)) { Grad = Over(memories[0], 17, 59) };
        var here = new Parameter(NDArray.Of(still, 17, 59)) { Grad = NDArray.Of(new float[1003], 17, 59) };
        Optimizer foreign = new([there], Lift.Variants.Get(name)), own = new([here], Lift.Variants.Get(name));
        for (var t = 1; t < 7; t++)
        {
            there.Grad.MoveTo((nint)memories[t % memories.Length].Start);
            Fill(there.Grad.As<float>().Span, t);
            there.Grad.As<float>().Span.CopyTo(here.Grad.As<float>().Span);
            foreign.Step();
            own.Step();
        }
        Assert.Equal(still, moving);
        GC.KeepAlive(memories);
    }

    [Fact]
    public void The_pure_face_reads_native_memory_and_leaves_it_as_it_is()
    {
        var (memory, rule) = (new Native(5), new SGD(1));
        memory.Span.Fill(2);
        var θ = Params.Of(("w", Over(memory, 5)));
        var (after, _) = rule.Step(θ, Params.Of(("w", Ones(5))), rule.Init(θ));
        Assert.Equal([1, 1, 1, 1, 1], after["w"].As<float>().Data);
        Assert.Equal([2, 2, 2, 2, 2], memory.Span.ToArray());
    }

    [Fact]
    public void A_tensor_keeps_the_owner_of_its_memory()
    {
        var (tensor, owner) = Made();
        Collect();
        Assert.True(owner.TryGetTarget(out _));
        GC.KeepAlive(tensor);
    }

    [Fact]
    public void Memory_is_its_owners_again_once_no_tensor_is_reachable()
    {
        var owner = Dropped();
        Collect();
        Assert.False(owner.TryGetTarget(out _));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static (NDArray, WeakReference<Native>) Made()
    {
        var memory = new Native(4);
        return (Over(memory, 4), new(memory));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference<Native> Dropped() => Made().Item2;

    static void Collect()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    [Fact]
    public void Null_and_addresses_that_are_not_aligned_are_refused()
    {
        Assert.Contains("null address", Assert.Throws<ArgumentException>(() => NDArray.Of<float>(0, null, 3)).Message);
        Assert.Contains("a multiple of 8, got 0x1004, which is 4 bytes beyond one",
            Assert.Throws<ArgumentException>(() => NDArray.Of<double>(0x1004, null, 3)).Message);
    }

    [Fact]
    public void A_part_of_an_array_is_a_tensor_without_a_copy()
    {
        var array = new float[10];
        Parameter p = new(NDArray.Of(array.AsMemory(3, 4), 2, 2)) { Grad = Ones(2, 2) };
        new Optimizer([p], new SGD(1)).Step();
        Assert.Equal([0, 0, 0, -1, -1, -1, -1, 0, 0, 0], array);
        Assert.Contains("part of an array", Assert.Throws<InvalidOperationException>(() => p.Value.As<float>().Data).Message);
    }

    static NDArray Ones(params int[] shape) => NDArray.Of(Enumerable.Repeat(1f, shape.Aggregate(1, (n, d) => n * d)).ToArray(), shape);

    static string Temporary(long bytes)
    {
        var path = Path.GetTempFileName();
        using var file = File.OpenWrite(path);
        file.SetLength(bytes);
        return path;
    }

    [Fact]
    public void A_step_over_a_mapped_file_is_in_the_file()
    {
        var path = Temporary(64);
        try
        {
            using (var file = new MappedFile(path))
            {
                var p = new Parameter(file.NDArray<float>(8, 2, 3)) { Grad = Ones(2, 3) };
                new Optimizer([p], new SGD(2)).Step();
                Assert.Equal(64, file.Length);
                file.Flush();
            }
            var numbers = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
            Assert.Equal([0, 0, -2, -2, -2, -2, -2, -2, 0, 0, 0, 0, 0, 0, 0, 0], numbers);
        }
        finally { File.Delete(path); }
    }

    [Fact]
    public void A_tensor_of_a_disposed_file_says_so()
    {
        var path = Temporary(64);
        try
        {
            var file = new MappedFile(path);
            NDArray<float> tensor = file.NDArray<float>(0, 4), gradient = file.NDArray<float>(16, 4);
            Optimizer stepped = new([new Parameter(tensor) { Grad = new float[4] }], new Adam()),
                lent = new([new Parameter(new float[4]) { Grad = gradient }], new Adam());
            stepped.Step();
            lent.Step();
            file.Dispose();
            file.Dispose();
            Action[] uses =
            [
                () => _ = tensor.Span.Length,
                () => tensor.ToString(),
                () => tensor.ToArray(),
                stepped.Step,
                lent.Step,
                () => file.NDArray<float>(0, 4),
                file.Flush,
            ];
            Assert.All(uses, use =>
                Assert.Contains(
                    "MappedFile that holds these numbers has been disposed",
                    Assert.Throws<ObjectDisposedException>(use).Message));
            Assert.Equal(1, lent.State(lent.ParamGroups[0].Parameters[0]).Step);
        }
        finally { File.Delete(path); }
    }

    [Fact]
    public void A_view_may_be_disposed_before_its_tensors()
    {
        using var file = MemoryMappedFile.CreateNew(null, 64);
        NDArray<double> tensor;
        using (var view = file.CreateViewAccessor()) tensor = new MappedFile(view).NDArray<double>(0, 8);
        Collect();
        tensor.Span.Fill(3);
        Assert.Equal(24, tensor.ToArray().Sum());
    }

    [Fact]
    public void What_does_not_fit_a_view_or_cannot_be_written_is_refused()
    {
        using var file = MemoryMappedFile.CreateNew(null, 64);
        using var mapped = new MappedFile(file.CreateViewAccessor(0, 64));
        Assert.Contains("[4, 5] takes 80 bytes", Assert.Throws<ArgumentException>(() => mapped.NDArray<float>(0, 4, 5)).Message);
        Assert.Contains("from byte 8 on", Assert.Throws<ArgumentException>(() => mapped.NDArray<float>(8, 16)).Message);
        Assert.Contains("a multiple of 8", Assert.Throws<ArgumentException>(() => mapped.NDArray<double>(4, 1)).Message);
        Assert.Throws<ArgumentException>(() => mapped.NDArray<float>(-4, 1));
        Assert.Contains("both read and written",
            Assert.Throws<ArgumentException>(() => new MappedFile(file.CreateViewAccessor(0, 64, MemoryMappedFileAccess.Read))).Message);
    }
}
