namespace Optim.Functional.Cuda;

/// <summary>A kernel that adds up terms of elements in double, as the core's sums do: a warp is a block of <see cref="BlockSum"/>, and each
/// of its threads a column of it.</summary>
/// <remarks>A tensor's row of the table has, after its own, the address that its blocks' sums begin at. A block of the launch is a chunk of
/// <see cref="Sweep{T}.Chunk"/>: a warp for each block of it.</remarks>
sealed class SumText : SumKernel
{
    /// <summary>Threads of a block of the launch.</summary>
    public const int Threads = PtxText.Chunk / BlockSum.Length * BlockSum.Row;

    SumText(StepCode code, ElementType type, KernelKind kind) : base(code, type, kind) { }

    public static string Print(StepCode code, ElementType type, KernelKind kind) => new SumText(code, type, kind).Print();

    /// <summary>Numbers of a tensor's row of the table.</summary>
    public static int RowLength(int streams) => streams + 3;

    string Print()
    {
        Start();
        Block();
        Line("setp.ne.u32 %p2, %r5, 0");
        Line("@%p2 bra DONE");
        for (var k = 0; k < sums.Length; k++) Line($"st.global.f64 [%rd5+{8 * k}], {sums[k]}");
        Label("DONE");
        Line("ret");
        return Text([".u64 tensors", ".u64 blocks", ".u64 factor", ".u32 chunk"], Threads, FirstAddress + code.Streams);
    }

    /// <summary>The warp's block: its addresses, its length %rd3, the place of its sums %rd5, the thread's column %r5.</summary>
    void Start()
    {
        var numbers = RowLength(code.Streams);
        FindRow(numbers);
        foreach (var s in Used) Line($"ld.global.u64 {Base(s)}, [%rd0+{8 * s}]");
        Line($"ld.global.u64 %rd3, [%rd0+{8 * code.Streams}]");
        Line($"ld.global.u64 %rd2, [%rd0+{8 * code.Streams + 8}]");
        Line($"ld.global.u64 %rd5, [%rd0+{8 * code.Streams + 16}]");
        Line("cvta.to.global.u64 %rd5, %rd5");
        Line("mov.u64 %rd8, constants");
        Line("add.s64 %rd8, %rd8, %rd2");
        Uniforms();
        Line("mov.u32 %r4, %tid.x");
        Line($"and.b32 %r5, %r4, {BlockSum.Row - 1}");
        Line("shr.u32 %r6, %r4, 5");
        Line("shl.b32 %r7, %r2, 2");
        Line("add.u32 %r7, %r7, %r6"); // the block's number
        Line($"mul.wide.u32 %rd4, %r7, {BlockSum.Length}");
        Line("sub.s64 %rd3, %rd3, %rd4");
        Line($"min.s64 %rd3, %rd3, {BlockSum.Length}");
        Line("setp.le.s64 %p0, %rd3, 0");
        Line("@%p0 bra DONE");
        Line($"mul.wide.u32 %rd2, %r7, {8 * sums.Length}");
        Line("add.s64 %rd5, %rd5, %rd2");
        Line($"mul.lo.s64 %rd4, %rd4, {type.Size}");
        foreach (var s in Used)
        {
            Line($"add.s64 {Base(s)}, {Base(s)}, %rd4");
            Line($"cvta.to.global.u64 {Base(s)}, {Base(s)}");
        }
    }
}
