using System.Globalization;
using System.Text;

namespace Optim.Functional.Cuda;

/// <summary>A step's code as formulas: in the paper's letters as far as names are known, else with temporaries.</summary>
/// <remarks>θ, g and the slots as they were, with ' as they become. A product that is added with one rounding stands without parentheses,
/// one that is rounded first has them.</remarks>
sealed class FormulaText
{
    const int Width = 100;

    /// <summary>What slots are called in papers.</summary>
    static readonly Dictionary<string, string> letters = (
        "exp_avg m, exp_avg_sq v, max_exp_avg_sq v_max, exp_inf u_max, momentum_buffer b, square_avg v, grad_avg a, acc_delta Δ, sum G, "
        + "exp_avg_var s, exp_avg_slow m2, exp_avg_fast m1, exp_avg_diff d, neg_pre_grad n, prev g_last, last_grad g_last, hessian h")
        .Split(", ").ToDictionary(pair => pair.Split(' ')[0], pair => pair.Split(' ')[1]);

    /// <summary>How strongly an expression binds.</summary>
    enum Binding { Choice, Sum, Product, Sign, Whole }

    readonly StepCode code;
    readonly string[] streams;
    readonly Dictionary<int, string> named = [];
    readonly List<(string Name, string Text)> lines = [];

    FormulaText(StepCode code, IReadOnlyList<string> slots)
    {
        this.code = code;
        var own = slots.Select(key => letters.GetValueOrDefault(key, key)).ToArray();
        streams = ["θ", "g", .. own.Distinct().Count() == own.Length ? own : slots];
    }

    /// <param name="code">The code.</param>
    /// <param name="slots">The keys of the slots.</param>
    /// <returns>The lines, and what each slot is called.</returns>
    public static (string Text, string[] Slots) Print(StepCode code, IReadOnlyList<string> slots)
    {
        var text = new FormulaText(code, slots);
        return (text.Print(), text.streams[2..]);
    }

    string Print()
    {
        var uses = new int[code.Nodes.Length];
        foreach (var node in code.Nodes)
            foreach (var operand in node.Operands) uses[operand]++;
        foreach (var result in code.Results) uses[result]++;
        var results = Enumerable.Range(0, code.Streams).Where(s => code.ResultOf(s) is not null).ToLookup(s => code.ResultOf(s)!.Value);
        for (var (i, temporaries) = (0, 0); i < code.Nodes.Length; i++)
        {
            var (node, own) = (code.Nodes[i], results[i].Select(s => streams[s] + "'").ToArray());
            if (!node.Computes && own.Length == 0) continue;
            if (own.Length == 0 && !code.Names.ContainsKey(i) && (uses[i] < 2 || IsPartOfSign(i))) continue;
            var name = own.FirstOrDefault() ?? code.Names.GetValueOrDefault(i) ?? $"t{++temporaries}";
            lines.Add((name, Expression(i)));
            foreach (var other in own.Skip(1)) lines.Add((other, name));
            if (node.Computes) named[i] = name;
        }
        if (code.ResultOf(0) is null) lines.Add(("θ'", "θ"));
        var column = lines.Max(l => l.Name.Length);
        return string.Concat(lines.Select(l => Line($"{l.Name.PadLeft(column)} = ", l.Text)));
    }

    static string Line(string start, string text)
    {
        var (all, width) = (new StringBuilder(start), start.Length);
        foreach (var word in text.Split(' '))
        {
            if (width + word.Length > Width)
            {
                all.Append('\n').Append(' ', start.Length);
                width = start.Length;
            }
            all.Append(word).Append(' ');
            width += word.Length + 1;
        }
        return all.ToString().TrimEnd() + "\n";
    }

    string Expression(int i) => Of(i, isOpened: true).Text;

    string At(int i, Binding least)
    {
        var (text, binding) = Of(i);
        return binding < least ? $"({text})" : text;
    }

