using System.Numerics;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Lift;

public class LaneTests
{
    static readonly int[] Lengths = [.. Enumerable.Range(0, Sizes.Longest + 1)];
    static readonly Execution Scalar = new() { LaneBits = 0, Threads = 1 };

    public static TheoryData<string, int> RulesAndLanes
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var (name, _) in Variants.All)
                foreach (var bits in new[] { 128, 256, 512 }) data.Add(name, bits);
            return data;
        }
    }

    [Theory, MemberData(nameof(RulesAndLanes))]
    public void A_lane_gives_the_bits_of_one_element_at_a_time_for_every_length_to_257_in_float32(string rule, int bits) =>
        Same<float>(rule, bits);

    [Theory, MemberData(nameof(RulesAndLanes))]
    public void A_lane_gives_the_bits_of_one_element_at_a_time_for_every_length_to_257_in_float64(string rule, int bits) =>
        Same<double>(rule, bits);

    static void Same<T>(string name, int bits) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var rule = Variants.Get(name);
        var (θ, s) = Trace.Run<T>(rule, new() { LaneBits = bits, Threads = 1 }, Lengths);
        var (θ1, s1) = Trace.Run<T>(rule, Scalar, Lengths);
        Assert.Equal(Trace.Bits<T>(θ1, s1), Trace.Bits<T>(θ, s));
    }

    [Theory, MemberData(nameof(Variants.Names), MemberType = typeof(Variants))]
    public void Threads_and_chunks_do_not_change_a_bit(string name)
    {
        var rule = Variants.Get(name);
        int[] lengths = [Sizes.Some, 1, 257, Sizes.Many];
        var (θ1, s1) = Trace.Run<float>(rule, Scalar, lengths);
        foreach (var (threads, chunk) in new[] { (2, 64), (3, 1000), (8, 1), (2, Execution.DefaultChunkLength) })
        {
            var (θ, s) = Trace.Run<float>(rule, new() { Threads = threads, ChunkLength = chunk, SerialUpTo = 0 }, lengths);
            Assert.Equal(Trace.Bits<float>(θ1, s1), Trace.Bits<float>(θ, s));
        }
    }

    /// <summary>Of as long a tensor the next one is asked for while it is stepped, where the rule has two slots or more.</summary>
    [Theory, MemberData(nameof(Variants.Apart), MemberType = typeof(Variants))]
    public void Tensors_of_some_hundred_elements_have_together_the_bits_of_each_alone(string name)
    {
        var (rule, random) = (Variants.Get(name), new Random(5));
        int[] lengths = [530, 1024, 700, 3, 999];
        Params Some() => Params.Of(lengths.Select((n, i) => ($"p{i}", Noise(n))));
        NDArray Noise(int n) => NDArray.Of(Enumerable.Range(0, n).Select(_ => random.NextSingle() - 0.5f).ToArray(), Face.Shape(rule, n));
        Params Taken(Params g) => g.With(Array.ConvertAll(g.Values, x => Face.Taken(rule, x)));
        Params One(Params all, int i) => Params.Of((all.Names[i], all[i]));
        var (start, gradients) = (Some(), (Params[])[Taken(Some()), Taken(Some()), Taken(Some())]);
        (Params θ, State s) Step(Params from, Func<Params, Params> of, Execution how) =>
            gradients.Aggregate((θ: from, s: rule.Init(from)), (x, g) => rule.Step(x.θ, of(g), x.s, how: how));
        foreach (var how in (Execution[])
                [
                    new() { LaneBits = 512 },
                    new() { LaneBits = 256 },
                    new() { LaneBits = 128 },
                    new() { LaneBits = 0 },
                    new() { Threads = 2, SerialUpTo = 1, ChunkLength = 1700 },
                ])
        {
            var (θ, s) = Step(start, g => g, how);
            for (var i = 0; i < lengths.Length; i++)
            {
                var (alone, own) = Step(One(start, i), g => One(g, i), how);
                Assert.Equal(alone[0].As<float>().ToArray(), θ[i].As<float>().ToArray());
                foreach (var (key, slot) in own[0].Slots) Assert.Equal(slot.As<float>().ToArray(), s[i].Slots[key].As<float>().ToArray());
            }
        }
    }
}
