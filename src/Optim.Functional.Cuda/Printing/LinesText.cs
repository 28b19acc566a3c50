namespace Optim.Functional.Cuda;

/// <summary>Kernels over lines of matrices: means along them, means across them, and passes that know an element's line and place
/// (<see cref="Lines{T}"/>).</summary>
/// <remarks>The table's row has the addresses of what is read, then a line's length, where the constants begin, the address of the result,
/// how many lines a matrix has, and how many lines or places there are in all. A mean along a line is a warp's; else a thread makes one
/// number.</remarks>
sealed class LinesText : SumKernel
{
    public const int Threads = 128;

    /// <summary>Lines of a block of the launch, where a warp makes one.</summary>
    public const int Warps = Threads / BlockSum.Row;

    readonly KernelKind kind;

    LinesText(StepCode code, ElementType type, KernelKind kind) : base(code, type, KernelKind.Sum) => this.kind = kind;

    public static string Print(StepCode code, ElementType type, KernelKind kind) => new LinesText(code, type, kind).Print();

    /// <summary>Numbers of the table's row.</summary>
    public static int RowLength(int streams) => streams + 5;

    string Print()
    {
        Start();
        if (kind == KernelKind.Along) Along();
        else if (kind == KernelKind.Across) Across();
        else Each();
        Label("DONE");
        Line("ret");
        return Text([".u64 tensors", ".u64 blocks", ".u64 factor", ".u32 chunk"], Threads, FirstAddress + code.Streams);
    }

    IEnumerable<int> Read => kind is KernelKind.Along or KernelKind.Across ? Used : Enumerable.Range(0, code.Streams).Where(code.Reads);

    /// <summary>A line's length %rd3, the result's address %rd5, lines of a matrix %rd4, all lines or places %rd2; the number of what the
    /// thread or its warp makes %rd9.</summary>
    void Start()
    {
        Line("ld.param.u64 %rd0, [tensors]");
        Line("cvta.to.global.u64 %rd0, %rd0");
        foreach (var s in Read)
        {
            Line($"ld.global.u64 {Base(s)}, [%rd0+{8 * s}]");
            Line($"cvta.to.global.u64 {Base(s)}, {Base(s)}");
        }
        Line($"ld.global.u64 %rd3, [%rd0+{8 * code.Streams}]");
        Line($"ld.global.u64 %rd1, [%rd0+{8 * code.Streams + 8}]");
        Line($"ld.global.u64 %rd5, [%rd0+{8 * code.Streams + 16}]");
        Line("cvta.to.global.u64 %rd5, %rd5");
        Line($"ld.global.u64 %rd4, [%rd0+{8 * code.Streams + 24}]");
        Line($"ld.global.u64 %rd2, [%rd0+{8 * code.Streams + 32}]");
        Line("mov.u64 %rd8, constants");
        Line("add.s64 %rd8, %rd8, %rd1");
        Uniforms();
        Line("mov.u32 %r0, %ctaid.x");
        Line("mov.u32 %r4, %tid.x");
        Line($"and.b32 %r5, %r4, {BlockSum.Row - 1}");
        if (kind == KernelKind.Along) Line("shr.u32 %r4, %r4, 5");
        Line($"mul.wide.u32 %rd9, %r0, {(kind == KernelKind.Along ? Warps : Threads)}");
        Line("cvt.u64.u32 %rd1, %r4");
        Line("add.s64 %rd9, %rd9, %rd1");
        Line("setp.ge.s64 %p0, %rd9, %rd2");
        Line("@%p0 bra DONE");
    }

