namespace Optim.Functional;

/// <summary>What Muon and its kin have in common before and after the orthogonalization.</summary>
static class MuonOptions
{
    public static void Validate(
        Rule rule, string? adjust, string? coefficients, int steps, string? decay = null, string? matrices = null)
    {
        if (!Orthogonalization.Adjusts(adjust)) throw Fault.AdjustLr(rule, adjust!);
        if (decay is not (null or "decoupled" or "independent" or "palm" or "l2")) throw Fault.DecayMethod(rule, decay);
        if (!MatrixShape.Knows(matrices)) throw Fault.Matrices(rule, matrices!);
        if (coefficients is null) return;
        var set = NewtonSchulz.TryFind(coefficients) ?? throw Fault.Coefficients(rule, coefficients);
        if (steps > set.MostSteps) throw Fault.NsSteps(rule, set, steps);
    }

    /// <summary>How much of θ a step's decay leaves.</summary>
    public static double Shrink(string? method, double λ, double γ) => method switch
    {
        "independent" => 1 - λ,
        "palm" => 1 - γ * γ * λ,
        "l2" => 1,
        _ => 1 - γ * λ,
    };

    /// <summary>The momentum, and what of it is made orthogonal.</summary>
    /// <param name="x">The parameter; its first slot is the momentum.</param>
    /// <param name="u">Where the latter goes.</param>
    /// <param name="μ">Decay of the momentum.</param>
    /// <param name="nesterov">Look ahead.</param>
    /// <param name="penalty">λ of an L2 penalty.</param>
    public static void Average<T>(in Whole<T> x, Operand<T> u, double μ, bool nesterov, double penalty = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var g = x.G;
        if (penalty != 0)
        {
            x.Each(new Penalised(penalty), x.θ, x.G, to: u);
            g = u;
        }
        x.Each(new Averaged(μ, nesterov), x.θ, g, to: u, x.Slot(0));
    }

    /// <summary>g + λθ.</summary>
    readonly record struct Penalised(double Decay) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L> => use.Run(new At<L>(L.Of(Decay)));

        readonly record struct At<L>(L λ) : IStep<L> where L : struct, ILane<L>
        {
            public static int SlotCount => 0;
            [MethodImpl(MethodImplOptions.AggressiveInlining)] public L Step(L θ, L g, ref Slots<L> s) => L.Fma(λ, θ, g);
        }
    }

    readonly record struct Averaged(double Momentum, bool Nesterov) : IPass
    {
        public void Bind<L, U>(ref U use) where L : struct, ILane<L> where U : struct, IUseStep<L>
        {
            var (w, μ) = (L.Of(1 - Momentum), L.Of(Momentum));
            if (Nesterov) use.Run(new At<L, On>(w, μ));
            else use.Run(new At<L, Off>(w, μ));
        }

        readonly record struct At<L, Ahead>(L w, L μ) : IStep<L> where L : struct, ILane<L> where Ahead : struct, IFlag
        {
            public static int SlotCount => 1;

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public L Step(L θ, L g, ref Slots<L> s)
            {
                var B = s.S1 = L.Lerp(s.S1, g, w);
                return Ahead.Set ? L.Lerp(g, B, μ) : B;
            }
        }
    }
}