    (string Text, Binding Binding) Of(int i, bool isOpened = false)
    {
        if (!isOpened && named.TryGetValue(i, out var name)) return (name, Binding.Whole);
        var node = code.Nodes[i];
        return node.Op switch
        {
            Op.Input => (streams[node.A], Binding.Whole),
            Op.Argument => (code.ArgumentNames[node.A], Binding.Whole),
            Op.Literal => Literal(node.Value),
            Op.Add => ($"{Rounded(node.A)} + {Rounded(node.B)}", Binding.Sum),
            Op.Subtract => ($"{Rounded(node.A)} - {Rounded(node.B, Binding.Product)}", Binding.Sum),
            Op.Multiply => ($"{At(node.A, Binding.Product)}·{At(node.B, Binding.Sign)}", Binding.Product),
            Op.Divide => ($"{At(node.A, Binding.Product)}/{At(node.B, Binding.Whole)}", Binding.Product),
            Op.Negate => ($"-{At(node.A, Binding.Sign)}", Binding.Sign),
            Op.Sqrt => ($"√{At(node.A, Binding.Whole)}", Binding.Whole),
            Op.Abs => ($"|{Expression(node.A, named)}|", Binding.Whole),
            Op.Max => ($"max({Expression(node.A, named)}, {Expression(node.B, named)})", Binding.Whole),
            Op.Min => ($"min({Expression(node.A, named)}, {Expression(node.B, named)})", Binding.Whole),
            Op.Fma => (Fused(node), Binding.Sum),
            _ => SignOf(i) is { } x ? ($"sign({Expression(x, named)})", Binding.Whole) : (Choice(node), Binding.Choice),
        };
    }

    string Expression(int i, Dictionary<int, string> known) => known.TryGetValue(i, out var name) ? name : Expression(i);

    string Choice(Node node) =>
        $"{At(node.A, Binding.Sum)} > {At(node.B, Binding.Sum)} ? {At(node.C, Binding.Sum)} : {At(node.D, Binding.Sum)}";

    /// <summary>a·b + c, with what it corrects first: m + β(g - m).</summary>
    string Fused(Node node)
    {
        var product = $"{At(node.A, Binding.Product)}·{At(node.B, Binding.Sign)}";
        var isCorrection = code.Nodes[node.B] is { Op: Op.Subtract } difference && (difference.B == node.C || difference.A == node.C);
        return isCorrection ? $"{At(node.C, Binding.Product)} + {product}" : $"{product} + {Rounded(node.C)}";
    }

    /// <summary>A term: a product in parentheses has been rounded.</summary>
    string Rounded(int i, Binding least = Binding.Sum) =>
        !named.ContainsKey(i) && code.Nodes[i].Op == Op.Multiply ? $"({Expression(i)})" : At(i, least);

    static (string, Binding) Literal(double x)
    {
        var text = (double.IsNegative(x) ? "-" : "") + Math.Abs(x).ToString(CultureInfo.InvariantCulture);
        return (text, double.IsNegative(x) ? Binding.Sign : Binding.Whole);
    }

    /// <summary>The x of x > 0 ? 1 : 0 > x ? -1 : 0.</summary>
    int? SignOf(int i) =>
        code.Nodes[i] is { Op: Op.WhereGreater } outer && Is(outer.B, 0) && Is(outer.C, 1)
        && code.Nodes[outer.D] is { Op: Op.WhereGreater } inner && Is(inner.A, 0) && inner.B == outer.A && Is(inner.C, -1) && Is(inner.D, 0)
            ? outer.A : null;

    bool IsPartOfSign(int i) => Enumerable.Range(i + 1, code.Nodes.Length - i - 1).Any(k => SignOf(k) is not null && code.Nodes[k].D == i);

    bool Is(int i, double x) => code.Nodes[i] is { Op: Op.Literal } literal && literal.Value.Equals(x);
}
