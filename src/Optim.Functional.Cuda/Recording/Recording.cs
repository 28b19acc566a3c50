namespace Optim.Functional.Cuda;

/// <summary>Takes down what a formula does on <see cref="RecordingLane"/>, on this thread.</summary>
/// <remarks>
/// A lane has nothing to branch on, so what is taken down is straight-line code, and the same for every element. Constants made while a
/// rule is bound are arguments of the launch, one for each call: so neither their values, nor that two of them are equal at some step, are
/// part of the code. Those made in the formula itself are too, but for numbers of <see cref="IsLiteral"/>.
/// </remarks>
sealed class Recording
{
    [ThreadStatic] static Recording? current;
    static int last = First;

    /// <summary>No number that formulas hold for other reasons.</summary>
    const int First = 0x6E3D_0000;

    readonly List<Node> nodes = [];
    readonly List<Argument> arguments = [];
    readonly Dictionary<Node, int> known = [];
    readonly Dictionary<int, string> names = [];
    bool isBound;

    public Recording() => Clear();

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        nodes.Clear();
        arguments.Clear();
        known.Clear();
        names.Clear();
        (isBound, BoundNodes, Number) = (false, 0, Interlocked.Increment(ref last));
        Add(new(Op.Literal)); // node 0 is 0: the default of a lane
    }

    /// <summary>Tells lanes of one recording from those of another.</summary>
    public int Number { get; private set; }

    /// <summary>Nodes that were made while the rule was bound.</summary>
    public int BoundNodes { get; private set; }

    /// <summary>Constants that were made while the rule was bound.</summary>
    public int BoundArguments { get; private set; }

    public static Recording Current => current ?? throw Fault.NotRecording();

    public List<Node> Nodes => nodes;
    public List<Argument> Arguments => arguments;
    public IReadOnlyDictionary<int, string> Names => names;

    /// <summary>What is done on lanes within is taken down here.</summary>
    public Within Begin()
    {
        var before = current;
        current = this;
        return new(before);
    }

    /// <summary>The constants of the rule are made: what follows is the formula.</summary>
    public void Bound() => (isBound, BoundNodes, BoundArguments) = (true, nodes.Count, arguments.Count);

    public RecordingLane Add(Node node)
    {
        if (!known.TryGetValue(node, out var number))
        {
            known[node] = number = nodes.Count;
            nodes.Add(node);
        }
        return new(number, Number);
    }

    public RecordingLane Constant(double x, bool notZero = false)
    {
        if (IsFactor(x)) return Add(new(Op.Factor, 0, Bits: double.IsNegative(x) ? 1 : 0));
        if (isBound && !notZero && IsLiteral(x)) return Add(new(Op.Literal, Bits: BitConverter.DoubleToInt64Bits(x)));
        arguments.Add(new(x, notZero));
        return Add(new(Op.Argument, arguments.Count - 1));
    }

    /// <summary>Whether it stands for the factor that is on the device, whatever its sign.</summary>
    /// <summary>Whether it stands for a factor that is on the device.</summary>
    public static bool IsFactor(double x) =>
        BitConverter.DoubleToUInt64Bits(Math.Abs(x)) == BitConverter.DoubleToUInt64Bits(Device.Factor);

    /// <summary>A product; one with the factor on the device is made in two, of what comes before it and of itself.</summary>
    public RecordingLane Multiply(RecordingLane a, RecordingLane b)
    {
        var (first, second) = (NumberOf(a), NumberOf(b));
        if (nodes[first].Op == Op.Factor)
            second = Add(new(Op.Multiply, Add(new(Op.Factor, 1)).Node, second)).Node;
        return Add(new(Op.Multiply, first, second));
    }

    /// <summary>Numbers that formulas have by nature, and no option has made: those of signs and halves.</summary>
    static bool IsLiteral(double x) => Math.Abs(x) is 0 or 0.5 or 1 or 2;

    /// <summary>The number of a lane's node.</summary>
    public int NumberOf(RecordingLane lane) =>
        lane.Recording == Number || lane == default ? lane.Node : throw Fault.OtherRecording();

    /// <summary>What a node is called in the formula; the first name counts.</summary>
    public void Name(RecordingLane lane, string name)
    {
        var node = NumberOf(lane);
        if (nodes[node].Op is Op.Literal or Op.Input || names.ContainsKey(node)) return;
        var free = name;
        for (var k = 2; names.ContainsValue(free); k++) free = $"{name}_{k}";
        names[node] = free;
    }

    /// <summary>Until the end of it.</summary>
    public readonly ref struct Within(Recording? before)
    {
        public void Dispose() => current = before;
    }
}
