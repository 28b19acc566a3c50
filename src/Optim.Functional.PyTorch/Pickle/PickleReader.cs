using System.Buffers.Binary;
using System.Numerics;

namespace Optim.Functional.PyTorch;

/// <summary>Reads a pickle that holds a state dict. It is a machine with a stack and a memo, whose instructions make values and nothing
/// else; a name that is not in <see cref="PickleGlobals"/> ends it.</summary>
/// <remarks>The instructions are those of Python's pickletools, protocols 2 to 5, less those that call what is named.</remarks>
sealed partial class PickleReader
{
    const int NewestProtocol = 5;

    readonly PickleBytes bytes;
    readonly Func<object?, SavedStorage> storages;
    long left;
    readonly List<object?> stack = [];
    readonly Stack<int> marks = [];
    readonly Dictionary<ulong, object?> memo = [];

    /// <param name="bytes">What to read.</param>
    /// <param name="storages">Finds the storage of a persistent id.</param>
    /// <param name="most">Bytes that all tensors together may have: views may claim more of them than there are.</param>
    PickleReader(PickleBytes bytes, Func<object?, SavedStorage> storages, long most) =>
        (this.bytes, this.storages, left) = (bytes, storages, most);

    /// <summary>One pickle: where the bytes then stand is what follows it.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or names what it may not.</exception>
    public static object? Read(PickleBytes bytes, Func<object?, SavedStorage> storages, long most)
    {
        var start = bytes.Position;
        var root = new PickleReader(bytes, storages, most).Run();
        Tree.Check(bytes.File, root, bytes.Position - start);
        return root;
    }

    object? Run()
    {
        while (true)
        {
            var (at, op) = (bytes.Position, (Op)bytes.Next());
            if (op == Op.Stop) return stack.Count == 1 && marks.Count == 0 ? stack[0] : throw Broken($"{stack.Count} values are left");
            Step(op, at);
        }
    }

    void Step(Op op, long at)
    {
        switch (op)
        {
            case Op.Proto:
                if (bytes.Next() is > NewestProtocol and var protocol) throw Broken($"protocol {protocol} is not known");
                break;
            case Op.Frame: bytes.Unsigned(8); break;
            case Op.Mark: marks.Push(stack.Count); break;

            case Op.None: stack.Add(null); break;
            case Op.NewTrue: stack.Add(true); break;
            case Op.NewFalse: stack.Add(false); break;
            case Op.BinInt: stack.Add((long)(int)bytes.Unsigned(4)); break;
            case Op.BinInt1: stack.Add((long)bytes.Unsigned(1)); break;
            case Op.BinInt2: stack.Add((long)bytes.Unsigned(2)); break;
            case Op.Long1: stack.Add(Whole(bytes.Bytes(bytes.Unsigned(1)))); break;
            case Op.BinFloat: stack.Add(BitConverter.UInt64BitsToDouble(BinaryPrimitives.ReverseEndianness(bytes.Unsigned(8)))); break;

            case Op.ShortBinUnicode: stack.Add(bytes.Text(bytes.Unsigned(1))); break;
            case Op.BinUnicode: stack.Add(bytes.Text(bytes.Unsigned(4))); break;
            case Op.BinUnicode8: stack.Add(bytes.Text(bytes.Unsigned(8))); break;
            case Op.ShortBinString: stack.Add(Latin1(bytes.Bytes(bytes.Unsigned(1)))); break;
            case Op.BinString: stack.Add(Latin1(bytes.Bytes(bytes.Unsigned(4)))); break;
            case Op.ShortBinBytes: stack.Add(bytes.Bytes(bytes.Unsigned(1))); break;
            case Op.BinBytes: stack.Add(bytes.Bytes(bytes.Unsigned(4))); break;
            case Op.BinBytes8: stack.Add(bytes.Bytes(bytes.Unsigned(8))); break;

            case Op.EmptyTuple: stack.Add(Array.Empty<object?>()); break;
            case Op.Tuple1: Tuple(1); break;
            case Op.Tuple2: Tuple(2); break;
            case Op.Tuple3: Tuple(3); break;
            case Op.Tuple: stack.Add(ToMark()); break;
            case Op.EmptyList: stack.Add(new List<object?>()); break;
            case Op.Append: Append([Pop()]); break;
            case Op.Appends: Append(ToMark()); break;
            case Op.EmptyDict: stack.Add(new SavedDict()); break;
            case Op.SetItem: SetItems([.. Pop(2)]); break;
            case Op.SetItems: SetItems(ToMark()); break;

            case Op.BinPut: Put(bytes.Unsigned(1)); break;
            case Op.LongBinPut: Put(bytes.Unsigned(4)); break;
            case Op.Memoize: Put((ulong)memo.Count); break;
            case Op.BinGet: Get(bytes.Unsigned(1)); break;
            case Op.LongBinGet: Get(bytes.Unsigned(4)); break;

            case Op.Global: Named(bytes.Line(), bytes.Line(), at); break;
            case Op.Inst: throw Fault.Global(bytes.File, bytes.Line(), bytes.Line(), at);
            case Op.StackGlobal:
                if (Pop(2) is not [string module, string name]) throw Broken("a name is no text");
                Named(module, name, at);
                break;
            case Op.BinPersId: stack.Add(storages(Pop())); break;
            case Op.Reduce: Make(); break;
            case Op.Build: Build(); break;
            default: throw Fault.Opcode(bytes.File, (byte)op, at);
        }
    }

    void Named(string module, string name, long at) =>
        stack.Add(PickleGlobals.Find(module, name) ?? throw Fault.Global(bytes.File, module, name, at));

    /// <summary>A whole number in two's complement.</summary>
    static object Whole(byte[] number)
    {
        var whole = new BigInteger(number);
        return whole >= long.MinValue && whole <= long.MaxValue ? (object)(long)whole : whole;
    }

    static string Latin1(byte[] text) => System.Text.Encoding.Latin1.GetString(text);

    object? Pop() => Pop(1)[0];

    /// <summary>The topmost values, which must lie above the last mark.</summary>
    object?[] Pop(int count)
    {
        var floor = marks.Count > 0 ? marks.Peek() : 0;
        if (stack.Count - count < floor) throw Broken("there are fewer values than an instruction takes");
        var values = stack.GetRange(stack.Count - count, count).ToArray();
        stack.RemoveRange(stack.Count - count, count);
        return values;
    }

    object?[] ToMark()
    {
        if (marks.Count == 0) throw Broken("there is no mark");
        var values = Pop(stack.Count - marks.Peek());
        marks.Pop();
        return values;
    }

    object? Top() => stack.Count > (marks.Count > 0 ? marks.Peek() : 0) ? stack[^1] : throw Broken("there is no value");

    void Tuple(int length) => stack.Add(Pop(length));

    void Append(object?[] items)
    {
        if (Top() is not List<object?> list) throw Broken("items are added to what is no list");
        list.AddRange(items);
    }

    void SetItems(object?[] items)
    {
        if (Top() is not SavedDict dict || items.Length % 2 != 0) throw Broken("entries are added to what is no dictionary");
        for (var i = 0; i < items.Length; i += 2)
            dict.Set(SavedDict.IsKey(items[i]) ? items[i]! : throw Broken("a key is no text or number"), items[i + 1]);
    }

    void Put(ulong number) => memo[number] = Top();

    void Get(ulong number) =>
        stack.Add(memo.TryGetValue(number, out var value) ? value : throw Broken($"value {number} was never kept"));

    InvalidDataException Broken(string why) => Fault.Pickle(bytes.File, why, bytes.Position);
}
