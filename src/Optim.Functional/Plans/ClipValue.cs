namespace Optim.Functional;

/// <summary>Each number of the gradients kept within a limit: min(max(g, -c), c).</summary>
/// <remarks>torch's clip_grad_value_. A NaN stays.</remarks>
/// <param name="Value">c ≥ 0, in units of g.</param>
public sealed record ClipValue(double Value) : GradientMap, IGradientMap
{
    int IGradientMap.Order => 18;

    /// <inheritdoc/>
    public override void Validate() => Fault.NotNegative(nameof(ClipValue), "value", Value);

    void IGradientMap.Map<T>(in Whole<T> x, Operand<T> to, long key) => x.Each(new Within(Value), x.θ, x.G, to);

    /// <summary>min(max(b, -c), c).</summary>
    internal readonly record struct Within(double Value) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> =>
            use.Run(new At<L>(L.Of(Value), L.Of(-Value)));

        readonly record struct At<L>(L c, L low) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public L Step(L θ, L g, ref Slots<L> s) => L.WhereGreater(g, c, c, L.WhereGreater(low, g, low, g));
        }
    }
}