    /// <summary>The blocks of a line one after another.</summary>
    void Along()
    {
        var total = Double();
        Line($"mov.f64 {total}, {new ElementType(true).PtxLiteral(0)}");
        Line("mov.u64 %rd7, %rd3"); // what is left of the line
        Line($"mul.lo.s64 %rd1, %rd3, {type.Size}");
        Line("mul.lo.s64 %rd1, %rd1, %rd9");
        foreach (var s in Read) Line($"add.s64 {Base(s)}, {Base(s)}, %rd1");
        Line("mov.u64 %rd4, %rd9");
        Label("BLOCKS");
        Line("setp.le.s64 %p0, %rd7, 0");
        Line("@%p0 bra MEAN");
        Line($"min.s64 %rd3, %rd7, {BlockSum.Length}");
        Block();
        Line($"add.rn.f64 {total}, {total}, {sums[0]}");
        foreach (var s in Read) Line($"add.s64 {Base(s)}, {Base(s)}, {BlockSum.Length * type.Size}");
        Line($"sub.s64 %rd7, %rd7, {BlockSum.Length}");
        Line("bra BLOCKS");
        Label("MEAN");
        Line("setp.ne.u32 %p2, %r5, 0");
        Line("@%p2 bra DONE");
        Line($"ld.global.u64 %rd3, [%rd0+{8 * code.Streams}]");
        Mean(total, "%rd3", "%rd4");
    }

    /// <summary>A place of all lines of its matrix, from the first to the last.</summary>
    void Across()
    {
        Line($"mov.f64 {sums[0]}, {new ElementType(true).PtxLiteral(0)}");
        Line("div.s64 %rd6, %rd9, %rd3"); // the matrix
        Line("rem.s64 %rd7, %rd9, %rd3"); // the place
        Line("mul.lo.s64 %rd6, %rd6, %rd4");
        Line("mul.lo.s64 %rd6, %rd6, %rd3");
        Line("add.s64 %rd6, %rd6, %rd7");
        Line($"mul.lo.s64 %rd6, %rd6, {type.Size}");
        foreach (var s in Read) Line($"add.s64 {Base(s)}, {Base(s)}, %rd6");
        Line($"mul.lo.s64 %rd7, %rd3, {type.Size}");
        Line("mov.u64 %rd6, 0");
        Label("LINES");
        Line("setp.ge.s64 %p0, %rd6, %rd4");
        Line("@%p0 bra MEAN");
        var loaded = new string[code.Streams];
        foreach (var s in Read) Line($"ld.global.{type.Ptx} {loaded[s] = Number()}, [{Base(s)}]");
        Add(sums[0], Element(loaded)[code.Results[0]]);
        foreach (var s in Read) Line($"add.s64 {Base(s)}, {Base(s)}, %rd7");
        Line("add.s64 %rd6, %rd6, 1");
        Line("bra LINES");
        Label("MEAN");
        Mean(sums[0], "%rd4", "%rd9");
    }

    /// <summary>Writes a sum over how many there are.</summary>
    void Mean(string sum, string count, string at)
    {
        var (n, mean) = (Double(), Double());
        Line($"cvt.rn.f64.s64 {n}, {count}");
        Line($"div.rn.f64 {mean}, {sum}, {n}");
        Line($"mul.lo.s64 %rd6, {at}, {type.Size}");
        Line("add.s64 %rd5, %rd5, %rd6");
        if (!type.IsDouble)
        {
            var narrow = Number();
            Line($"cvt.rn.f32.f64 {narrow}, {mean}");
            mean = narrow;
        }
        Line($"st.global.{type.Ptx} [%rd5], {mean}");
    }

    /// <summary>An element; its slots are numbers of its line and place.</summary>
    void Each()
    {
        Line("div.s64 %rd6, %rd9, %rd3"); // the line
        Line("rem.s64 %rd7, %rd9, %rd3");
        Line("div.s64 %rd1, %rd6, %rd4"); // the matrix
        Line("mul.lo.s64 %rd1, %rd1, %rd3");
        Line("add.s64 %rd7, %rd7, %rd1"); // the place
        var (first, second) = kind == KernelKind.EachLineFirst ? ("%rd6", "%rd7") : ("%rd7", "%rd6");
        var loaded = new string[code.Streams];
        foreach (var s in Read)
        {
            Line($"mul.lo.s64 %rd1, {s switch { 2 => first, 3 => second, _ => "%rd9" }}, {type.Size}");
            Line($"add.s64 %rd1, %rd1, {Base(s)}");
            Line($"ld.global.{type.Ptx} {loaded[s] = Number()}, [%rd1]");
        }
        var result = Element(loaded)[code.Results[0]];
        Line($"mul.lo.s64 %rd1, %rd9, {type.Size}");
        Line("add.s64 %rd5, %rd5, %rd1");
        Line($"st.global.{type.Ptx} [%rd5], {result}");
    }
}
