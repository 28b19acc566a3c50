using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Optim.Functional.Bench.Rows;

/// <summary>What does it cost that a formula is written once, over any lane?</summary>
static class LiftedLoop
{
    const int Length = 10_000, Count = 1000, Tiny = 10;

    public static Row Row { get; } =
        new(
            "lifted-loop",
            $"one formula over any lane against AdamW by hand, {Length} floats in cache; and {Count} tensors of {Tiny}, for each",
            Measure);

    static IEnumerable<Line> Measure(Workbench bench)
    {
        foreach (var (name, rule) in Rules.Fused.Select(r => (r.Name, r.Rule)))
        {
            var model = new Model<float>(DataSets.Many(Count, Tiny), rule);
            var time = Duel.Run(bench.Pace, new Side(model.Step));
            yield return new($"{name}, {Count} x {Tiny}, for each tensor", time.Of(0) / Count, Target.Max(25))
            {
                Unit = "ns",
                Rounds = time.Kept,
                Note = Line.Health(model.Normal),
            };
        }

        if (!Vector512.IsHardwareAccelerated)
            yield return Line.NotMeasured("AdamW", "this processor has no 512-bit lanes", Target.Max(1.05));
        else foreach (var line in ByHand(bench)) yield return line;

        // Where one of these is near the time that memory takes, it is arithmetic that keeps a rule from the memory limit.
        if (!bench.Quick)
            foreach (var (name, rule) in Rules.Elementwise)
            {
                var model = new Model<float>([Length], rule);
                var time = Duel.Run(bench.Pace, new Side(model.Step, model.Flip));
                yield return new($"{name}, {Length} in cache", time.Of(0) / Length, null)
                {
                    Unit = "ns/el",
                    Rounds = time.Kept,
                    Note = Line.Health(model.Normal),
                };
            }
    }

    static IEnumerable<Line> ByHand(Workbench bench)
    {
        var (rule, t) = (new AdamW(), 1L);
        var model = new Model<float>([Length], rule);
        var x = model.Streams(0);
        var places = Array.ConvertAll(x, array => new Place<float>(array));
        Streams<float>[] streams = [new() { From = new() { θ = places[0], A = places[2], B = places[3] }, G = places[1], End = Length }];
        var time = Duel.Run(bench.Pace, new(model.Step), new(() => ByHand(rule, ++t, x[0], x[1], x[2], x[3])), new(() =>
        {
            var use = new Raw(streams);
            rule.Bind<Lane512<float>, Raw>(new(++t, rule.Lr), ref use);
        }));
        var quotients = Duel.Run(bench.Pace, new Side(() => Quotients(x[0], x[3])));
        string Each(int side) => $"{Line.Number(time.Of(side) / Length)} ns/el";
        yield return new("AdamW, its constants and the loop", time.Ratio(2, 1), Target.Max(1.05))
        {
            Ours = Each(2),
            Theirs = Each(1),
            Rounds = time.Kept,
        };
        yield return new("AdamW, Optimizer.Step", time.Ratio(0, 1), null)
        {
            Ours = Each(0),
            Theirs = Each(1),
            Rounds = time.Kept,
            Note = Line.Health(model.Normal),
        };
        yield return new("a square root and a division alone", quotients.Of(0) / Length, null) { Unit = "ns/el", Rounds = quotients.Kept };
    }

    /// <summary>The least that AdamW and Adagrad take of a processor:
    /// θ / √v, of the first elements again and again, which stay in the first cache.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void Quotients(float[] parameter, float[] square)
    {
        const nuint InFirstCache = 2048;
        ref float θ = ref MemoryMarshal.GetArrayDataReference(parameter), v = ref MemoryMarshal.GetArrayDataReference(square);
        var sum = Vector512<float>.Zero;
        for (nuint done = 0; done < Length; done += InFirstCache)
            for (nuint i = 0; i < Math.Min(InFirstCache, Length - done); i += (nuint)Vector512<float>.Count)
                sum += Vector512.LoadUnsafe(ref θ, i) / Vector512.Sqrt(Vector512.LoadUnsafe(ref v, i));
        kept = sum[0];
    }

    /// <summary>So that what is computed is not left out.</summary>
    static float kept;

    /// <summary>The same formula as <see cref="Adam"/>'s, typed out for one lane.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    static void ByHand(AdamW rule, long t, float[] parameter, float[] gradient, float[] average, float[] square)
    {
        var α = Vector512.Create((float)(-rule.Lr / (1 - Math.Pow(rule.Beta1, t))));
        var r2 = Vector512.Create((float)(1 / Math.Sqrt(1 - Math.Pow(rule.Beta2, t))));
        var (β1c, β2, β2c) = (
            Vector512.Create((float)(1 - rule.Beta1)),
            Vector512.Create((float)rule.Beta2),
            Vector512.Create((float)(1 - rule.Beta2)));
        var (ε, λ) = (Vector512.Create((float)rule.Eps), Vector512.Create((float)(1 - rule.Lr * rule.WeightDecay)));
        ref float θ0 = ref MemoryMarshal.GetArrayDataReference(parameter), g0 = ref MemoryMarshal.GetArrayDataReference(gradient);
        ref float m0 = ref MemoryMarshal.GetArrayDataReference(average), v0 = ref MemoryMarshal.GetArrayDataReference(square);
        for (nuint i = 0, end = (nuint)(parameter.Length - Vector512<float>.Count); i <= end; i += (nuint)Vector512<float>.Count)
        {
            var (g, m) = (Vector512.LoadUnsafe(ref g0, i), Vector512.LoadUnsafe(ref m0, i));
            m = Vector512.FusedMultiplyAdd(β1c, g - m, m);
            var v = Vector512.FusedMultiplyAdd(β2, Vector512.LoadUnsafe(ref v0, i), β2c * g * g);
            var d = m / Vector512.FusedMultiplyAdd(Vector512.Sqrt(v), r2, ε);
            Vector512.FusedMultiplyAdd(α, d, λ * Vector512.LoadUnsafe(ref θ0, i)).StoreUnsafe(ref θ0, i);
            m.StoreUnsafe(ref m0, i);
            v.StoreUnsafe(ref v0, i);
        }
    }

    readonly struct Raw(Streams<float>[] streams) : IUse<Lane512<float>>
    {
        public void Run<A>(in A at) where A : struct, IFormula<Lane512<float>> =>
            Loop.Run<Lane512<float>, float, Applied<Lane512<float>, A>>(new(at), streams, default, 1u << 31);
    }
}
