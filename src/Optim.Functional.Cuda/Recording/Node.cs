namespace Optim.Functional.Cuda;

/// <summary>What a node of recorded code is.</summary>
enum Op
{
    /// <summary>A constant of the launch.</summary>
    Argument,
    /// <summary>A number that stands in the code.</summary>
    Literal,
    /// <summary>A factor on the gradient that is on the device: 0 that on the gradient, 1 what comes before it.</summary>
    Factor,
    /// <summary>What is read of the element: θ, g or a slot.</summary>
    Input,
    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,
    Sqrt,
    Abs,
    Max,
    Min,
    Fma,
    /// <summary>C where A > B, else D.</summary>
    WhereGreater,
}

/// <summary>An operation. A to D are the numbers of earlier nodes; of an argument or an input A is its own number.</summary>
/// <param name="Op">What it is.</param>
/// <param name="A">First operand.</param>
/// <param name="B">Second.</param>
/// <param name="C">Third.</param>
/// <param name="D">Fourth.</param>
/// <param name="Bits">Of a literal, those of its double: 0 and -0 are two.</param>
readonly record struct Node(Op Op, int A = -1, int B = -1, int C = -1, int D = -1, long Bits = 0)
{
    /// <summary>Of a literal.</summary>
    public double Value => BitConverter.Int64BitsToDouble(Bits);

    /// <summary>Whether it computes something of others.</summary>
    public bool Computes => Op > Op.Input;

    /// <summary>The nodes that it is made of.</summary>
    public IEnumerable<int> Operands => Computes ? ((int[])[A, B, C, D]).Where(x => x >= 0) : [];

    /// <summary>The same of nodes that have other numbers.</summary>
    public Node With(ReadOnlySpan<int> numbers) =>
        Computes ? this with { A = At(numbers, A), B = At(numbers, B), C = At(numbers, C), D = At(numbers, D) } : this;

    static int At(ReadOnlySpan<int> numbers, int node) => node < 0 ? node : numbers[node];
}
