using System.Runtime.InteropServices;

namespace Optim.Functional.Cuda;

/// <summary>Sums and maxima of what lies on a device, with the processor's bits: each block's by a warp, then a tensor's by a block of the
/// launch.</summary>
sealed unsafe class CudaSums<T>(CudaDevice device) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>A vector's numbers themselves.</summary>
    static readonly StepCode itself = Itself();

    readonly DeviceTable tensors = new(device), blocks = new(device), joins = new(device), parts = new(device), results = new(device);
    CudaMemory? factor;
    ulong[] rows = [], ends = [];
    uint[] map = [];
    double[] read = [];
    byte[] arguments = [];
    int count, width;

    static bool IsDouble => typeof(T) == typeof(double);

    /// <summary>Where the factors on the gradients are; 0: nowhere.</summary>
    public nint Factor => factor?.Address ?? 0;

    static StepCode Itself()
    {
        var recording = new Recording();
        return StepCode.Of(recording, [recording.Add(new(Op.Input, 0))], streamsOfTerms: 1).Code;
    }

    /// <summary>Sums of terms over a tensor.</summary>
    public void Sum(KnownCode known, Recording recording, in Streams<T> x, Span<double> into)
    {
        Begin(known.Code, 1);
        var constants = MemoryMarshal.Cast<byte, T>(arguments.AsSpan(PtxText.ArgumentBytes));
        for (var k = 0; k < known.Count; k++) constants[k] = known.At(recording, k).As<T>();
        var row = Add(x.End - x.Start);
        for (var s = 0; s < known.Code.Streams; s++)
            row[s] = (ulong)(PlaceOf(x, s).Address + x.Start * sizeof(T));
        using var within = device.Enter();
        Launch(KernelKind.Sum, known.Code, into.Length);
        Read(into);
    }

    static Place<T> PlaceOf(in Streams<T> x, int stream) => stream switch
    {
        0 => x.From.θ,
        1 => x.G,
        2 => x.From.A,
        3 => x.From.B,
        4 => x.From.C,
        5 => x.From.D,
        6 => x.More![0].A,
        7 => x.More![0].B,
        8 => x.More![0].C,
        _ => x.More![0].D,
    };

    /// <summary>x·x of all vectors together: that of each, added in their order.</summary>
    public double SumOfSquares(IReadOnlyList<Given<T>> vectors)
    {
        if (vectors.Count == 0) return 0;
        using var within = device.Enter();
        Launch(KernelKind.SumOfSquares, vectors);
        if (read.Length < vectors.Count) read = new double[2 * vectors.Count];
        Read(read.AsSpan(0, vectors.Count));
        var sum = 0.0;
        for (var k = 0; k < vectors.Count; k++) sum += read[k];
        return double.IsNaN(sum) ? double.NaN : sum;
    }

    /// <summary>max |x| of each vector.</summary>
    public void MaxAbs(IReadOnlyList<Given<T>> vectors, Span<double> most)
    {
        if (vectors.Count == 0) return;
        using var within = device.Enter();
        Launch(KernelKind.Largest, vectors);
        Read(most);
    }

    /// <summary>The factor that limits the norm of all vectors together: it stays on the device.</summary>
    /// <returns>Reads the norm.</returns>
    public Func<double> Limit(IReadOnlyList<Given<T>> vectors, double scale, ClipNorm limit)
    {
        using var within = device.Enter();
        factor ??= device.New(3 * sizeof(double));
        if (vectors.Count > 0) Launch(KernelKind.SumOfSquares, vectors);
        else results.Reserve(sizeof(double));
        Span<byte> given = stackalloc byte[44];
        MemoryMarshal.Write(given, (ulong)results.Address);
        MemoryMarshal.Write(given[8..], (ulong)Factor);
        MemoryMarshal.Write(given[16..], scale);
        MemoryMarshal.Write(given[24..], limit.MaxNorm);
        MemoryMarshal.Write(given[32..], limit.Eps);
        MemoryMarshal.Write(given[40..], vectors.Count);
        Run(new(KernelKind.Limit, null, IsDouble: false), 1, 1, given);
        return readNorm ??= ReadNorm;
    }

    Func<double>? readNorm;

    double ReadNorm()
    {
        using var within = device.Enter();
        double norm;
        Copy(&norm, Factor + 2 * sizeof(double), sizeof(double));
        return double.IsNaN(norm) ? double.NaN : norm;
    }

    void Launch(KernelKind kind, IReadOnlyList<Given<T>> vectors)
    {
        Begin(itself, vectors.Count);
        for (var k = 0; k < vectors.Count; k++)
        {
            var g = vectors[k].G!;
            Add((nint)g.Stored)[0] = (ulong)g.Where.Address;
        }
        Launch(kind, itself, 1);
    }

    void Begin(StepCode code, int most)
    {
        (count, width) = (0, SumText.RowLength(code.Streams));
        if (rows.Length < most * width) rows = new ulong[2 * most * width];
        if (ends.Length < 2 * most) ends = new ulong[4 * most];
        var bytes = PtxText.ArgumentBytes + PtxKernel.ConstantBytes(code, ElementType.Of<T>());
        if (arguments.Length != bytes) arguments = new byte[bytes];
    }

    /// <summary>Takes a vector.</summary>
    /// <returns>Its row, whose addresses are to be set.</returns>
    Span<ulong> Add(nint length)
    {
        var row = rows.AsSpan(count++ * width, width);
        (row[^3], row[^2]) = ((ulong)length, 0);
        return row;
    }

    /// <summary>Adds up: what comes of it is in <see cref="results"/>, a row of sums for each vector.</summary>
    void Launch(KernelKind kind, StepCode code, int sums)
    {
        var (total, at) = (0L, 0);
        for (var k = 0; k < count; k++) total += Blocks(k);
        parts.Reserve(checked((int)(total * sums * sizeof(double)) + 1));
        results.Reserve(count * sums * sizeof(double));
        var begin = (ulong)parts.Address;
        for (var k = 0; k < count; k++)
        {
            rows[(k + 1) * width - 1] = begin;
            (ends[2 * k], ends[2 * k + 1]) = (begin, (ulong)Blocks(k));
            begin += (ulong)(Blocks(k) * sums * sizeof(double));
            var chunks = (int)((rows[(k + 1) * width - 3] + PtxText.Chunk - 1) / PtxText.Chunk);
            if (map.Length < at + 2 * chunks) Array.Resize(ref map, Math.Max(at + 2 * chunks, 2 * map.Length));
            for (var c = 0; c < chunks; c++) (map[at++], map[at++]) = ((uint)k, (uint)c);
        }
        tensors.Send(MemoryMarshal.AsBytes(rows.AsSpan(0, count * width)));
        blocks.Send(MemoryMarshal.AsBytes(map.AsSpan(0, at)));
        joins.Send(MemoryMarshal.AsBytes(ends.AsSpan(0, 2 * count)));
        MemoryMarshal.Write(arguments, (ulong)tensors.Address);
        MemoryMarshal.Write(arguments.AsSpan(8), (ulong)blocks.Address);
        MemoryMarshal.Write(arguments.AsSpan(16), (ulong)Factor);
        if (at > 0) Run(new(kind, code, IsDouble), at / 2, SumText.Threads, arguments);

        Span<byte> given = stackalloc byte[16];
        MemoryMarshal.Write(given, (ulong)joins.Address);
        MemoryMarshal.Write(given[8..], (ulong)results.Address);
        var join = kind == KernelKind.Largest ? KernelKind.JoinLargest : KernelKind.Join;
        Run(new(join, null, IsDouble: false, sums), count, JoinText.Threads, given);
    }

    long Blocks(int vector) => ((long)rows[(vector + 1) * width - 3] + BlockSum.Length - 1) / BlockSum.Length;

    void Run(in KernelKey key, int grid, int threads, ReadOnlySpan<byte> given)
    {
        var function = device.Kernels.Load(device.Kernels.Find(key));
        device.Context.Check(device.Driver.Launch(function, grid, threads, given, device.Stream), "cuLaunchKernel");
    }

    void Read(Span<double> into)
    {
        fixed (double* to = into) Copy(to, results.Address, into.Length * sizeof(double));
        for (var k = 0; k < into.Length; k++)
            if (double.IsNaN(into[k])) into[k] = double.NaN;
    }

    void Copy(void* to, nint from, int bytes)
    {
        device.Context.Check(device.Driver.ToHost(to, from, bytes, device.Stream), "cuMemcpyDtoHAsync");
        device.Context.Check(device.Driver.Synchronize(device.Stream), "cuStreamSynchronize");
    }
}
