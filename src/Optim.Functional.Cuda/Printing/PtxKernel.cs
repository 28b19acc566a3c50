using System.Globalization;
using System.Text;

namespace Optim.Functional.Cuda;

/// <summary>A kernel in PTX that computes a formula: its lines, registers and constants.</summary>
/// <remarks>
/// Tensors are rows of a table: the addresses of θ, g and the slots, then the length and where their turn's constants begin, of 8 bytes
/// each. The constants of all turns of a launch are arguments of it, side by side. What is computed of constants alone is computed once.
/// </remarks>
abstract class PtxKernel
{
    /// <summary>Bytes of a launch's constants, at most: arguments may be 4096 bytes in all.</summary>
    const int MostConstants = 3584;

    protected readonly StepCode code;
    protected readonly ElementType type;
    readonly StringBuilder body = new();
    readonly string[] uniform;
    int numbers, doubles, predicates = 4;

    protected PtxKernel(StepCode code, ElementType type) => (this.code, this.type, uniform) = (code, type, new string[code.Nodes.Length]);

    /// <summary>Bytes of a turn's constants.</summary>
    public static int RowBytes(StepCode code, ElementType type) => code.ArgumentNames.Length * type.Size;

    /// <summary>Turns of a launch.</summary>
    public static int Rows(StepCode code, ElementType type) => Math.Max(1, MostConstants / Math.Max(1, RowBytes(code, type)));

    /// <summary>Bytes of a launch's constants.</summary>
    public static int ConstantBytes(StepCode code, ElementType type) => Math.Max(8, Rows(code, type) * RowBytes(code, type) / 8 * 8 + 8);

    public const string Header = ".version 7.0\n.target sm_80\n.address_size 64\n\n";

    /// <param name="parameters">Its parameters before the constants.</param>
    /// <param name="threads">Threads of a block, at most.</param>
    /// <param name="addresses">How many registers of 64 bits it takes.</param>
    protected string Text(string[] parameters, int threads, int addresses)
    {
        string[] all = [.. parameters, $".align 8 .b8 constants[{ConstantBytes(code, type)}]"];
        var text = new StringBuilder(Header);
        text.Append(CultureInfo.InvariantCulture, $".visible .entry {PtxText.Entry}(\n\t.param {string.Join(",\n\t.param ", all)}\n)\n");
        text.Append(CultureInfo.InvariantCulture, $".maxntid {threads}\n{{\n\t.reg .pred %p<{predicates}>;\n\t.reg .b32 %r<16>;\n");
        text.Append(CultureInfo.InvariantCulture, $"\t.reg .b64 %rd<{addresses}>;\n");
        if (numbers > 0) text.Append(CultureInfo.InvariantCulture, $"\t.reg .{type.Ptx} %x<{numbers}>;\n");
        if (doubles > 0) text.Append(CultureInfo.InvariantCulture, $"\t.reg .f64 %d<{doubles}>;\n");
        return text.Append(body).Append("}\n").ToString();
    }

    protected void Line(string text, string? comment = null) =>
        body.Append('\t').Append(text).Append(comment is null ? ";\n" : $"; // {comment}\n");

    /// <summary>The block's tensor: the address of its row of the table, %rd0, and the number of its chunk, %r2.</summary>
    /// <param name="numbers">Numbers of a row.</param>
    protected void FindRow(int numbers)
    {
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
    }

    protected void Label(string name) => body.Append(name).Append(":\n");

    protected string Number() => $"%x{numbers++}";

    protected string Double() => $"%d{doubles++}";

    protected string Predicate() => $"%p{predicates++}";

    /// <summary>Computes what is the same for all elements; %rd8 is the address of the turn's constants.</summary>
    protected void Uniforms()
    {
        for (var i = 0; i < code.Nodes.Length; i++)
            if (code.IsUniform(i)) uniform[i] = Uniform(code.Nodes[i]);
    }

    string Uniform(Node node) => node.Op switch
    {
        Op.Literal => type.PtxLiteral(node.Value),
        Op.Argument => Constant(node.A),
        Op.Factor => Factor(node.A, isNegative: node.Bits != 0),
        _ => Compute(node, x => uniform[x]),
    };

    string Constant(int k)
    {
        var register = Number();
        Line($"ld.param.{type.Ptx} {register}, [%rd8+{k * type.Size}]", Ascii.Argument(k, code.ArgumentNames[k]));
        return register;
    }

    /// <summary>A factor that is on the device, in double.</summary>
    string Factor(int number, bool isNegative)
    {
        var from = Double();
        Line("ld.param.u64 %rd7, [factor]");
        Line("cvta.to.global.u64 %rd7, %rd7");
        Line($"ld.global.f64 {from}, [%rd7+{8 * number}]");
        if (isNegative) Line($"neg.f64 {from}, {from}");
        if (type.IsDouble) return from;
        var register = Number();
        Line($"cvt.rn.f32.f64 {register}, {from}");
        return register;
    }

    /// <summary>The operands of all nodes, at an element whose streams are in these registers.</summary>
    protected string[] Element(string[] loaded)
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
                var isGreater = Predicate();
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
        var (isNaN, nan, number) = (Predicate(), Number(), Number());
        Line($"setp.nan.f64 {isNaN}, {a}, {b}");
        Line($"add.rn.f64 {nan}, {a}, {b}");
        Line($"{op}.f64 {number}, {a}, {b}");
        Line($"selp.f64 {into}, {nan}, {number}, {isNaN}");
    }
}
