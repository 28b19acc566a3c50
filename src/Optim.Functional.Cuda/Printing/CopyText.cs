using System.Text;

namespace Optim.Functional.Cuda;

/// <summary>A kernel that copies a matrix to where its rows and columns stand otherwise, a thread for each element (<see
/// cref="Pitch.Copy"/>).</summary>
static class CopyText
{
    public const int Threads = 256;

    static readonly string[] wide = ["from", "to", "from_row", "from_column", "to_row", "to_column"];

    public static string Print(ElementType type)
    {
        var body = new StringBuilder();
        foreach (var (k, name) in wide.Index()) Line($"ld.param.u64 %rd{k}, [{name}]");
        Line("cvta.to.global.u64 %rd0, %rd0");
        Line("cvta.to.global.u64 %rd1, %rd1");
        Line("ld.param.u32 %r0, [columns]");
        Line("ld.param.u32 %r1, [count]");
        Line("mov.u32 %r2, %ctaid.x");
        Line($"mul.lo.u32 %r2, %r2, {Threads}");
        Line("mov.u32 %r3, %tid.x");
        Line("add.u32 %r2, %r2, %r3");
        Line("setp.ge.u32 %p0, %r2, %r1");
        Line("@%p0 bra DONE");
        Line("div.u32 %r3, %r2, %r0");
        Line("rem.u32 %r4, %r2, %r0");
        Line("cvt.u64.u32 %rd6, %r3"); // the row
        Line("cvt.u64.u32 %rd7, %r4"); // the column
        Address(0, 2);
        Address(1, 4);
        Line($"ld.global.{type.Ptx} %x0, [%rd0]");
        Line($"st.global.{type.Ptx} [%rd1], %x0");
        body.Append("DONE:\n");
        Line("ret");
        string[] parameters = [.. wide.Select(name => $".u64 {name}"), ".u32 columns", ".u32 count"];
        return $"{PtxKernel.Header}.visible .entry {PtxText.Entry}(\n\t.param {string.Join(",\n\t.param ", parameters)}\n)\n"
            + $".maxntid {Threads}\n{{\n\t.reg .pred %p<1>;\n\t.reg .b32 %r<5>;\n\t.reg .b64 %rd<8>;\n"
            + $"\t.reg .{type.Ptx} %x<1>;\n{body}}}\n";

        void Line(string text) => body.Append('\t').Append(text).Append(";\n");

        // Where the thread's element is, of the matrix that begins there; the distances are its rows' and its columns'.
        void Address(int matrix, int distances)
        {
            Line($"mul.lo.s64 %rd{distances}, %rd{distances}, %rd6");
            Line($"mul.lo.s64 %rd{distances + 1}, %rd{distances + 1}, %rd7");
            Line($"add.s64 %rd{distances}, %rd{distances}, %rd{distances + 1}");
            Line($"mul.lo.s64 %rd{distances}, %rd{distances}, {type.Size}");
            Line($"add.s64 %rd{matrix}, %rd{matrix}, %rd{distances}");
        }
    }
}
