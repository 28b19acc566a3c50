namespace Optim.Functional.Cuda;

/// <summary>The lane that takes down what is done on it.</summary>
/// <param name="Node">The node that it stands for.</param>
/// <param name="Recording">The recording that the node is in.</param>
readonly record struct RecordingLane(int Node, int Recording) : ILane<RecordingLane>
{
    static RecordingLane Add(Op op, RecordingLane a) => Add(new(op, Of(a)));
    static RecordingLane Add(Op op, RecordingLane a, RecordingLane b) => Add(new(op, Of(a), Of(b)));
    static RecordingLane Add(Node node) => Cuda.Recording.Current.Add(node);
    static int Of(RecordingLane lane) => Cuda.Recording.Current.NumberOf(lane);

    public static RecordingLane Of(double x) => Cuda.Recording.Current.Constant(x);
    public static RecordingLane NotZero(double x) => Cuda.Recording.Current.Constant(x, notZero: true);
    public static RecordingLane Sqrt(RecordingLane x) => Add(Op.Sqrt, x);
    public static RecordingLane Abs(RecordingLane x) => Add(Op.Abs, x);
    public static RecordingLane Max(RecordingLane x, RecordingLane y) => Add(Op.Max, x, y);
    public static RecordingLane Min(RecordingLane x, RecordingLane y) => Add(Op.Min, x, y);
    public static RecordingLane Fma(RecordingLane x, RecordingLane y, RecordingLane z) => Add(new(Op.Fma, Of(x), Of(y), Of(z)));

    public static RecordingLane WhereGreater(RecordingLane x, RecordingLane y, RecordingLane then, RecordingLane otherwise) =>
        Add(new(Op.WhereGreater, Of(x), Of(y), Of(then), Of(otherwise)));

    public static RecordingLane operator +(RecordingLane a, RecordingLane b) => Add(Op.Add, a, b);
    public static RecordingLane operator -(RecordingLane a, RecordingLane b) => Add(Op.Subtract, a, b);
    public static RecordingLane operator *(RecordingLane a, RecordingLane b) => Cuda.Recording.Current.Multiply(a, b);
    public static RecordingLane operator /(RecordingLane a, RecordingLane b) => Add(Op.Divide, a, b);
    public static RecordingLane operator -(RecordingLane a) => Add(Op.Negate, a);
}
