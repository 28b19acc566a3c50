using System.Text;

namespace Optim.Functional.Cuda;

/// <summary>A kernel that makes one row of sums of those of a tensor's blocks, a block of the launch for each tensor: the blocks of a
/// chunk one after another, then the chunks in pairs, neighbours first (<see cref="Pairs"/>).</summary>
/// <remarks>The table has for each tensor the address of its blocks' sums, and how many blocks there are.</remarks>
static class JoinText
{
    public const int Threads = 256;

    const int PerChunk = PtxText.Chunk / BlockSum.Length;

    /// <param name="sums">How many sums a block has.</param>
    /// <param name="isLargest">Whether they are maxima.</param>
    public static string Print(int sums, bool isLargest)
    {
        var body = new StringBuilder();
        Line("ld.param.u64 %rd0, [tensors]");
        Line("cvta.to.global.u64 %rd0, %rd0");
        Line("mov.u32 %r0, %ctaid.x");
        Line("mul.wide.u32 %rd1, %r0, 16");
        Line("add.s64 %rd0, %rd0, %rd1");
        Line("ld.global.u64 %rd1, [%rd0]");
        Line("cvta.to.global.u64 %rd1, %rd1");
        Line("ld.global.u64 %rd2, [%rd0+8]");
        Line($"add.s64 %rd3, %rd2, {PerChunk - 1}");
        Line("shr.u64 %rd3, %rd3, 2"); // chunks
        Line("mov.u32 %r1, %tid.x");
        Line("cvt.u64.u32 %rd4, %r1");
        Label("CHUNKS");
        Line("setp.ge.s64 %p0, %rd4, %rd3");
        Line("@%p0 bra TREE");
        Line($"mul.lo.s64 %rd5, %rd4, {8 * sums * PerChunk}");
        Line("add.s64 %rd5, %rd5, %rd1");
        Line($"mul.lo.s64 %rd6, %rd4, {PerChunk}");
        Line("sub.s64 %rd6, %rd2, %rd6"); // blocks of the chunk and after
        for (var k = 0; k < sums; k++) Line($"mov.f64 %d{k}, 0d0000000000000000");
        for (var block = 0; block < PerChunk; block++)
        {
            if (block > 0)
            {
                Line($"setp.le.s64 %p1, %rd6, {block}");
                Line("@%p1 bra STORE");
            }
            for (var k = 0; k < sums; k++)
            {
                Line($"ld.global.f64 %d8, [%rd5+{8 * (sums * block + k)}]");
                Add($"%d{k}");
            }
        }
        Label("STORE");
        for (var k = 0; k < sums; k++) Line($"st.global.f64 [%rd5+{8 * k}], %d{k}");
        Line($"add.s64 %rd4, %rd4, {Threads}");
        Line("bra CHUNKS");

        Label("TREE");
        Line("mov.u64 %rd4, 1"); // how far neighbours are from each other
        Line("bar.sync 0");
        Label("LEVEL");
        Line("setp.ge.s64 %p0, %rd4, %rd3");
        Line("@%p0 bra END");
        Line("mul.lo.s64 %rd5, %rd4, 2");
        Line("cvt.u64.u32 %rd6, %r1");
        Line("mul.lo.s64 %rd6, %rd6, %rd5"); // the first of a pair
        Label("PAIRS");
        Line("add.s64 %rd7, %rd6, %rd4");
        Line("setp.ge.s64 %p1, %rd7, %rd3");
        Line("@%p1 bra NEXT");
        Line($"mul.lo.s64 %rd7, %rd7, {8 * sums * PerChunk}");
        Line("add.s64 %rd7, %rd7, %rd1");
        Line($"mul.lo.s64 %rd8, %rd6, {8 * sums * PerChunk}");
        Line("add.s64 %rd8, %rd8, %rd1");
        for (var k = 0; k < sums; k++)
        {
            Line($"ld.global.f64 %d{k}, [%rd8+{8 * k}]");
            Line($"ld.global.f64 %d8, [%rd7+{8 * k}]");
            Add($"%d{k}");
            Line($"st.global.f64 [%rd8+{8 * k}], %d{k}");
        }
        Line($"mul.lo.s64 %rd7, %rd5, {Threads}");
        Line("add.s64 %rd6, %rd6, %rd7");
        Line("bra PAIRS");
        Label("NEXT");
        Line("bar.sync 0");
        Line("mov.u64 %rd4, %rd5");
        Line("bra LEVEL");

        Label("END");
        Line("setp.ne.u32 %p0, %r1, 0");
        Line("@%p0 bra DONE");
        Line("ld.param.u64 %rd7, [sums]");
        Line("cvta.to.global.u64 %rd7, %rd7");
        Line($"mul.wide.u32 %rd8, %r0, {8 * sums}");
        Line("add.s64 %rd7, %rd7, %rd8");
        for (var k = 0; k < sums; k++) Line($"mov.f64 %d{k}, 0d0000000000000000");
        Line("setp.eq.s64 %p1, %rd2, 0");
        Line("@%p1 bra NONE");
        for (var k = 0; k < sums; k++) Line($"ld.global.f64 %d{k}, [%rd1+{8 * k}]");
        Label("NONE");
        for (var k = 0; k < sums; k++) Line($"st.global.f64 [%rd7+{8 * k}], %d{k}");
        Label("DONE");
        Line("ret");
        return $"{PtxText.Header}.visible .entry {PtxText.Entry}(\n\t.param .u64 tensors,\n\t.param .u64 sums\n)\n.maxntid {Threads}\n{{\n"
            + "\t.reg .pred %p<3>;\n\t.reg .b32 %r<2>;\n\t.reg .b64 %rd<9>;\n\t.reg .f64 %d<10>;\n" + body + "}\n";

        void Line(string text) => body.Append('\t').Append(text).Append(";\n");

        void Label(string name) => body.Append(name).Append(":\n");

        // %d8 to a sum; of maxima a NaN stays one.
        void Add(string sum)
        {
            if (isLargest)
            {
                Line($"setp.nan.f64 %p2, {sum}, %d8");
                Line($"add.rn.f64 %d9, {sum}, %d8");
                Line($"max.f64 {sum}, {sum}, %d8");
                Line($"selp.f64 {sum}, %d9, {sum}, %p2");
            }
            else Line($"add.rn.f64 {sum}, {sum}, %d8");
        }
    }
}
