namespace Optim.Functional.Tests.Cuda;

// What operations on registers do.
sealed unsafe partial class PtxMachine
{
    static float F(ulong x) => BitConverter.UInt32BitsToSingle((uint)x);
    static ulong U(float x) => BitConverter.SingleToUInt32Bits(x);
    static double D(ulong x) => BitConverter.UInt64BitsToDouble(x);
    static ulong U(double x) => BitConverter.DoubleToUInt64Bits(x);

    static Func<ulong, ulong, ulong, ulong> Operation(string op) => op switch
    {
        "mov.u32" or "mov.u64" or "mov.b64" or "mov.f32" or "mov.f64" or "cvta.to.global.u64" => (a, _, _) => a,
        "cvt.u32.u64" or "cvt.u64.u32" => (a, _, _) => (uint)a,
        "cvt.f64.f32" => (a, _, _) => U((double)F(a)),
        "cvt.rn.f32.f64" => (a, _, _) => U((float)D(a)),
        "sub.u32" => (a, b, _) => (uint)(a - b),
        "add.u32" => (a, b, _) => (uint)(a + b),
        "add.s64" => (a, b, _) => a + b,
        "sub.s64" => (a, b, _) => a - b,
        "min.s64" => (a, b, _) => (ulong)Math.Min((long)a, (long)b),
        "mul.wide.u32" => (a, b, _) => (ulong)(uint)a * (uint)b,
        "mul.lo.u32" => (a, b, _) => (uint)(a * b),
        "div.u32" => (a, b, _) => (uint)a / (uint)b,
        "rem.u32" => (a, b, _) => (uint)a % (uint)b,
        "min.u32" => (a, b, _) => Math.Min((uint)a, (uint)b),
        "setp.eq.u32" => (a, b, _) => (uint)a == (uint)b ? 1ul : 0,
        "div.s64" => (a, b, _) => (ulong)((long)a / (long)b),
        "rem.s64" => (a, b, _) => (ulong)((long)a % (long)b),
        "cvt.rn.f64.s64" => (a, _, _) => U((double)(long)a),
        "mul.lo.s64" => (a, b, _) => a * b,
        "or.b64" => (a, b, _) => a | b,
        "and.b32" => (a, b, _) => (uint)(a & b),
        "and.b64" => (a, b, _) => a & b,
        "shl.b32" => (a, b, _) => (uint)a << (int)b,
        "shl.b64" => (a, b, _) => a << (int)b,
        "shr.u64" => (a, b, _) => a >> (int)b,
        "setp.ge.s64" => (a, b, _) => (long)a >= (long)b ? 1ul : 0,
        "setp.le.s64" => (a, b, _) => (long)a <= (long)b ? 1ul : 0,
        "setp.ne.u32" => (a, b, _) => (uint)a != (uint)b ? 1ul : 0,
        "setp.eq.f64" => (a, b, _) => D(a) == D(b) ? 1ul : 0,
        "setp.ge.f64" => (a, b, _) => D(a) >= D(b) ? 1ul : 0,
        "shr.u32" => (a, b, _) => (uint)a >> (int)b,
        "setp.eq.s64" => (a, b, _) => a == b ? 1ul : 0,
        "setp.ge.u32" => (a, b, _) => (uint)a >= (uint)b ? 1ul : 0,
        "selp.b32" or "selp.f32" or "selp.f64" => (a, b, which) => which != 0 ? a : b,
        "add.rn.f32" => (a, b, _) => U(F(a) + F(b)),
        "sub.rn.f32" => (a, b, _) => U(F(a) - F(b)),
        "mul.rn.f32" => (a, b, _) => U(F(a) * F(b)),
        "div.rn.f32" => (a, b, _) => U(F(a) / F(b)),
        "fma.rn.f32" => (a, b, c) => U(MathF.FusedMultiplyAdd(F(a), F(b), F(c))),
        "sqrt.rn.f32" => (a, _, _) => U(MathF.Sqrt(F(a))),
        "abs.f32" => (a, _, _) => U(MathF.Abs(F(a))),
        "neg.f32" => (a, _, _) => U(-F(a)),
        "max.NaN.f32" => (a, b, _) => U(MathF.Max(F(a), F(b))),
        "min.NaN.f32" => (a, b, _) => U(MathF.Min(F(a), F(b))),
        "setp.gt.f32" => (a, b, _) => F(a) > F(b) ? 1ul : 0,
        "add.rn.f64" => (a, b, _) => U(D(a) + D(b)),
        "sub.rn.f64" => (a, b, _) => U(D(a) - D(b)),
        "mul.rn.f64" => (a, b, _) => U(D(a) * D(b)),
        "div.rn.f64" => (a, b, _) => U(D(a) / D(b)),
        "fma.rn.f64" => (a, b, c) => U(Math.FusedMultiplyAdd(D(a), D(b), D(c))),
        "sqrt.rn.f64" => (a, _, _) => U(Math.Sqrt(D(a))),
        "abs.f64" => (a, _, _) => U(Math.Abs(D(a))),
        "neg.f64" => (a, _, _) => U(-D(a)),
        "max.f64" => (a, b, _) => U(double.MaxNumber(D(a), D(b))),
        "min.f64" => (a, b, _) => U(double.MinNumber(D(a), D(b))),
        "setp.gt.f64" => (a, b, _) => D(a) > D(b) ? 1ul : 0,
        "setp.nan.f64" => (a, b, _) => double.IsNaN(D(a)) || double.IsNaN(D(b)) ? 1ul : 0,
        _ => throw new NotSupportedException(op),
    };
}
