using System.Text;

namespace Optim.Functional.Cuda;

/// <summary>A kernel of one thread that makes, of the sums of squares of all gradients, the factor that limits their norm
/// (<see cref="ClipNorm"/>).</summary>
/// <remarks>
/// It writes three doubles: the factor, what is put on the gradients before it, and the norm. As on the processor a factor that is less
/// than the smallest normal float is split in two.
/// </remarks>
static class LimitText
{
    /// <summary>Sums that are read before the first of them is added.</summary>
    const int Ahead = 8;

    public static string Print()
    {
        var body = new StringBuilder();
        Line("ld.param.u64 %rd0, [sums]");
        Line("cvta.to.global.u64 %rd0, %rd0");
        Line("ld.param.u64 %rd1, [factor]");
        Line("cvta.to.global.u64 %rd1, %rd1");
        Line("ld.param.u32 %r0, [count]");
        Line("ld.param.f64 %d0, [scale]");
        Line("ld.param.f64 %d1, [limit]");
        Line("ld.param.f64 %d2, [eps]");
        Line($"mov.f64 %d3, {Number(0)}");
        Line("mov.u32 %r1, 0");
        Sums("MANY", "FEW", Ahead);
        Sums("FEW", "MADE", 1);
        Label("MADE");
        Line("sqrt.rn.f64 %d4, %d3");
        Line("abs.f64 %d5, %d0");
        Line("mul.rn.f64 %d4, %d5, %d4"); // the norm
        Line("add.rn.f64 %d5, %d4, %d2");
        Line("div.rn.f64 %d5, %d1, %d5");
        Line("setp.nan.f64 %p1, %d5, %d5");
        Line($"min.f64 %d6, %d5, {Number(1)}");
        Line("selp.f64 %d6, %d5, %d6, %p1");
        Line("mul.rn.f64 %d6, %d0, %d6");
        Line($"mov.f64 %d7, {Number(1)}");
        Line("abs.f64 %d5, %d6");
        Line($"setp.ge.f64 %p1, %d5, {Number(Scan<float>.SmallestNormal)}");
        Line("@%p1 bra WRITE");
        Line($"setp.eq.f64 %p1, %d5, {Number(0)}");
        Line("@%p1 bra WRITE");
        Line("setp.nan.f64 %p1, %d5, %d5");
        Line("@%p1 bra WRITE");
        // Half of the exponent, rounded to 0, which is negative.
        Line("mov.b64 %rd2, %d5");
        Line("shr.u64 %rd2, %rd2, 52");
        Line("cvt.u32.u64 %r2, %rd2");
        Line("mov.u32 %r3, 1023");
        Line("sub.u32 %r2, %r3, %r2");
        Line("shr.u32 %r2, %r2, 1");
        Line("sub.u32 %r4, %r3, %r2");
        Line("add.u32 %r5, %r3, %r2");
        Power("%d7", "%r4");
        Power("%d8", "%r5");
        Line("mul.rn.f64 %d6, %d6, %d8");
        Label("WRITE");
        Line("st.global.f64 [%rd1], %d6");
        Line("st.global.f64 [%rd1+8], %d7");
        Line("st.global.f64 [%rd1+16], %d4");
        Line("ret");
        return $"{PtxText.Header}.visible .entry {PtxText.Entry}(\n\t.param .u64 sums,\n\t.param .u64 factor,\n\t.param .f64 scale,\n"
            + "\t.param .f64 limit,\n\t.param .f64 eps,\n\t.param .u32 count\n)\n.maxntid 1\n{\n"
            + $"\t.reg .pred %p<2>;\n\t.reg .b32 %r<6>;\n\t.reg .b64 %rd<4>;\n\t.reg .f64 %d<{9 + Ahead}>;\n" + body + "}\n";

        void Line(string text) => body.Append('\t').Append(text).Append(";\n");

        void Label(string name) => body.Append(name).Append(":\n");

        string Number(double x) => new ElementType(true).PtxLiteral(x);

        // 2 to an exponent, to which 1023 has been added.
        void Power(string into, string exponent)
        {
            Line($"cvt.u64.u32 %rd2, {exponent}");
            Line("shl.b64 %rd2, %rd2, 52");
            Line($"mov.b64 {into}, %rd2");
        }

        void Sums(string label, string next, int count)
        {
            Label(label);
            Line($"add.u32 %r2, %r1, {count - 1}");
            Line("setp.ge.u32 %p0, %r2, %r0");
            Line($"@%p0 bra {next}");
            Line("mul.wide.u32 %rd2, %r1, 8");
            Line("add.s64 %rd2, %rd2, %rd0");
            for (var k = 0; k < count; k++) Line($"ld.global.f64 %d{9 + k}, [%rd2+{8 * k}]");
            for (var k = 0; k < count; k++) Line($"add.rn.f64 %d3, %d3, %d{9 + k}");
            Line($"add.u32 %r1, %r1, {count}");
            Line($"bra {label}");
        }
    }
}
