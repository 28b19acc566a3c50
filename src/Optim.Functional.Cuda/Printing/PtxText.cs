using System.Globalization;
using System.Text;

namespace Optim.Functional.Cuda;

/// <summary>A step's code as a kernel in PTX, over many tensors in one launch; the driver compiles it.</summary>
/// <remarks>
/// The kernel is given two tables. tensors: for each tensor the addresses of θ, g and the slots, then its length, of 8 bytes each. blocks:
/// for each block of the launch the number of a tensor and that of a chunk of it, of 4 bytes each. Then come the constants. Whether all
/// streams of a chunk can be read 16 bytes at a time is decided here, from their addresses: what cannot, and the rest, goes one by one.
/// Every operation is rounded once, to nearest (.rn), denormal numbers are kept, and nothing is fused that the formula has not.
/// </remarks>
sealed class PtxText
{
    /// <summary>Elements of a block.</summary>
    public const int Chunk = 1 << 15;

    /// <summary>Threads of a block, at most.</summary>
    public const int Threads = 256;

    /// <summary>No kernel is called step: OpenCL has a function of that name.</summary>
    public const string Entry = "optim_step";

    /// <summary>max.NaN and min.NaN, which keep a NaN, came with it.</summary>
    public const int ComputeCapability = 80;

    const int FirstBase = 10, FirstAddress = 20;

    readonly StepCode code;
    readonly ElementType type;
    readonly StringBuilder body = new();
    readonly string[] uniform;
    int numbers, predicates = 3;

    PtxText(StepCode code, ElementType type) => (this.code, this.type, uniform) = (code, type, new string[code.Nodes.Length]);

    public static string Print(StepCode code, ElementType type) => new PtxText(code, type).Print();

    string Print()
    {
        Start();
        Vectors();
        Rest();
        var text = new StringBuilder($".version 7.0\n.target sm_{ComputeCapability}\n.address_size 64\n\n");
        text.Append(CultureInfo.InvariantCulture, $".visible .entry {Entry}(\n\t.param .u64 tensors,\n\t.param .u64 blocks");
        for (var k = 0; k < code.ArgumentNames.Length; k++) text.Append($",\n\t.param .{type.Ptx} {Argument(k)}");
        text.Append(CultureInfo.InvariantCulture, $"\n)\n.maxntid {Threads}\n{{\n\t.reg .pred %p<{predicates}>;\n\t.reg .b32 %r<9>;\n");
        text.Append(CultureInfo.InvariantCulture, $"\t.reg .b64 %rd<{FirstAddress + code.Streams}>;\n");
        if (numbers > 0) text.Append(CultureInfo.InvariantCulture, $"\t.reg .{type.Ptx} %x<{numbers}>;\n");
        return text.Append(body).Append("}\n").ToString();
    }

    void Line(string text) => body.Append('\t').Append(text).Append(";\n");

    void Label(string name) => body.Append(name).Append(":\n");

    string Argument(int k) => Ascii.Argument(k, code.ArgumentNames[k]);

    string Number() => $"%x{numbers++}";

    IEnumerable<int> Used => Enumerable.Range(0, code.Streams).Where(code.Uses);

    static string Base(int stream) => $"%rd{FirstBase + stream}";

    static string Address(int stream) => $"%rd{FirstAddress + stream}";

    /// <summary>Constants, and what is the same for all elements; then the block's tensor and chunk: its addresses, its length %r3, and how
    /// many wide accesses there are, %r4.</summary>
    void Start()
    {
        for (var i = 0; i < code.Nodes.Length; i++)
            if (code.IsUniform(i)) uniform[i] = Uniform(code.Nodes[i]);
        Line("ld.param.u64 %rd0, [tensors]");
        Line("cvta.to.global.u64 %rd0, %rd0");
        Line("ld.param.u64 %rd1, [blocks]");
        Line("cvta.to.global.u64 %rd1, %rd1");
        Line("mov.u32 %r0, %ctaid.x");
        Line("mul.wide.u32 %rd2, %r0, 8");
        Line("add.s64 %rd1, %rd1, %rd2");
        Line("ld.global.v2.u32 {%r1, %r2}, [%rd1]");
        Line($"mul.wide.u32 %rd2, %r1, {8 * (code.Streams + 1)}");
        Line("add.s64 %rd0, %rd0, %rd2");
        foreach (var s in Used) Line($"ld.global.u64 {Base(s)}, [%rd0+{8 * s}]");
        Line($"ld.global.u64 %rd3, [%rd0+{8 * code.Streams}]");
        Line($"mul.wide.u32 %rd4, %r2, {Chunk}");
        Line("sub.s64 %rd3, %rd3, %rd4");
        Line($"min.s64 %rd3, %rd3, {Chunk}");
        Line("cvt.u32.u64 %r3, %rd3");
        Line($"mul.lo.s64 %rd4, %rd4, {type.Size}");
        Line("mov.u64 %rd5, 0");
        foreach (var s in Used)
        {
            Line($"add.s64 {Base(s)}, {Base(s)}, %rd4");
            Line($"or.b64 %rd5, %rd5, {Base(s)}");
            Line($"cvta.to.global.u64 {Base(s)}, {Base(s)}");
        }
        Line("and.b64 %rd5, %rd5, 15");
        Line("setp.eq.s64 %p0, %rd5, 0");
        Line($"shr.u32 %r4, %r3, {(type.IsDouble ? 1 : 2)}");
        Line("selp.b32 %r4, %r4, 0, %p0");
        Line("mov.u32 %r5, %tid.x");
        Line("mov.u32 %r6, %ntid.x");
    }

