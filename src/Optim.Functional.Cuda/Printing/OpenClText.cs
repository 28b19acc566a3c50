using System.Globalization;
using System.Text;

namespace Optim.Functional.Cuda;

/// <summary>A step's code as a kernel in OpenCL C, over one tensor: a second reading of it, and one for other devices.</summary>
/// <remarks>In float it is to be built with -cl-fp32-correctly-rounded-divide-sqrt, where a device has that.</remarks>
sealed class OpenClText(StepCode code, ElementType type)
{
    readonly StringBuilder text = new();

    public static string Print(StepCode code, ElementType type) => new OpenClText(code, type).Print();

    string Print()
    {
        text.Append(type.IsDouble
            ? "#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n"
            : "// Build with -cl-fp32-correctly-rounded-divide-sqrt.\n");
        text.Append("#pragma OPENCL FP_CONTRACT OFF\n\n");
        string[] streams = [.. Enumerable.Range(0, code.Streams).Where(code.Uses).Select(s =>
            $"global {(code.ResultOf(s) is null ? "const " : "")}{type.C}* {Stream(s)}")];
        string[] arguments = [.. code.ArgumentNames.Select((name, k) => $"const {type.C} {Ascii.Argument(k, name)}")];
        text.Append($"kernel void {PtxText.Entry}(\n    {string.Join(",\n    ", [.. streams, .. arguments, "const ulong n"])})\n{{\n");
        text.Append("    const ulong i = get_global_id(0);\n    if (i >= n) return;\n");
        for (var s = 0; s < code.Streams; s++)
            if (code.Reads(s)) text.Append(CultureInfo.InvariantCulture, $"    const {type.C} {Element(s)} = {Stream(s)}[i];\n");
        for (var i = 0; i < code.Nodes.Length; i++)
            if (code.Nodes[i].Computes) text.Append($"    const {type.C} v{i} = {Expression(code.Nodes[i])};\n");
        for (var s = 0; s < code.Streams; s++)
            if (code.ResultOf(s) is { } node) text.Append($"    {Stream(s)}[i] = {At(node)};\n");
        return text.Append("}\n").ToString();
    }

    static string Stream(int s) => s switch { 0 => "params", 1 => "grads", _ => $"slot{s - 1}" };

    static string Element(int s) => s switch { 0 => "p", 1 => "g", _ => $"s{s - 1}" };

    string At(int i) => code.Nodes[i] switch
    {
        { Op: Op.Input, A: var stream } => Element(stream),
        { Op: Op.Argument, A: var k } => Ascii.Argument(k, code.ArgumentNames[k]),
        { Op: Op.Literal, Value: var x } => Literal(x),
        _ => $"v{i}",
    };

    /// <summary>One of the few that formulas have by nature, all of which have one digit after the point at most.</summary>
    string Literal(double x)
    {
        var number = Math.Abs(x).ToString("0.0", CultureInfo.InvariantCulture) + (type.IsDouble ? "" : "f");
        return double.IsNegative(x) ? $"(-{number})" : number;
    }

    string Expression(in Node node)
    {
        var (a, b) = (At(node.A), node.B < 0 ? "" : At(node.B));
        return node.Op switch
        {
            Op.Add => $"{a} + {b}",
            Op.Subtract => $"{a} - {b}",
            Op.Multiply => $"{a} * {b}",
            Op.Divide => $"{a} / {b}",
            Op.Negate => $"-{a}",
            Op.Sqrt => $"sqrt({a})",
            Op.Abs => $"fabs({a})",
            Op.Fma => $"fma({a}, {b}, {At(node.C)})",
            Op.Max => Extreme("fmax", a, b, ifNegative: b, otherwise: a),
            Op.Min => Extreme("fmin", a, b, ifNegative: a, otherwise: b),
            _ => $"{a} > {b} ? {At(node.C)} : {At(node.D)}",
        };
    }

    /// <summary>A NaN stays one, and 0 is more than -0: fmax and fmin leave both open.</summary>
    static string Extreme(string op, string a, string b, string ifNegative, string otherwise) =>
        $"isnan({a}) || isnan({b}) ? {a} + {b} : {a} == {b} ? (signbit({a}) ? {ifNegative} : {otherwise}) : {op}({a}, {b})";
}
