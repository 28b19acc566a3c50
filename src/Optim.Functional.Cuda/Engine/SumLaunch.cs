using System.Runtime.InteropServices;

namespace Optim.Functional.Cuda;

/// <summary>One launch that adds up the same terms over several tensors, each with constants of its own, and the one after it that makes
/// one row of sums for each.</summary>
sealed class SumLaunch<T>(CudaDevice device) where T : unmanaged, IFloatingPointIeee754<T>
{
    readonly DeviceTable tensors = new(device), blocks = new(device), joins = new(device), parts = new(device);
    ulong[] rows = [], ends = [];
    uint[] map = [];
    byte[] arguments = [];
    int turns, width, argumentBytes;

    public KernelKind Kind { get; private set; }

    public StepCode Code { get; private set; } = null!;

    /// <summary>Tensors.</summary>
    public int Count { get; private set; }

    /// <summary>Sums of a tensor.</summary>
    public int Sums => SumKernel.SumsOf(Code, Kind);

    public void Begin(KernelKind kind, StepCode code)
    {
        (Kind, Code, Count, turns) = (kind, code, 0, 0);
        width = SumText.RowLength(code.Streams);
        argumentBytes = PtxText.ArgumentBytes + PtxKernel.ConstantBytes(code, ElementType.Of<T>());
        if (arguments.Length < argumentBytes) Array.Resize(ref arguments, argumentBytes);
    }

    /// <summary>Whether the constants of another tensor find room.</summary>
    public bool HasRoom => turns < PtxKernel.Rows(Code, ElementType.Of<T>());

    /// <summary>Takes a tensor.</summary>
    /// <returns>Its row, whose addresses are to be set.</returns>
    public Span<ulong> Add(nint length, KnownCode? known = null, Recording? recording = null)
    {
        var turn = turns * PtxKernel.RowBytes(Code, ElementType.Of<T>());
        if (known is not null)
        {
            turns++;
            var room = MemoryMarshal.Cast<byte, T>(arguments.AsSpan(PtxText.ArgumentBytes + turn));
            for (var k = 0; k < known.Count; k++) room[k] = known.At(recording!, k).As<T>();
        }
        if (rows.Length < (Count + 1) * width) Array.Resize(ref rows, Math.Max(16 * width, 2 * rows.Length));
        var row = rows.AsSpan(Count++ * width, width);
        (row[^3], row[^2]) = ((ulong)length, (ulong)turn);
        return row;
    }

    /// <summary>Adds up. The context must be the thread's.</summary>
    /// <param name="results">Where the rows of sums go.</param>
    /// <param name="factor">The address of the factors that are on the device.</param>
    public void Run(nint results, nint factor)
    {
        var (total, at) = (0L, 0);
        for (var k = 0; k < Count; k++) total += Blocks(k);
        parts.Reserve(checked((int)(total * Sums * sizeof(double)) + 1));
        if (ends.Length < 2 * Count) ends = new ulong[4 * Count];
        var begin = (ulong)parts.Address;
        for (var k = 0; k < Count; k++)
        {
            rows[(k + 1) * width - 1] = begin;
            (ends[2 * k], ends[2 * k + 1]) = (begin, (ulong)Blocks(k));
            begin += (ulong)(Blocks(k) * Sums * sizeof(double));
            var chunks = (int)((Length(k) + PtxText.Chunk - 1) / PtxText.Chunk);
            if (map.Length < at + 2 * chunks) Array.Resize(ref map, Math.Max(at + 2 * chunks, 2 * map.Length));
            for (var c = 0; c < chunks; c++) (map[at++], map[at++]) = ((uint)k, (uint)c);
        }
        tensors.Send(MemoryMarshal.AsBytes(rows.AsSpan(0, Count * width)));
        blocks.Send(MemoryMarshal.AsBytes(map.AsSpan(0, at)));
        joins.Send(MemoryMarshal.AsBytes(ends.AsSpan(0, 2 * Count)));
        MemoryMarshal.Write(arguments, (ulong)tensors.Address);
        MemoryMarshal.Write(arguments.AsSpan(8), (ulong)blocks.Address);
        MemoryMarshal.Write(arguments.AsSpan(16), (ulong)factor);
        var key = new KernelKey(Kind, Code, typeof(T) == typeof(double));
        if (at > 0) device.Launch(key, at / 2, SumText.Threads, arguments.AsSpan(0, argumentBytes));

        Span<byte> given = stackalloc byte[16];
        MemoryMarshal.Write(given, (ulong)joins.Address);
        MemoryMarshal.Write(given[8..], (ulong)results);
        var join = Kind == KernelKind.Largest ? KernelKind.JoinLargest : KernelKind.Join;
        device.Launch(new(join, null, IsDouble: false, Sums), Count, JoinText.Threads, given);
    }

    long Length(int tensor) => (long)rows[(tensor + 1) * width - 3];

    long Blocks(int tensor) => (Length(tensor) + BlockSum.Length - 1) / BlockSum.Length;
}
