using System.Runtime.InteropServices;

namespace Optim.Functional.Cuda;

/// <summary>One launch of a kernel: tensors of several turns and groups that have the same formula. What stands in it stays from step to
/// step: only what has changed is sent.</summary>
sealed class StepLaunch<T>(CudaDevice device) where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Elements of a chunk, at least: one access of 16 bytes for each thread of a block.</summary>
    const int LeastChunk = 4 * PtxText.Threads;

    /// <summary>Blocks for each multiprocessor: from so many on a chunk is as long as it may be.</summary>
    const int Waves = 8;

    readonly DeviceTable tensors = new(device), blocks = new(device);
    ulong[] rows = [];
    uint[] map = [];
    byte[] arguments = [];
    StepCode code = null!;
    int count, turns, width, blockCount, argumentBytes, sentCount;
    long elements;

    public Kernel Kernel { get; private set; } = null!;

    bool IsApart { get; set; }

    /// <summary>A step begins.</summary>
    public void Begin(Kernel kernel, StepCode of, bool isApart)
    {
        (Kernel, code, IsApart) = (kernel, of, isApart);
        (count, turns, elements) = (0, 0, 0);
        width = PtxText.RowLength(of.Streams, isApart);
        argumentBytes = PtxText.ArgumentBytes + PtxKernel.ConstantBytes(of, ElementType.Of<T>());
        if (arguments.Length < argumentBytes) Array.Resize(ref arguments, argumentBytes);
    }

    /// <summary>Whether the constants of another turn find room.</summary>
    public bool HasRoom => turns < PtxKernel.Rows(code, ElementType.Of<T>());

    /// <summary>Takes a turn's constants.</summary>
    /// <returns>Where they stand.</returns>
    public int AddTurn(KnownCode known, Recording recording)
    {
        var at = turns++ * PtxKernel.RowBytes(code, ElementType.Of<T>());
        var room = MemoryMarshal.Cast<byte, T>(arguments.AsSpan(PtxText.ArgumentBytes + at));
        for (var k = 0; k < known.Count; k++) room[k] = known.At(recording, k).As<T>();
        return at;
    }

    /// <summary>Takes a tensor.</summary>
    /// <param name="x">What is read.</param>
    /// <param name="to">Where results go, if not there.</param>
    /// <param name="turn">Where its turn's constants stand.</param>
    public void Add(in Streams<T> x, in Places<T> to, int turn)
    {
        var length = x.End - x.Start;
        if (length == 0) return;
        if (rows.Length < (count + 1) * width) Array.Resize(ref rows, Math.Max(16 * width, 2 * rows.Length));
        var row = rows.AsSpan(count++ * width, width);
        for (var s = 0; s < code.Streams; s++) row[s] = Address(x, s);
        if (IsApart)
            for (var s = 0; s < code.Streams; s++) row[code.Streams + s] = s == 1 ? 0 : Address(x, to, s);
        (row[^2], row[^1]) = ((ulong)length, (ulong)turn);
        elements += length;
    }

    static ulong Address(in Streams<T> x, int stream) =>
        stream == 1 ? Of(x.G, x.Start) : stream < 6 ? Of(x.From, stream - 1, x.Start) : Of(x.More![0], stream - 5, x.Start);

    static ulong Address(in Streams<T> x, in Places<T> to, int stream) =>
        stream < 6 ? Of(to, stream - 1, x.Start) : Of(x.More![1], stream - 5, x.Start);

    static ulong Of(in Places<T> places, int slot, nint start) => slot switch
    {
        < 1 => Of(places.θ, start),
        1 => Of(places.A, start),
        2 => Of(places.B, start),
        3 => Of(places.C, start),
        _ => Of(places.D, start),
    };

    static ulong Of(Place<T> place, nint start) => (ulong)(place.Address + start * Unsafe.SizeOf<T>());

    /// <summary>Sends the tables; takes memory where there is not enough. Nothing of a step has been written then.</summary>
    public void Send()
    {
        if (count == 0) return;
        device.Kernels.Load(Kernel);
        tensors.Send(MemoryMarshal.AsBytes(rows.AsSpan(0, count * width)));
        if (IsAsBefore()) return;
        var chunk = Chunk();
        var at = 0;
        for (var k = 0; k < count; k++)
        {
            var chunks = (int)((rows[(k + 1) * width - 2] + (ulong)chunk - 1) / (ulong)chunk);
            if (map.Length < at + 2 * chunks) Array.Resize(ref map, Math.Max(at + 2 * chunks, 2 * map.Length));
            for (var c = 0; c < chunks; c++) (map[at++], map[at++]) = ((uint)k, (uint)c);
        }
        blockCount = at / 2;
        blocks.Send(MemoryMarshal.AsBytes(map.AsSpan(0, at)));
        MemoryMarshal.Write(arguments.AsSpan(24), chunk);
    }

    long[] lengths = [];

    /// <summary>Whether the tensors are as long as at the last step, one for one: then the blocks are the same.</summary>
    bool IsAsBefore()
    {
        var isSame = sentCount == count && lengths.Length >= count;
        if (lengths.Length < count) lengths = new long[Math.Max(16, 2 * count)];
        for (var k = 0; k < count; k++)
        {
            var length = (long)rows[(k + 1) * width - 2];
            isSame &= lengths[k] == length;
            lengths[k] = length;
        }
        sentCount = count;
        return isSame && MemoryMarshal.Read<int>(arguments.AsSpan(24)) == Chunk();
    }

    /// <summary>Elements of a chunk: fewer where there would be too few blocks for all multiprocessors.</summary>
    int Chunk()
    {
        var chunk = PtxText.Chunk;
        while (chunk > LeastChunk && elements < (long)chunk * Waves * device.Multiprocessors) chunk /= 2;
        return chunk;
    }

    /// <summary>Launches it.</summary>
    /// <param name="factor">The address of the factors that are on the device.</param>
    public void Run(nint factor)
    {
        if (count == 0) return;
        MemoryMarshal.Write(arguments, (ulong)tensors.Address);
        MemoryMarshal.Write(arguments.AsSpan(8), (ulong)blocks.Address);
        MemoryMarshal.Write(arguments.AsSpan(16), (ulong)factor);
        device.Run(Kernel, blockCount, PtxText.Threads, arguments.AsSpan(0, argumentBytes));
    }
}
