namespace Optim.Functional.Cuda;

/// <summary>A kernel in which a warp adds up terms of a block of elements, each of its threads a column of it.</summary>
abstract class SumKernel : PtxKernel
{
    /// <summary>Rows that are read before the first of them is added.</summary>
    const int Ahead = 4;

    const int FirstBase = 10;

    protected const int FirstAddress = 20;

    readonly KernelKind kind;
    int blocks;

    /// <summary>The registers of the sums.</summary>
    protected readonly string[] sums;

    protected SumKernel(StepCode code, ElementType type, KernelKind kind) : base(code, type) =>
        (this.kind, sums) = (kind, [.. Enumerable.Range(0, SumsOf(code, kind)).Select(_ => Double())]);

    /// <summary>Sums that a kernel makes.</summary>
    public static int SumsOf(StepCode code, KernelKind kind) => code.Results.Length / (kind == KernelKind.SumOfProducts ? 2 : 1);

    protected IEnumerable<int> Used => Enumerable.Range(0, code.Streams).Where(code.Reads);

    protected static string Base(int stream) => $"%rd{FirstBase + stream}";

    static string Address(int stream) => $"%rd{FirstAddress + stream}";

    /// <summary>The sums of the warp's block, which begins at the addresses and has %rd3 elements, in the thread of the first column,
    /// %r5.</summary>
    protected void Block()
    {
        var number = blocks++;
        foreach (var sum in sums) Line($"mov.f64 {sum}, {new ElementType(true).PtxLiteral(0)}");
        Line("cvt.u64.u32 %rd6, %r5"); // the element
        Rows($"MANY{number}", $"FEW{number}", Ahead);
        Rows($"FEW{number}", $"JOIN{number}", 1);
        Label($"JOIN{number}");
        for (var half = BlockSum.Row / 2; half > 0; half /= 2)
            foreach (var sum in sums) Fold(sum, half);
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
            for (var k = 0; k < sums.Length; k++)
                if (kind == KernelKind.SumOfProducts) AddProduct(sums[k], at[code.Results[2 * k]], at[code.Results[2 * k + 1]]);
                else Add(sums[k], at[code.Results[k]]);
        }
        Line($"add.s64 %rd6, %rd6, {count * BlockSum.Row}");
        Line($"bra {label}");
    }

    protected void Add(string sum, string term)
    {
        var wide = Widened(term);
        if (kind == KernelKind.Sum)
        {
            Line($"add.rn.f64 {sum}, {sum}, {wide}");
            return;
        }
        var size = Double();
        Line($"abs.f64 {size}, {wide}");
        Larger(sum, size);
    }

    void AddProduct(string sum, string x, string y)
    {
        var wide = Widened(x);
        Line($"fma.rn.f64 {sum}, {wide}, {(x == y ? wide : Widened(y))}, {sum}");
    }

    string Widened(string number)
    {
        if (type.IsDouble) return number;
        var wide = Double();
        Line($"cvt.f64.f32 {wide}, {number}");
        return wide;
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
