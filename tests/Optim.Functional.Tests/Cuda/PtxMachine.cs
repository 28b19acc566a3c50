using System.Globalization;
using System.Text.RegularExpressions;

namespace Optim.Functional.Tests.Cuda;

/// <summary>Runs a kernel in PTX, one thread after another, as far as our kernels go: its addresses are this process's own. Where threads
/// wait for each other they take turns.</summary>
/// <remarks>Operations on numbers are the processor's scalar ones. What is not aligned, or not known, throws.</remarks>
sealed unsafe partial class PtxMachine
{
    delegate int Instruction(ulong[] r, byte* arguments, int at);

    const int Warp = 32;

    readonly List<Instruction> code = [];
    readonly Dictionary<int, (int To, int From, int Delta)?> waits = []; // a shuffle, or null: the whole block
    readonly Dictionary<string, int> labels = [], registers = [], parameters = [];
    const int Thread = 0, Block = 1, BlockSize = 2;

    /// <summary>The text.</summary>
    public string Ptx { get; }

    public PtxMachine(string ptx)
    {
        Ptx = ptx;
        foreach (var special in (string[])["%tid.x", "%ctaid.x", "%ntid.x"]) registers[special] = registers.Count;
        var (head, body) = (ptx[ptx.IndexOf(".entry", StringComparison.Ordinal)..ptx.IndexOf(')')],
            ptx[(ptx.IndexOf('{') + 1)..ptx.LastIndexOf('}')]);
        foreach (Match m in Regex.Matches(head, @"\.param (?:\.align (\d+) )?\.[ufb](\d+) (\w+)(?:\[(\d+)\])?"))
        {
            var size = int.Parse(m.Groups[2].Value) / 8;
            var align = m.Groups[1].Success ? int.Parse(m.Groups[1].Value) : size;
            ArgumentBytes = (ArgumentBytes + align - 1) / align * align;
            parameters[m.Groups[3].Value] = ArgumentBytes;
            ArgumentBytes += m.Groups[4].Success ? int.Parse(m.Groups[4].Value) : size;
        }
        body = Regex.Replace(body, "//.*", "");
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

    /// <summary>Whether its threads wait for each other.</summary>
    bool Waits => waits.Count > 0;

    /// <summary>Whether there must be as many threads as it says: they wait for each other, or do not ask how many there are.</summary>
    public bool NeedsAll => Waits || !Ptx.Contains("%ntid.x");

    public void Launch(int blocks, int threads, ReadOnlySpan<byte> arguments)
    {
        if (arguments.Length != ArgumentBytes) throw new ArgumentException($"{arguments.Length} bytes, wanted {ArgumentBytes}");
        if (Waits)
        {
            fixed (byte* given = arguments)
                for (var block = 0; block < blocks; block++) RunTogether(block, threads, given);
            return;
        }
        var r = new ulong[registers.Count];
        fixed (byte* given = arguments)
            for (var block = 0; block < blocks; block++)
                for (var thread = 0; thread < threads; thread++)
                {
                    Begin(r, block, thread, threads);
                    for (var at = 0; at >= 0;) at = code[at](r, given, at);
                }
    }

    void Begin(ulong[] r, int block, int thread, int threads)
    {
        Array.Clear(r);
        foreach (var (name, register) in registers)
            if (Literal(name) is { } value) r[register] = value;
        (r[Thread], r[Block], r[BlockSize]) = ((ulong)thread, (ulong)block, (ulong)threads);
    }

    /// <summary>Each thread runs until it waits or ends; then those go on for whom all are there.</summary>
    void RunTogether(int block, int threads, byte* given)
    {
        var (all, at) = (new ulong[threads][], new int[threads]);
        for (var t = 0; t < threads; t++) Begin(all[t] = new ulong[registers.Count], block, t, threads);
        while (at.Any(a => a >= 0))
        {
            for (var t = 0; t < threads; t++)
                while (at[t] >= 0 && !waits.ContainsKey(at[t])) at[t] = code[at[t]](all[t], given, at[t]);
            var hasGoneOn = false;
            for (var first = 0; first < threads; first += Warp) hasGoneOn |= Shuffle(all, at, first, Math.Min(threads, first + Warp));
            var waiting = at.Where(a => a >= 0).Distinct().ToArray();
            if (!hasGoneOn && waiting is [var barrier] && waits[barrier] is null)
                for (var t = 0; t < threads; t++) at[t] = at[t] < 0 ? -1 : at[t] + 1;
            else if (!hasGoneOn && waiting.Length > 0) throw new InvalidOperationException("threads wait for each other for ever");
        }
    }

    bool Shuffle(ulong[][] all, int[] at, int first, int end)
    {
        if (at[first] < 0 || waits[at[first]] is not var (to, from, delta)) return false;
        for (var t = first; t < end; t++)
            if (at[t] != at[first]) return false;
        var values = all[first..end].Select(r => r[from]).ToArray();
        for (var t = first; t < end; t++)
        {
            all[t][to] = values[t - first + delta < values.Length ? t - first + delta : t - first];
            at[t]++;
        }
        return true;
    }

    static ulong? Literal(string name) =>
        name.StartsWith("0x") ? ulong.Parse(name[2..], NumberStyles.HexNumber) :
        name.StartsWith("0f") ? uint.Parse(name[2..], NumberStyles.HexNumber)
        : name.StartsWith("0d") ? ulong.Parse(name[2..], NumberStyles.HexNumber)
        : char.IsAsciiDigit(name[0]) ? ulong.Parse(name) : null;

    int Register(string name)
    {
        if (registers.TryGetValue(name, out var known)) return known;
        if (name[0] != '%' && Literal(name) is null) throw new NotSupportedException(name);
        return registers[name] = registers.Count;
    }

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
            case "bar.sync":
                waits[code.Count] = null;
                return To(-1);
            case "shfl.sync.down.b32":
                waits[code.Count] = (Register(words[1]), Register(words[2]), int.Parse(words[3]));
                return To(-1);
            case "mov.b64" when words.Length == 4: return Halves(line, words);
            case "mov.u64" when parameters.TryGetValue(words[2], out var place): return Address(Register(words[1]), (ulong)place);
        }
        if (op.StartsWith("ld.param") && words[2][0] == '%') return Indexed(words, Bits(op) / 8);
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

    static Instruction Address(int to, ulong place) => (r, _, at) =>
    {
        r[to] = place;
        return at + 1;
    };

    /// <summary>A parameter whose place is computed.</summary>
    Instruction Indexed(string[] words, int size)
    {
        var (to, parts) = (Register(words[1]), words[2].Split('+'));
        var (place, offset) = (Register(parts[0]), int.Parse(parts[1]));
        return (r, arguments, at) =>
        {
            var from = (long)r[place] + offset;
            if (from < 0 || from + size > ArgumentBytes || from % size != 0) throw new InvalidOperationException($"no parameter at {from}");
            r[to] = size == 8 ? *(ulong*)(arguments + from) : *(uint*)(arguments + from);
            return at + 1;
        };
    }

    /// <summary>64 bits taken apart, or put together.</summary>
    Instruction Halves(string line, string[] words)
    {
        var (a, b, c) = (Register(words[1]), Register(words[2]), Register(words[3]));
        if (line.IndexOf('{') < line.IndexOf(','))
            return (r, _, at) =>
            {
                (r[a], r[b]) = ((uint)r[c], r[c] >> 32);
                return at + 1;
            };
        return (r, _, at) =>
        {
            r[a] = (uint)r[b] | r[c] << 32;
            return at + 1;
        };
    }

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
}
