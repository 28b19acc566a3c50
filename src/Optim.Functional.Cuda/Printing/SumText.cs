namespace Optim.Functional.Cuda;

/// <summary>A kernel that adds up terms of elements in double, as the core's sums do: a warp is a block of <see cref="BlockSum"/>, and each
/// of its threads a column of it.</summary>
/// <remarks>A tensor's row of the table has, after its own, the address that its blocks' sums begin at. A block of the launch is a chunk of
/// <see cref="Sweep{T}.Chunk"/>: a warp for each block of it.</remarks>
sealed class SumText : PtxKernel
{
    /// <summary>Threads of a block of the launch.</summary>
    public const int Threads = PtxText.Chunk / BlockSum.Length * BlockSum.Row;

    /// <summary>Rows that are read before the first of them is added.</summary>
    const int Ahead = 4;

    const int FirstBase = 10, FirstAddress = 20;

    readonly KernelKind kind;
    readonly string[] sums;

    SumText(StepCode code, ElementType type, KernelKind kind) : base(code, type) =>
        (this.kind, sums) = (kind, [.. code.Results.Select(_ => Double())]);

    public static string Print(StepCode code, ElementType type, KernelKind kind) => new SumText(code, type, kind).Print();

    /// <summary>Numbers of a tensor's row of the table.</summary>
    public static int RowLength(int streams) => streams + 3;

    string Print()
    {
        Start();
        foreach (var sum in sums) Line($"mov.f64 {sum}, {new ElementType(true).PtxLiteral(0)}");
        Rows("MANY", "FEW", Ahead);
        Rows("FEW", "JOIN", 1);
        Label("JOIN");
        for (var half = BlockSum.Row / 2; half > 0; half /= 2)
            foreach (var sum in sums) Fold(sum, half);
        Line("setp.ne.u32 %p2, %r5, 0");
        Line("@%p2 bra DONE");
        for (var k = 0; k < sums.Length; k++) Line($"st.global.f64 [%rd5+{8 * k}], {sums[k]}");
        Label("DONE");
        Line("ret");
        return Text([".u64 tensors", ".u64 blocks", ".u64 factor", ".u32 chunk"], Threads, FirstAddress + code.Streams);
    }

    IEnumerable<int> Used => Enumerable.Range(0, code.Streams).Where(code.Reads);

    static string Base(int stream) => $"%rd{FirstBase + stream}";

    static string Address(int stream) => $"%rd{FirstAddress + stream}";

    /// <summary>The warp's block: its addresses, its length %rd3, the place of its sums %rd5, the thread's column %r5.</summary>
    void Start()
    {
        var numbers = RowLength(code.Streams);
        Line("ld.param.u64 %rd0, [tensors]");
        Line("cvta.to.global.u64 %rd0, %rd0");
        Line("ld.param.u64 %rd1, [blocks]");
        Line("cvta.to.global.u64 %rd1, %rd1");
        Line("mov.u32 %r0, %ctaid.x");
        Line("mul.wide.u32 %rd2, %r0, 8");
        Line("add.s64 %rd1, %rd1, %rd2");
        Line("ld.global.v2.u32 {%r1, %r2}, [%rd1]");
        Line($"mul.wide.u32 %rd2, %r1, {8 * numbers}");
        Line("add.s64 %rd0, %rd0, %rd2");
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
        Line("cvt.u64.u32 %rd6, %r5"); // the element
    }

    /// <summary>Adds so many rows at a time, from the first one on that is left.</summary>
    void Rows(string label, string next, int count)
    {
        Label(label);
        Line($"add.s64 %rd9, %rd6, {(count - 1) * BlockSum.Row}");
        Line("setp.ge.s64 %p1, %rd9, %rd3");
        Line($"@%p1 bra {next}");
        Line($"mul.lo.s64 %rd9, %rd6, {type.Size}");
        foreach (var s in Used) Line($"add.s64 {Address(s)}, {Base(s)}, %rd9");
        var loaded = new string[count][];
        for (var row = 0; row < count; row++)
        {
            loaded[row] = new string[code.Streams];
            foreach (var s in Used)
                Line($"ld.global.{type.Ptx} {loaded[row][s] = Number()}, [{Address(s)}+{row * BlockSum.Row * type.Size}]");
        }
        foreach (var row in loaded)
        {
            var at = Element(row);
            for (var k = 0; k < sums.Length; k++) Add(sums[k], at[code.Results[k]]);
        }
        Line($"add.s64 %rd6, %rd6, {count * BlockSum.Row}");
        Line($"bra {label}");
    }

    void Add(string sum, string term)
    {
        var wide = type.IsDouble ? term : Double();
        if (!type.IsDouble) Line($"cvt.f64.f32 {wide}, {term}");
        switch (kind)
        {
            case KernelKind.Sum: Line($"add.rn.f64 {sum}, {sum}, {wide}"); break;
            case KernelKind.SumOfSquares: Line($"fma.rn.f64 {sum}, {wide}, {wide}, {sum}"); break;
            default:
                var size = Double();
                Line($"abs.f64 {size}, {wide}");
                Larger(sum, size);
                break;
        }
    }

    /// <summary>Adds the columns that are so many further.</summary>
    void Fold(string sum, int half)
    {
        var other = Double();
        Line($"mov.b64 {{%r10, %r11}}, {sum}");
        Line($"shfl.sync.down.b32 %r12, %r10, {half}, 31, 0xffffffff");
        Line($"shfl.sync.down.b32 %r13, %r11, {half}, 31, 0xffffffff");
        Line($"mov.b64 {other}, {{%r12, %r13}}");
        if (kind == KernelKind.Largest) Larger(sum, other);
        else Line($"add.rn.f64 {sum}, {sum}, {other}");
    }

    /// <summary>A NaN stays one.</summary>
    void Larger(string most, string other)
    {
        var (nan, isNaN) = (Double(), Predicate());
        Line($"setp.nan.f64 {isNaN}, {most}, {other}");
        Line($"add.rn.f64 {nan}, {most}, {other}");
        Line($"max.f64 {most}, {most}, {other}");
        Line($"selp.f64 {most}, {nan}, {most}, {isNaN}");
    }
}
