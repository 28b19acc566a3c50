using System.Globalization;
using System.Text.RegularExpressions;

namespace Optim.Functional.Tests.Cuda;

/// <summary>Runs a kernel in PTX, one thread after another, as far as our kernels go: its addresses are this process's own.</summary>
/// <remarks>Operations on numbers are the processor's scalar ones. What is not aligned, or not known, throws.</remarks>
sealed unsafe class PtxMachine
{
    delegate int Instruction(ulong[] r, byte* arguments, int at);

    readonly List<Instruction> code = [];
    readonly Dictionary<string, int> labels = [], registers = [], parameters = [];
    const int Thread = 0, Block = 1, BlockSize = 2;

    public PtxMachine(string ptx)
    {
        foreach (var special in (string[])["%tid.x", "%ctaid.x", "%ntid.x"]) registers[special] = registers.Count;
        var (head, body) = (ptx[ptx.IndexOf(".entry", StringComparison.Ordinal)..ptx.IndexOf(')')],
            ptx[(ptx.IndexOf('{') + 1)..ptx.LastIndexOf('}')]);
        foreach (Match m in Regex.Matches(head, @"\.param \.[uf](\d+) (\w+)"))
        {
            var size = int.Parse(m.Groups[1].Value) / 8;
            ArgumentBytes = (ArgumentBytes + size - 1) / size * size;
            parameters[m.Groups[2].Value] = ArgumentBytes;
            ArgumentBytes += size;
        }
        var parts = Regex.Replace(body, @"^(\w+):", "$1:;", RegexOptions.Multiline).Split(';');
        string[] lines = [.. parts.Select(l => l.Trim()).Where(l => l.Length > 0)];
        var count = 0;
        foreach (var line in lines)
            if (line.EndsWith(':')) labels[line[..^1]] = count;
            else if (!line.StartsWith('.')) count++;
        foreach (var line in lines)
            if (!line.EndsWith(':') && !line.StartsWith('.')) code.Add(Decode(line));
    }

    /// <summary>Bytes of a launch's arguments.</summary>
    public int ArgumentBytes { get; private set; }

    public void Launch(int blocks, int threads, ReadOnlySpan<byte> arguments)
    {
        if (arguments.Length != ArgumentBytes) throw new ArgumentException($"{arguments.Length} bytes, wanted {ArgumentBytes}");
        var r = new ulong[registers.Count];
        fixed (byte* given = arguments)
            for (var block = 0; block < blocks; block++)
                for (var thread = 0; thread < threads; thread++)
                {
                    Array.Clear(r);
                    foreach (var (name, register) in registers)
                        if (Literal(name) is { } value) r[register] = value;
                    (r[Thread], r[Block], r[BlockSize]) = ((ulong)thread, (ulong)block, (ulong)threads);
                    for (var at = 0; at >= 0;) at = code[at](r, given, at);
                }
    }

    static ulong? Literal(string name) =>
        name.StartsWith("0f") ? uint.Parse(name[2..], NumberStyles.HexNumber)
        : name.StartsWith("0d") ? ulong.Parse(name[2..], NumberStyles.HexNumber)
        : char.IsAsciiDigit(name[0]) ? ulong.Parse(name) : null;

    int Register(string name)
    {
        if (registers.TryGetValue(name, out var known)) return known;
        if (name[0] != '%' && Literal(name) is null) throw new NotSupportedException(name);
        return registers[name] = registers.Count;
    }

    static float F(ulong x) => BitConverter.UInt32BitsToSingle((uint)x);
    static ulong U(float x) => BitConverter.SingleToUInt32Bits(x);
    static double D(ulong x) => BitConverter.UInt64BitsToDouble(x);
    static ulong U(double x) => BitConverter.DoubleToUInt64Bits(x);

    Instruction Decode(string line)
    {
        var words = Regex.Split(line, @"[,{}\[\]\s]+").Where(w => w.Length > 0).ToArray();
        if (words[0][0] == '@')
        {
            if (words is not [_, "bra", var label]) throw new NotSupportedException(line);
            var (when, target) = (Register(words[0][1..]), labels[label]);
            return (r, _, at) => r[when] != 0 ? target : at + 1;
        }
        var op = words[0];
        switch (op)
        {
            case "ret": return (_, _, _) => -1;
            case "bra": return To(labels[words[1]]);
        }
        if (op.StartsWith("ld.param")) return Parameter(Register(words[1]), parameters[words[2]], Bits(op) / 8);
        if (op.StartsWith("ld.global") || op.StartsWith("st.global")) return Memory(op, words[1..]);
        var (to, a) = (Register(words[1]), Register(words[2]));
        var (b, c) = (words.Length > 3 ? Register(words[3]) : a, words.Length > 4 ? Register(words[4]) : a);
        var known = Operation(op);
        return (r, _, at) =>
        {
            r[to] = known(r[a], r[b], r[c]);
            return at + 1;
        };
    }

    static Instruction To(int target) => (_, _, _) => target;

    static Instruction Parameter(int to, int from, int size) => (r, arguments, at) =>
    {
        r[to] = size == 8 ? *(ulong*)(arguments + from) : *(uint*)(arguments + from);
        return at + 1;
    };

    static int Bits(string op) => int.Parse(op[^2..]);

    Instruction Memory(string op, string[] words)
    {
        var (isLoad, size) = (op.StartsWith("ld"), Bits(op) / 8);
        var address = isLoad ? words[^1] : words[0];
        var plus = address.IndexOf('+');
        var (place, offset) = (Register(plus < 0 ? address : address[..plus]), plus < 0 ? 0 : long.Parse(address[(plus + 1)..]));
        var values = (isLoad ? words[..^1] : words[1..]).Select(Register).ToArray();
        if (values.Length != (op.Contains(".v4.") ? 4 : op.Contains(".v2.") ? 2 : 1)) throw new NotSupportedException(op);
        return (r, _, at) =>
        {
            var from = (byte*)r[place] + offset;
            if ((ulong)from % (ulong)(size * values.Length) != 0) throw new InvalidOperationException($"{op}: not aligned");
            for (var k = 0; k < values.Length; k++)
                if (isLoad) r[values[k]] = size == 8 ? ((ulong*)from)[k] : ((uint*)from)[k];
                else if (size == 8) ((ulong*)from)[k] = r[values[k]];
                else ((uint*)from)[k] = (uint)r[values[k]];
            return at + 1;
        };
    }

    static Func<ulong, ulong, ulong, ulong> Operation(string op) => op switch
    {
        "mov.u32" or "mov.u64" or "cvta.to.global.u64" => (a, _, _) => a,
        "cvt.u32.u64" => (a, _, _) => (uint)a,
        "add.u32" => (a, b, _) => (uint)(a + b),
        "add.s64" => (a, b, _) => a + b,
        "sub.s64" => (a, b, _) => a - b,
        "min.s64" => (a, b, _) => (ulong)Math.Min((long)a, (long)b),
        "mul.wide.u32" => (a, b, _) => (ulong)(uint)a * (uint)b,
        "mul.lo.s64" => (a, b, _) => a * b,
        "or.b64" => (a, b, _) => a | b,
        "and.b64" => (a, b, _) => a & b,
        "shl.b32" => (a, b, _) => (uint)a << (int)b,
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
