namespace Optim.Functional.Cuda;

/// <summary>A step's code as a kernel in PTX, over many tensors in one launch; the driver compiles it.</summary>
/// <remarks>
/// The kernel is given a table of tensors, and one of blocks: for each block of the launch the number of a tensor and that of a chunk of
/// it, of 4 bytes each. Then come the address of factors that are on the device, the elements of a chunk, and the constants. Whether all
/// streams of a chunk can be read 16 bytes at a time is decided here, from their addresses: what cannot, and the rest, goes one by one.
/// Every operation is rounded once, to nearest (.rn), denormal numbers are kept, and nothing is fused that the formula has not.
/// </remarks>
sealed class PtxText : PtxKernel
{
    /// <summary>Elements of a block, at most.</summary>
    public const int Chunk = 1 << 15;

    /// <summary>Threads of a block, at most.</summary>
    public const int Threads = 256;

    /// <summary>No kernel is called step: OpenCL has a function of that name.</summary>
    public const string Entry = "optim_step";

    /// <summary>max.NaN and min.NaN, which keep a NaN, came with it.</summary>
    public const int ComputeCapability = 80;

    /// <summary>Bytes of the arguments before the constants.</summary>
    public const int ArgumentBytes = 32;

    const int FirstBase = 10, FirstAddress = 30;

    readonly bool isApart;

    PtxText(StepCode code, ElementType type, bool isApart) : base(code, type) => this.isApart = isApart;

    /// <param name="code">The step.</param>
    /// <param name="type">Of elements.</param>
    /// <param name="isApart">Whether results go to places of their own, whose addresses come after those that are read; else they are
    /// written where they were.</param>
    public static string Print(StepCode code, ElementType type, bool isApart = false) => new PtxText(code, type, isApart).Print();

    /// <summary>Numbers of a tensor's row of the table.</summary>
    public static int RowLength(int streams, bool isApart) => (isApart ? 2 : 1) * streams + 2;

    string Print()
    {
        Start();
        Vectors();
        Rest();
        return Text([".u64 tensors", ".u64 blocks", ".u64 factor", ".u32 chunk"], Threads, FirstAddress + 2 * code.Streams);
    }

    IEnumerable<int> Streams => Enumerable.Range(0, code.Streams);

    bool Reads(int stream) => code.Reads(stream) || (isApart && stream != 1);

    /// <summary>The node that is written to a stream: where results go elsewhere, also what stays as it is.</summary>
    int? ResultOf(int stream) => isApart && stream != 1 ? code.Results[Math.Max(0, stream - 1)] : code.ResultOf(stream);

    /// <summary>The addresses that are used: to be read, and, from the number of streams on, to be written.</summary>
    IEnumerable<int> Used =>
    [
        .. Streams.Where(s => Reads(s) || (!isApart && ResultOf(s) is not null)),
        .. Streams.Where(s => isApart && ResultOf(s) is not null).Select(Written),
    ];

    int Written(int stream) => isApart ? code.Streams + stream : stream;

    static string Base(int address) => $"%rd{FirstBase + address}";

    static string Address(int address) => $"%rd{FirstAddress + address}";

    /// <summary>The block's tensor and chunk: its addresses, its length %r3, and how many wide accesses there are, %r4; and the
    /// constants.</summary>
    void Start()
    {
        var numbers = RowLength(code.Streams, isApart);
        FindRow(numbers);
        foreach (var a in Used) Line($"ld.global.u64 {Base(a)}, [%rd0+{8 * a}]");
        Line($"ld.global.u64 %rd3, [%rd0+{8 * (numbers - 2)}]");
        Line($"ld.global.u64 %rd2, [%rd0+{8 * (numbers - 1)}]");
        Line("mov.u64 %rd8, constants");
        Line("add.s64 %rd8, %rd8, %rd2");
        Uniforms();
        Line("ld.param.u32 %r9, [chunk]");
        Line("mul.wide.u32 %rd4, %r2, %r9");
        Line("sub.s64 %rd3, %rd3, %rd4");
        Line("cvt.u64.u32 %rd9, %r9");
        Line("min.s64 %rd3, %rd3, %rd9");
        Line("cvt.u32.u64 %r3, %rd3");
        Line($"mul.lo.s64 %rd4, %rd4, {type.Size}");
        Line("mov.u64 %rd5, 0");
        foreach (var a in Used)
        {
            Line($"add.s64 {Base(a)}, {Base(a)}, %rd4");
            Line($"or.b64 %rd5, %rd5, {Base(a)}");
            Line($"cvta.to.global.u64 {Base(a)}, {Base(a)}");
        }
        Line("and.b64 %rd5, %rd5, 15");
        Line("setp.eq.s64 %p0, %rd5, 0");
        Line($"shr.u32 %r4, %r3, {(type.IsDouble ? 1 : 2)}");
        Line("selp.b32 %r4, %r4, 0, %p0");
        Line("mov.u32 %r5, %tid.x");
        Line("mov.u32 %r6, %ntid.x");
    }

    void Vectors()
    {
        var w = type.Wide;
        Line("mov.u32 %r7, %r5");
        Label("WIDE");
        Line("setp.ge.u32 %p1, %r7, %r4");
        Line("@%p1 bra EDGE");
        Line("mul.wide.u32 %rd6, %r7, 16");
        foreach (var a in Used) Line($"add.s64 {Address(a)}, {Base(a)}, %rd6");
        var loaded = new string[w][];
        for (var e = 0; e < w; e++) loaded[e] = new string[code.Streams];
        foreach (var s in Streams.Where(Reads))
        {
            for (var e = 0; e < w; e++) loaded[e][s] = Number();
            Line($"ld.global.v{w}.{type.Ptx} {{{string.Join(", ", loaded.Select(x => x[s]))}}}, [{Address(s)}]");
        }
        var results = Array.ConvertAll(loaded, Element);
        foreach (var s in Streams)
            if (ResultOf(s) is { } node)
                Line($"st.global.v{w}.{type.Ptx} [{Address(Written(s))}], {{{string.Join(", ", results.Select(x => x[node]))}}}");
        Line("add.u32 %r7, %r7, %r6");
        Line("bra WIDE");
    }

    void Rest()
    {
        Label("EDGE");
        Line($"shl.b32 %r8, %r4, {(type.IsDouble ? 1 : 2)}");
        Line("add.u32 %r7, %r8, %r5");
        Label("ONE");
        Line("setp.ge.u32 %p2, %r7, %r3");
        Line("@%p2 bra DONE");
        Line($"mul.wide.u32 %rd6, %r7, {type.Size}");
        foreach (var a in Used) Line($"add.s64 {Address(a)}, {Base(a)}, %rd6");
        var loaded = new string[code.Streams];
        foreach (var s in Streams.Where(Reads)) Line($"ld.global.{type.Ptx} {loaded[s] = Number()}, [{Address(s)}]");
        var results = Element(loaded);
        foreach (var s in Streams)
            if (ResultOf(s) is { } node) Line($"st.global.{type.Ptx} [{Address(Written(s))}], {results[node]}");
        Line("add.u32 %r7, %r7, %r6");
        Line("bra ONE");
        Label("DONE");
        Line("ret");
    }
}
