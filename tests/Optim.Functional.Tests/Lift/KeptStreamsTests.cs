using System.Numerics;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Lift;

/// <summary>What a step in place keeps for the next one must never be taken for another parameter's,
/// another state's or another gradient's.</summary>
public class KeptStreamsTests
{
    // Long enough that the parts before a cache line are stepped apart, and short ones between them.
    static readonly int[] Lengths = [5 * Sizes.Some, 3, 5 * Sizes.Some + 7, 1];

    static NDArray Noise<T>(int n, Random random, int[] shape) where T : unmanaged, IFloatingPointIeee754<T> =>
        NDArray.Of(Enumerable.Range(0, n).Select(_ => T.CreateTruncating(random.NextDouble() - 0.5)).ToArray(), shape);

    [Theory, MemberData(nameof(Variants.Names), MemberType = typeof(Variants))]
    public void Absent_gradients_loads_and_options_between_steps_give_the_bits_of_the_pure_steps_in_float32(string name) =>
        Same<float>(Variants.Get(name));

    [Theory, MemberData(nameof(Variants.Names), MemberType = typeof(Variants))]
    public void Absent_gradients_loads_and_options_between_steps_give_the_bits_of_the_pure_steps_in_float64(string name) =>
        Same<double>(Variants.Get(name));

    static void Same<T>(IRule rule) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var random = new Random(5);
        NDArray Noise(int n) => KeptStreamsTests.Noise<T>(n, random, Face.Shape(rule, n));
        var θ = Params.Of(Lengths.Select((n, i) => ($"p{i}", Noise(n))));
        var s = rule.Init(θ);
        var own = θ.Copy().Entries.Select(e => new Parameter(e.Value, e.Key)).ToArray();
        var optimizer = new Optimizer(own[..2], rule) { Execution = new() { Threads = 1 } };
        optimizer.AddParamGroup(new ParamGroup(own[2..]));
        foreach (var present in new[] { 15, 15, 11, 15, 5, 5, 15, 15, 0, 14, 15 })
        {
            var g = Params.Of(Lengths.Select((n, i) => ($"p{i}", Face.Taken(rule, Noise(n)))).Where((_, i) => (present >> i & 1) == 1));
            foreach (var p in own) p.Grad = g.Contains(p.Name!) ? g[p.Name!] : null;
            optimizer.Step();
            (θ, s) = rule.Step(θ, g, s, how: new() { LaneBits = 0, Threads = 1 });
            if (present == 5) optimizer.LoadStateDict(optimizer.StateDict());
        }
        for (var i = 0; i < own.Length; i++)
        {
            Assert.Equal(θ[i].As<T>().Data, own[i].Value.As<T>().Data);
            foreach (var (key, slot) in s[i].Slots) Assert.Equal(slot.As<T>().Data, optimizer.State(own[i]).Slots[key].As<T>().Data);
        }
    }
}
