using System.Numerics;
using System.Runtime.InteropServices;
using Optim.Functional.Cuda;

namespace Optim.Functional.Tests.Cuda;

/// <summary>A device in this process: a step's tensors are copied to its memory, stepped by the kernels that their plan is printed as, and
/// copied back. Sums over tensors are the processor's.</summary>
sealed unsafe class SimulatedEngine<T> : IEngine<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    const int Threads = 8, Line = 64;

    static readonly Dictionary<StepCode, (string Ptx, PtxMachine Machine)> kernels = [];

    readonly CpuEngine<T> processor = new();
    readonly List<(Recorded What, int First, int End)> launches = [];
    Batch<T> batch = null!;

    /// <summary>The kernels that have run since the last step began.</summary>
    public HashSet<string> Ran { get; } = [];

    public long Reserve(IWholeRule rule, IReadOnlyList<int> shape) => throw new NotSupportedException("a whole rule");

    public void Begin(Batch<T> of)
    {
        batch = of;
        processor.Begin(of);
        launches.Clear();
        Ran.Clear();
    }

    public void Sum<B>(in B terms, in Streams<T> x, Span<double> sums) where B : struct, ITerms => processor.Sum(terms, x, sums);

    public void Bind(in Recipe recipe, int first, int end) =>
        launches.Add((Recorder.Record(recipe, batch.TurnOf(first)), first, end));

    public void Run()
    {
        foreach (var (what, first, end) in launches) Launch(what, first, end);
    }

    void Launch(Recorded what, int first, int end)
    {
        var kernel = Find(what.Code);
        Ran.Add(kernel.Ptx);
        using var memory = new Memory();
        var (tensors, blocks, back) = (new List<ulong>(), new List<uint>(), new List<(nint From, Place<T> To, int Length)>());
        for (var k = first; k < end; k++)
        {
            ref readonly var x = ref batch[k];
            var n = (int)(x.End - x.Start);
            if (n == 0) continue;
            var number = (uint)(tensors.Count / (what.Code.Streams + 1));
            for (uint chunk = 0; chunk * PtxText.Chunk < n; chunk++) blocks.AddRange([number, chunk]);
            for (var stream = 0; stream < what.Code.Streams; stream++)
            {
                var (from, to) = PlaceOf(k, stream);
                // Every third tensor's θ, every fifth one's last slot do not begin at 16 bytes.
                var isOdd = (k % 3 == 2 && stream == 0) || (k % 5 == 4 && stream == what.Code.Streams - 1);
                var at = memory.Take((n + 1) * sizeof(T)) + (isOdd ? sizeof(T) : 0);
                from.Span(n).CopyTo(new((void*)at, n));
                tensors.Add((ulong)at);
                if (stream != 1) back.Add((at, to, n));
            }
            tensors.Add((ulong)n);
        }
        if (blocks.Count == 0) return;
        var (rows, map) = (tensors.ToArray(), blocks.ToArray());
        fixed (ulong* table = rows)
        fixed (uint* blockTable = map)
        {
            var arguments = new byte[16 + what.Arguments.Length * sizeof(T)];
            MemoryMarshal.Write(arguments, (ulong)table);
            MemoryMarshal.Write(arguments.AsSpan(8), (ulong)blockTable);
            for (var k = 0; k < what.Arguments.Length; k++)
                MemoryMarshal.Write(arguments.AsSpan(16 + k * sizeof(T)), what.Arguments[k].As<T>());
            kernel.Machine.Launch(map.Length / 2, Threads, arguments);
        }
        foreach (var (from, to, n) in back) new ReadOnlySpan<T>((void*)from, n).CopyTo(to.Span(n));
    }

    static (string Ptx, PtxMachine Machine) Find(StepCode code)
    {
        lock (kernels)
        {
            if (kernels.TryGetValue(code, out var known)) return known;
            var ptx = PtxText.Print(code, ElementType.Of<T>());
            return kernels[code] = (ptx, new(ptx));
        }
    }

    (Place<T> From, Place<T> To) PlaceOf(int k, int stream)
    {
        ref readonly var x = ref batch[k];
        if (stream == 1) return (x.G.After(x.Start), default);
        var into = batch.Targets(k, k + 1);
        var to = into.IsEmpty ? x.From : into.Span[0];
        var (from, target, slot) = stream < 6 ? (x.From, to, stream - 1) : (x.More![0], x.More[1], stream - 5);
        return (Of(from).After(x.Start), Of(target).After(x.Start));

        Place<T> Of(in Places<T> places) => slot switch { < 1 => places.θ, 1 => places.A, 2 => places.B, 3 => places.C, _ => places.D };
    }

    /// <summary>Memory of the device, until the launch is over.</summary>
    sealed class Memory : IDisposable
    {
        readonly List<nint> all = [];

        public nint Take(int bytes)
        {
            all.Add((nint)NativeMemory.AlignedAlloc((nuint)bytes, Line));
            return all[^1];
        }

        public void Dispose()
        {
            foreach (var one in all) NativeMemory.AlignedFree((void*)one);
        }
    }
}