    string Uniform(Node node)
    {
        if (node.Op == Op.Literal) return type.PtxLiteral(node.Value);
        if (node.Op != Op.Argument) return Compute(node, x => uniform[x]);
        var register = Number();
        Line($"ld.param.{type.Ptx} {register}, [{Argument(node.A)}]");
        return register;
    }

    void Vectors()
    {
        var w = type.Wide;
        Line("mov.u32 %r7, %r5");
        Label("WIDE");
        Line("setp.ge.u32 %p1, %r7, %r4");
        Line("@%p1 bra EDGE");
        Line("mul.wide.u32 %rd6, %r7, 16");
        var loaded = new string[w][];
        for (var e = 0; e < w; e++) loaded[e] = new string[code.Streams];
        foreach (var s in Used)
        {
            Line($"add.s64 {Address(s)}, {Base(s)}, %rd6");
            if (!code.Reads(s)) continue;
            for (var e = 0; e < w; e++) loaded[e][s] = Number();
            Line($"ld.global.v{w}.{type.Ptx} {{{string.Join(", ", loaded.Select(x => x[s]))}}}, [{Address(s)}]");
        }
        var results = Array.ConvertAll(loaded, Element);
        foreach (var s in Used)
            if (code.ResultOf(s) is { } node)
                Line($"st.global.v{w}.{type.Ptx} [{Address(s)}], {{{string.Join(", ", results.Select(x => x[node]))}}}");
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
        var loaded = new string[code.Streams];
        foreach (var s in Used)
        {
            Line($"add.s64 {Address(s)}, {Base(s)}, %rd6");
            if (code.Reads(s)) Line($"ld.global.{type.Ptx} {loaded[s] = Number()}, [{Address(s)}]");
        }
        var results = Element(loaded);
        foreach (var s in Used)
            if (code.ResultOf(s) is { } node) Line($"st.global.{type.Ptx} [{Address(s)}], {results[node]}");
        Line("add.u32 %r7, %r7, %r6");
        Line("bra ONE");
        Label("DONE");
        Line("ret");
    }

    /// <summary>The operands of all nodes, at an element whose streams are in these registers.</summary>
    string[] Element(string[] loaded)
    {
        var at = (string[])uniform.Clone();
        for (var i = 0; i < at.Length; i++)
            if (!code.IsUniform(i))
                at[i] = code.Nodes[i] is { Op: Op.Input } input ? loaded[input.A] : Compute(code.Nodes[i], x => at[x]);
        return at;
    }

    string Compute(in Node node, Func<int, string> at)
    {
        var (t, into) = (type.Ptx, Number());
        var (a, b) = (at(node.A), node.B < 0 ? "" : at(node.B));
        switch (node.Op)
        {
            case Op.Add: Line($"add.rn.{t} {into}, {a}, {b}"); break;
            case Op.Subtract: Line($"sub.rn.{t} {into}, {a}, {b}"); break;
            case Op.Multiply: Line($"mul.rn.{t} {into}, {a}, {b}"); break;
            case Op.Divide: Line($"div.rn.{t} {into}, {a}, {b}"); break;
            case Op.Negate: Line($"neg.{t} {into}, {a}"); break;
            case Op.Abs: Line($"abs.{t} {into}, {a}"); break;
            case Op.Sqrt: Line($"sqrt.rn.{t} {into}, {a}"); break;
            case Op.Fma: Line($"fma.rn.{t} {into}, {a}, {b}, {at(node.C)}"); break;
            case Op.Max: Extreme("max", into, a, b); break;
            case Op.Min: Extreme("min", into, a, b); break;
            default:
                var isGreater = $"%p{predicates++}";
                Line($"setp.gt.{t} {isGreater}, {a}, {b}");
                Line($"selp.{t} {into}, {at(node.C)}, {at(node.D)}, {isGreater}");
                break;
        }
        return into;
    }

    /// <summary>There is no max.NaN.f64: max.f64 drops a NaN, so it is put back.</summary>
    void Extreme(string op, string into, string a, string b)
    {
        if (!type.IsDouble)
        {
            Line($"{op}.NaN.f32 {into}, {a}, {b}");
            return;
        }
        var (isNaN, nan, number) = ($"%p{predicates++}", Number(), Number());
        Line($"setp.nan.f64 {isNaN}, {a}, {b}");
        Line($"add.rn.f64 {nan}, {a}, {b}");
        Line($"{op}.f64 {number}, {a}, {b}");
        Line($"selp.f64 {into}, {nan}, {number}, {isNaN}");
    }
}
