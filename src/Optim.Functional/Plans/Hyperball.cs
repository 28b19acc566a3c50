namespace Optim.Functional;

/// <summary>Keeps each parameter at its norm: the update is as long as the learning rate says, relative to that norm, and turns it
/// only.</summary>
/// <remarks>
/// "Hyperball" of MuonHyperball, arXiv:2606.16899, as NVIDIA's Emerging-Optimizers have it, around any rule. With R the radius and α the
/// learning rate: u ← αRu/‖u‖, θ ← Ru'/‖u'‖ of u' = θ - u; the rule's decay comes before, and so turns the direction only. Three
/// sums, in two passes before the step. An update of 0 leaves θ where it is, and so does a θ of 0 without a given radius.
/// Refused: rules that learn from how far a parameter comes (Prodigy), or whose formula gives the new parameter itself; sparse gradients.
/// </remarks>
/// <param name="Radius">R > 0, of every parameter; null: the norm that each has before the step.</param>
/// <param name="Eps">ε > 0: the least norm divided by.</param>
public sealed record Hyperball(double? Radius = null, double Eps = 1e-15) : Stage, IUpdateStage
{
    int IUpdateStage.Order => 100;
    bool IUpdateStage.NeedsAll => true;
    int IUpdateStage.SumsOf(int round) => round switch { 0 => 2, 1 => 1, _ => 0 };

    /// <inheritdoc/>
    public override void Validate()
    {
        Fault.Positive(nameof(Hyperball), "radius", Fault.Finite(nameof(Hyperball), "radius", Radius ?? 1));
        Fault.Positive(nameof(Hyperball), "eps", Eps);
    }

    string? IStage.Refuses(IRule rule) => rule switch
    {
        IModelRule => "this rule learns its step from how far parameters come, and here they come nowhere",
        IGradientRule { Lr: double.NaN } => "its step is as long as lr says, which this rule has not",
        IGradientRule { Sparse: SparseGradients.Only } => "it looks at all elements of a parameter, and this rule at some",
        _ => null,
    };

    /// <summary>First the lengths of the update and of θ, then that of where they lead.</summary>
    void IUpdateStage.Measure<L, A, U>(in A formula, in Turn now, in Measured before, ref U use)
    {
        if (before.Rounds == 0) use.Run(new Lengths<L, A>(formula, L.Of(0)));
        else use.Run(new Moved<L, A>(formula, L.Of(Longer(now, before))));
    }

    void IUpdateStage.Around<L, A, U>(in A formula, in Turn now, in Measured measured, ref U use)
    {
        var ρ = R(measured) / Math.Max(Math.Sqrt(measured.Third), Eps);
        use.Run(new At<L, A>(formula, L.Of(Longer(now, measured)), L.Of(ρ)));
    }

    double R(in Measured of) => Radius ?? Math.Sqrt(of.Second);

    /// <summary>The factor on the update. Its own length is αf‖u‖, whatever f the rule puts on it.</summary>
    double Longer(in Turn now, in Measured of) => of.Sum == 0 ? 0 : now.Lr * R(of) / Math.Max(Math.Sqrt(of.Sum), now.Lr * Eps);

    /// <summary>‖αu‖² and ‖θ‖². What is applied to 0 is the update alone: no decay, and no digit lost.</summary>
    readonly record struct Lengths<L, A>(A Of, L Zero) : IMeasure<L> where L : struct, ILane<L> where A : struct, IFormula<L>
    {
        public static int SlotCount => A.SlotCount;
        public static int Terms => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Measure(L θ, L g, Slots<L> s, ref Slots<L> terms)
        {
            var u = Of.Apply(Zero, Of.Update(θ, g, ref s));
            (terms.S1, terms.S2) = (u * u, θ * θ);
        }
    }

    /// <summary>‖θ - u‖².</summary>
    readonly record struct Moved<L, A>(A Of, L k) : IMeasure<L> where L : struct, ILane<L> where A : struct, IFormula<L>
    {
        public static int SlotCount => A.SlotCount;
        public static int Terms => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Measure(L θ, L g, Slots<L> s, ref Slots<L> terms)
        {
            var next = Of.Apply(θ, k * Of.Update(θ, g, ref s));
            terms.S1 = next * next;
        }
    }

    readonly record struct At<L, A>(A Of, L k, L ρ) : IFormula<L> where L : struct, ILane<L> where A : struct, IFormula<L>
    {
        public static int SlotCount => A.SlotCount;
        [MethodImpl(MethodImplOptions.AggressiveInlining)] public L Update(L θ, L g, ref Slots<L> s) => k * Of.Update(θ, g, ref s);
        [MethodImpl(MethodImplOptions.AggressiveInlining)] public L Apply(L θ, L u) => ρ * Of.Apply(θ, u);
    }
}
