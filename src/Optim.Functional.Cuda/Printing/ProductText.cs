using System.Text;

namespace Optim.Functional.Cuda;

/// <summary>A kernel that multiplies matrices with the processor's bits: each element is one chain of multiply-adds in the elements' type,
/// from the first column of A on (<see cref="MatrixProduct"/>).</summary>
/// <remarks>A block of the launch makes a square of the result, each thread four by four elements of it, so far apart that neighbours read
/// neighbours.</remarks>
static class ProductText
{
    /// <summary>Rows and columns of a block's square.</summary>
    public const int Side = 64;

    public const int Threads = Across * Across;

    /// <summary>Threads side by side, and elements of each.</summary>
    const int Across = 16, Each = Side / Across;

    const int FirstRow = 20, FirstColumn = 24, FirstSum = 8;

    public static string Print(ElementType type)
    {
        var (t, body) = (type.Ptx, new StringBuilder());
        foreach (var (k, name) in ((string[])["a", "b", "c", "a_row", "a_column", "b_row", "b_column", "c_row", "c_column"]).Index())
            Line($"ld.param.u64 %rd{k}, [{name}]");
        for (var k = 0; k < 3; k++) Line($"cvta.to.global.u64 %rd{k}, %rd{k}");
        for (var k = 3; k < 9; k++) Line($"mul.lo.s64 %rd{k}, %rd{k}, {type.Size}");
        Line("ld.param.u32 %r0, [m]");
        Line("ld.param.u32 %r1, [n]");
        Line("ld.param.u32 %r2, [depth]");
        Line("ld.param.u32 %r3, [across]");
        Line("mov.u32 %r4, %ctaid.x");
        Line("div.u32 %r5, %r4, %r3");
        Line("rem.u32 %r6, %r4, %r3");
        Line($"mul.lo.u32 %r5, %r5, {Side}");
        Line($"mul.lo.u32 %r6, %r6, {Side}");
        Line("mov.u32 %r7, %tid.x");
        Line("shr.u32 %r8, %r7, 4");
        Line("and.b32 %r9, %r7, 15");
        Line("add.u32 %r5, %r5, %r8"); // the thread's first row
        Line("add.u32 %r6, %r6, %r9"); // and column
        // What lies beyond the edge reads what lies at it, and is not written.
        for (var e = 0; e < Each; e++)
        {
            Address("%r5", "%r0", e, FirstRow, 0, 3);
            Address("%r6", "%r1", e, FirstColumn, 1, 6);
        }
        for (var s = 0; s < Each * Each; s++) Line($"mov.{t} {Sum(s)}, {type.PtxLiteral(0)}");
        Line("mov.u32 %r10, 0");
        body.Append("MORE:\n");
        Line("setp.ge.u32 %p0, %r10, %r2");
        Line("@%p0 bra MADE");
        for (var e = 0; e < Each; e++)
        {
            Line($"ld.global.{t} %x{e}, [%rd{FirstRow + e}]");
            Line($"ld.global.{t} %x{Each + e}, [%rd{FirstColumn + e}]");
        }
        for (var e = 0; e < Each; e++)
        {
            Line($"add.s64 %rd{FirstRow + e}, %rd{FirstRow + e}, %rd4");
            Line($"add.s64 %rd{FirstColumn + e}, %rd{FirstColumn + e}, %rd5");
        }
        for (var r = 0; r < Each; r++)
            for (var c = 0; c < Each; c++) Line($"fma.rn.{t} {Sum(r * Each + c)}, %x{r}, %x{Each + c}, {Sum(r * Each + c)}");
        Line("add.u32 %r10, %r10, 1");
        Line("bra MORE");
        body.Append("MADE:\n");
        Line($"ld.param.{t} %x0, [alpha]");
        Line($"ld.param.{t} %x1, [beta]");
        Line("ld.param.u32 %r10, [keeps]");
        Line("setp.eq.u32 %p0, %r10, 0");
        for (var r = 0; r < Each; r++)
            for (var c = 0; c < Each; c++) Finish(r, c);
        Line("ret");
        string[] parameters =
        [
            .. ((string[])["a", "b", "c", "a_row", "a_column", "b_row", "b_column", "c_row", "c_column"]).Select(p => $".u64 {p}"),
            ".u32 m", ".u32 n", ".u32 depth", ".u32 across", ".u32 keeps", $".{t} alpha", $".{t} beta",
        ];
        return $"{PtxKernel.Header}.visible .entry {PtxText.Entry}(\n\t.param {string.Join(",\n\t.param ", parameters)}\n)\n"
            + $".maxntid {Threads}\n{{\n\t.reg .pred %p<4>;\n\t.reg .b32 %r<14>;\n\t.reg .b64 %rd<28>;\n"
            + $"\t.reg .{t} %x<{FirstSum + Each * Each}>;\n{body}}}\n";

        void Line(string text) => body.Append('\t').Append(text).Append(";\n");

        string Sum(int number) => $"%x{FirstSum + number}";

        // Where the thread's row or column of this number begins.
        void Address(string first, string end, int number, int into, int matrix, int stride)
        {
            Line($"add.u32 %r11, {first}, {number * Across}");
            Line($"sub.u32 %r12, {end}, 1");
            Line("min.u32 %r11, %r11, %r12");
            Line("cvt.u64.u32 %rd9, %r11");
            Line($"mul.lo.s64 %rd9, %rd9, %rd{stride}");
            Line($"add.s64 %rd{into + number}, %rd{matrix}, %rd9");
        }

        void Finish(int r, int c)
        {
            Line($"add.u32 %r11, %r5, {r * Across}");
            Line($"add.u32 %r12, %r6, {c * Across}");
            Line("setp.ge.u32 %p1, %r11, %r0");
            Line($"@%p1 bra AFTER{r}_{c}");
            Line("setp.ge.u32 %p1, %r12, %r1");
            Line($"@%p1 bra AFTER{r}_{c}");
            Line("cvt.u64.u32 %rd9, %r11");
            Line("mul.lo.s64 %rd9, %rd9, %rd7");
            Line("cvt.u64.u32 %rd10, %r12");
            Line("mul.lo.s64 %rd10, %rd10, %rd8");
            Line("add.s64 %rd9, %rd9, %rd10");
            Line("add.s64 %rd9, %rd9, %rd2");
            Line($"mul.rn.{t} %x2, %x0, {Sum(r * Each + c)}");
            Line($"@%p0 bra STORE{r}_{c}");
            Line($"ld.global.{t} %x3, [%rd9]");
            Line($"fma.rn.{t} %x2, %x1, %x3, %x2");
            body.Append($"STORE{r}_{c}:\n");
            // A NaN is always the same one.
            Line($"abs.{t} %x3, %x2");
            Line($"setp.gt.{t} %p2, %x3, {type.PtxLiteral(-1)}");
            Line($"selp.{t} %x2, %x2, {type.PtxLiteral(double.NaN)}, %p2");
            Line($"st.global.{t} [%rd9], %x2");
            body.Append($"AFTER{r}_{c}:\n");
        }
    }
}
