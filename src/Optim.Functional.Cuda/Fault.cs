namespace Optim.Functional.Cuda;

/// <summary>Every message of the package: what, got, wanted, likely cause.</summary>
static partial class Fault
{
    public static InvalidOperationException NotRecording() =>
        new("A lane that records is used outside of a recording. Was a lane kept in a static field?");

    public static InvalidOperationException OtherRecording() =>
        new("A formula uses a lane of another recording. Was a lane kept in a static field? Make it in Bind.");

    public static ArgumentException NotElementwise(IRule rule) =>
        new($"{rule.Name} has no kernel: only a rule that treats every element alike (IElementwiseRule) is one formula, and this one looks "
            + "at whole tensors or asks for the loss.");

    public static InvalidOperationException NotHanded(IRule plan) =>
        new($"{plan.Name}: its rule or a stage did not hand on its formula while it was bound. Does each call use.Run once?");

    public static InvalidOperationException HandedTwice(IRule plan) =>
        new($"{plan.Name}: its rule has called use.Run twice while it was bound, wanted once.");

    public static ArgumentOutOfRangeException Step(long got) => new(null, $"A step counts from 1; got {got}.");

    public static ArgumentException Type(Type got) => new($"A kernel is of float or double; got {got.Name}.");

    public static ArgumentNullException Null(string what) => new(null, $"{what}: got null.");
}
