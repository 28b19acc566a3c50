namespace Optim.Functional;

/// <summary>Tries a formula that is not the library's on a lane of zeros: what it throws whatever its numbers are, it throws before
/// anything is written.</summary>
static class Rehearsal<L, S> where L : struct, ILane<L> where S : struct, IStep<L>
{
    static readonly bool isForeign = IsForeign(typeof(S));

    public static void Run(in S step)
    {
        if (!isForeign) return;
        var (zero, slots) = (L.Of(0), default(Slots<L>));
        step.Step(zero, zero, ref slots);
    }

    /// <summary>Whether it, or a type that it is made of, is another assembly's.</summary>
    static bool IsForeign(Type type) =>
        (type.Assembly != typeof(L).Assembly && !type.IsPrimitive) || type.GenericTypeArguments.Any(IsForeign);
}
