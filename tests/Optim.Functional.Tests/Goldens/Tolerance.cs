namespace Optim.Functional.Tests.Goldens;

/// <summary>How far a number may be from torch's. NaN wants NaN and an infinity itself, under every tolerance.</summary>
/// <param name="Name">Under which the case nearest to it is printed.</param>
/// <param name="Most">Units allowed.</param>
/// <param name="Unit">One unit for a number of a given size.</param>
sealed record Tolerance(string Name, double Most, Func<double, double> Unit)
{
    /// <summary>float64, each number by itself: 60 steps of a few roundings of 1.1e-16 make 1e-14 at worst, and the rest is room for
    /// numbers left over when terms a hundred times as large cancel.</summary>
    public static readonly Tolerance Float64 = new("float64 (relative)", 1e-12, Relative);

    /// <summary>float32: over at most 60 steps a sum of ours, with fused multiply-adds, and torch's, without,
    /// each gain half an ulp a step at worst, of the largest size the number has had.</summary>
    public static readonly Tolerance Float32 = new("float32 (ulps)", 32, Ulp32);

    /// <summary>ASGD's eta and mu, made of one power and one division, in the precision torch keeps them in:
    /// double's last bits, or the same float32.</summary>
    public static readonly Tolerance Scalar = new("scalars (relative)", 1e-15, Relative);

    /// <summary>L-BFGS in float32: as <see cref="Float32"/>, of the largest element of the whole vector,
    /// since dot products mix all of them.</summary>
    static readonly Tolerance LbfgsFloat32 = new("L-BFGS float32 (ulps)", 32, Ulp32);

    /// <summary>Closed loops in float32, where the recorded sensitivity to 1e-14 says nothing:
    /// the 32 ulps of <see cref="Float32"/>, twice, since the gradients are ours too.</summary>
    static readonly Tolerance ClosedFloat32 = new("closed loop float32 (ulps)", 64, Ulp32);

    /// <summary>Open loop.</summary>
    public static Tolerance Of(Golden c) => c.IsBeyond ? Beyond(c) : c.Single ? Float32 : Float64;

    /// <summary>Rules beyond torch: relative to the largest element of the list, as their record is measured: it says how far a replay in
    /// double by plain code went from it. Ten times that is allowed in float64, where Prodigy's p0 - θ cancels, twice in float32; and at
    /// least what is said of all.</summary>
    static Tolerance Beyond(Golden c)
    {
        var own = c.Json.GetProperty("own_replay_max_rel").Number();
        return c.Single ? new("beyond torch float32 (relative to the largest)", Math.Max(2e-5, 2 * own), Relative)
            : new("beyond torch float64 (relative to the largest)", Math.Max(1e-12, 10 * own), Relative);
    }

    /// <summary>A rule with factors, beside its authors' code with float64 in place of every float32 in it: of the largest element, since
    /// products mix all of them. Where the record says that another basis of an eigenspace takes it elsewhere, ten times as far as that.</summary>
    public static Tolerance Preconditioned(Golden c, int i)
    {
        double At(string key) => c.Json.GetProperty(key)[i].Number();
        if (c.Has("reproducible") && !c.Json.GetProperty("reproducible")[i].GetBoolean())
            return new("factors, basis not determined (relative to the largest)", 10 * Math.Max(At("nudge_1e-13_max_rel"), At("basis_sensitivity")), Relative);
        return c.Single ? new("factors float32 (relative to the largest)", Math.Max(2e-5, 4 * At("float64_vs_published_max_rel")), Relative)
            : new("factors float64 (relative to the largest)", 1e-9, Relative);
    }

    /// <summary>Inverse roots of a factor, and what is whitened by them: a rounding of its largest eigenvalue is this much more of its
    /// smallest one; of a few.</summary>
    public static Tolerance Roots(Golden c, int i, double condition) => new("roots (relative to the largest)",
        Math.Max(Preconditioned(c, i).Most, 8 * (c.Single ? Math.ScaleB(1, -24) : Math.ScaleB(1, -53)) * condition), Relative);

    /// <summary>The same beside its authors' code as published: as far as the two records are from each other.</summary>
    public static Tolerance Published(Golden c, int i) => new("factors as published (relative to the largest)",
        Preconditioned(c, i).Most + 2 * c.Json.GetProperty("float64_vs_published_max_rel")[i].Number(), Relative);

    /// <summary>Muon, beside the record that is iterated in float64: of the largest element of the matrix, since products mix all of them.
    /// Newton-Schulz grows small singular values, and what rounding has put beside them, about 3.4-fold in each of 5 iterations: some
    /// hundredfold, and a tenfold of that over the steps.</summary>
    public static Tolerance NewtonSchulz(Golden c) => c.Single ? new("Muon float32 (relative to the largest)", 1e-5, Relative)
        : new("Muon float64 (relative to the largest)", 1e-12, Relative);

    /// <summary>Muon beside torch's own: as far as the record in float64 is from it, at any element and step.</summary>
    public static Tolerance Bfloat16(Golden c, double apart) =>
        new("Muon beside torch's bfloat16 (absolute)", apart + (c.Single ? 1e-5 : 1e-12), _ => 1);

    /// <summary>L-BFGS, fed with torch's losses and gradients: the differences s = td are still its own,
    /// so that rounding is carried on from iteration to iteration.
    /// The recorded sensitivity is that to 1e-14; a rounding is a hundredth of it, but sensitivity is recorded
    /// at the ends of steps only, and is larger in between: a hundred times it is allowed,
    /// and at least what <see cref="Float64"/> allows.</summary>
    public static Tolerance Lbfgs(Golden c) => c.Single ? LbfgsFloat32
        : new("L-BFGS float64 (relative)", Math.Max(1e-12, 1e2 * c.Sensitivity(int.MaxValue)), Relative);

    /// <summary>Closed loop up to step t: a thousand times what a change of 1e-14 in the start does to torch's
    /// own path, since our gradients differ from torch's by a few roundings at every step;
    /// and at least what <see cref="Float64"/> allows.</summary>
    public static Tolerance Closed(Golden c, int t) => c.Single ? ClosedFloat32
        : new("closed loop float64 (relative)", Math.Max(1e-12, 1e3 * c.Sensitivity(t)), Relative);

    /// <summary>A number's own size; for denormals the precision they have left.</summary>
    static double Relative(double size) => Math.Max(size, double.Epsilon / 1e-12);

    static double Ulp32(double size) => float.BitIncrement((float)size) - (double)(float)size;
}
