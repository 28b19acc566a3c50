using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Optim.Functional.Tests.Lift;
using Optim.Functional.Tests.TorchFace;

namespace Optim.Functional.Tests.Buffers;

public class ParameterBufferTests
{
    internal static readonly (string, int[])[] Model = [("W", [7, 5]), ("b", [7]), ("none", [0]), ("scalar", [])];

    static unsafe nuint Address<T>(NDArray t) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T> =>
        (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(t.As<T>().Span));

    static IEnumerable<NDArray> All(ParameterBuffer<float> model, Optimizer o) =>
        [
            .. model.Values.Entries.Select(e => e.Value),
            .. model.Gradients.Entries.Select(e => e.Value),
            .. model.Parameters.SelectMany(p => o.State(p).Slots.Values),
        ];

    static void Fill(Params θ, int seed)
    {
        var random = new Random(seed);
        foreach (var (_, t) in θ.Entries)
            foreach (ref var x in t.As<float>().Span) x = random.NextSingle() - 0.5f;
    }

    public static TheoryData<string> Rules => Lift.Variants.Names;

    [Theory, MemberData(nameof(Rules))]
    public void Steps_over_a_buffer_have_the_bits_of_steps_over_arrays(string name)
    {
        var rule = Lift.Variants.Get(name);
        using var model = new ParameterBuffer<float>(Model.Select(p => (p.Item1, Face.Shape(rule, p.Item2))));
        Fill(model.Values, 1);
        Parameter[] arrays = [.. model.Values.Copy().Entries.Select(e => new Parameter(e.Value, e.Key))];
        Optimizer ours = new(model.Parameters, rule), theirs = new(arrays, rule);
        for (var t = 2; t < 7; t++)
        {
            Fill(model.Gradients, t);
            for (var i = 0; i < arrays.Length; i++)
            {
                arrays[i].Grad = Face.Taken(rule, model.Gradients[i].Clone());
                if (arrays[i].Grad!.IsSparse) model.Parameters[i].Grad = Face.Taken(rule, model.Gradients[i]);
            }
            ours.Step();
            theirs.Step();
        }
        for (var i = 0; i < arrays.Length; i++)
        {
            Assert.Equal(arrays[i].Value.As<float>().ToArray(), model.Values[i].As<float>().ToArray());
            foreach (var (key, slot) in theirs.State(arrays[i]).Slots)
                Assert.Equal(slot.As<float>().ToArray(), ours.State(model.Parameters[i]).Slots[key].As<float>().ToArray());
        }
    }

    [Fact]
    public void Every_tensor_begins_at_a_cache_line_and_overlaps_no_other()
    {
        using var model = new ParameterBuffer<float>(Model);
        var optimizer = new Optimizer(model.Parameters, new Adam(Amsgrad: true));
        optimizer.Step();
        var places = All(model, optimizer)
            .Where(t => t.Length > 0)
            .Select(t => (From: Address<float>(t), To: Address<float>(t) + 4 * (nuint)t.Length))
            .Order()
            .ToArray();
        Assert.Equal(15, places.Length);
        Assert.All(places, p => Assert.Equal(0u, p.From % 64));
        Assert.All(places.Zip(places.Skip(1)), p => Assert.True(p.First.To <= p.Second.From));
    }

    [Fact]
    public void Parameters_gradients_and_each_slot_are_one_allocation_each()
    {
        using var model = new ParameterBuffer<float>(Model);
        var optimizer = new Optimizer(model.Parameters, new Adam());
        optimizer.Step();
        Assert.Equal(4, All(model, optimizer).Select(t => t.Storage).Distinct().Count());
        Assert.Contains(" in 4 allocations", model.ToString());
    }

    [Fact]
    public void Optimizers_of_one_buffer_may_make_their_first_steps_at_the_same_time()
    {
        for (var round = 0; round < 60; round++)
        {
            using var model = new ParameterBuffer<float>(Enumerable.Range(0, 64).Select(i => ($"p{i}", new[] { 50 })));
            foreach (var (_, g) in model.Gradients.Entries) g.As<float>().Span.Fill(1);
            var optimizers = Enumerable
                .Range(0, 4)
                .Select(k => new Optimizer(model.Parameters.Where((_, i) => i % 4 == k), new Adam())
                {
                    Execution = new() { Threads = 1 },
                })
                .ToArray();
            using var start = new Barrier(4);
            OwnThread.Run([.. optimizers.Select(o => (Action)(() =>
            {
                start.SignalAndWait();
                o.Step();
            }))]);
            var slots = optimizers.SelectMany(o => o.ParamGroups[0].Parameters.SelectMany(p => o.State(p).Slots.Values)).ToArray();
            Assert.Equal(128, slots.Select(Address<float>).Distinct().Count());
            Assert.All(slots, s => Assert.All(s.As<float>().ToArray(), x => Assert.True(x is > 0.00099f and < 0.101f)));
        }
    }

    [Fact]
    public void A_copy_of_parameters_has_their_numbers_and_is_apart_from_them()
    {
        var θ = Params.Of(
            ("W", MathNet.Numerics.LinearAlgebra.Matrix<float>.Build.Dense(2, 3, (i, j) => 10 * i + j)),
            ("b", new float[] { 5, 6 }));
        using var model = new ParameterBuffer<float>(θ);
        Assert.Equal([0, 1, 2, 10, 11, 12], model.Values["W"].As<float>().Span.ToArray());
        Assert.Equal(12, model.Values["W"].As<float>().ToMatrix()[1, 2]);
        model.Values["b"].As<float>().Span[0] = 7;
        Assert.Equal([5, 6], θ["b"].As<float>().Data);
    }

    [Fact]
    public void The_pure_face_takes_a_buffers_tensors_and_leaves_them_as_they_are()
    {
        using var model = new ParameterBuffer<float>(Model);
        Fill(model.Values, 1);
        Fill(model.Gradients, 2);
        var (before, rule) = (model.Values.Copy(), new Adam());
        var (after, _) = rule.Step(model.Values, model.Gradients, rule.Init(model.Values));
        var (wanted, _) = rule.Step(before, model.Gradients.Copy(), rule.Init(before));
        Assert.Equal(before["W"].As<float>().Data, model.Values["W"].As<float>().ToArray());
        Assert.Equal(wanted["W"].As<float>().Data, after["W"].As<float>().Data);
    }

    [Fact]
    public void What_has_no_array_of_its_own_says_so()
    {
        using var model = new ParameterBuffer<double>(("W", [2, 2]), ("b", [2]));
        const string Cause = "part of a ParameterBuffer";
        Assert.Contains(Cause, Assert.Throws<InvalidOperationException>(() => model.Values["b"].As<double>().Data).Message);
        Assert.Contains(Cause, Assert.Throws<InvalidOperationException>(() => model.Values["b"].As<double>().ToVector()).Message);
    }

    [Theory, InlineData(1000), InlineData(1024), InlineData(992), InlineData(63_000)]
    public void A_tensors_values_gradient_and_slots_stand_at_different_places_of_their_pages(int length)
    {
        using var model = new ParameterBuffer<float>(("a", [3]), ("b", [length]));
        var optimizer = new Optimizer(model.Parameters, new Adam(Amsgrad: true));
        optimizer.Step();
        var b = model.Parameters[1];
        var places = optimizer
            .State(b)
            .Slots.Values.Append(b.Value)
            .Append(b.Grad!)
            .Select(t => Address<float>(t) % 4096)
            .Order()
            .ToArray();
        Assert.Equal(5, places.Length);
        Assert.All(places.Zip([.. places.Skip(1), places[0] + 4096]), p =>
            Assert.True(p.Second - p.First >= 9 * 64, string.Join(", ", places)));
    }

    [Fact]
    public void Values_and_gradients_whose_tensors_stand_at_different_places_are_not_added_up()
    {
        using var model = new ParameterBuffer<double>(("W", [3, 5]));
        Assert.Throws<ArgumentException>(() => model.FlatValues + model.FlatGradients);
    }

    [Fact]
    public void The_whole_model_is_one_MathNet_vector_whose_gaps_stay_zero()
    {
        using var model = new ParameterBuffer<double>(("W", [3, 5]), ("b", [7]));
        for (var i = 0; i < 2; i++)
        {
            model.Values[i].As<double>().Span.Fill(2);
            model.Gradients[i].As<double>().Span.Fill(-1);
        }
        Assert.Equal((44, 22), (model.FlatValues.Sum(), model.FlatGradients.SumMagnitudes()));
        var (values, optimizer) = (model.FlatValues, new Optimizer(model.Parameters, new Adam(Lr: 1, Eps: 0)));
        optimizer.Step();
        Assert.Equal(22, values.Count(x => x != 0));
        values.Multiply(0.5, values);
        Assert.Equal(1.5, model.Values["b"].As<double>().Span[6], 1e-12);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.FlatValues);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new ParameterBuffer<float>());
        Assert.Throws<ArgumentNullException>(() => new ParameterBuffer<float>((Params)null!));
        Assert.Contains("'W'", Assert.Throws<ArgumentException>(() => new ParameterBuffer<float>(("W", [1]), ("W", [1]))).Message);
        Assert.Contains("[-1]", Assert.Throws<ArgumentException>(() => new ParameterBuffer<float>(("W", [-1]))).Message);
        Assert.Contains("Half", Assert.Throws<ArgumentException>(() => new ParameterBuffer<Half>(("W", [1]))).Message);
        Assert.Contains(
            "4,294,967,296",
            Assert.Throws<OutOfMemoryException>(() => new ParameterBuffer<float>(("W", [1 << 16, 1 << 16]))).Message);
        Assert.Contains(
            "float64 (C# double, F# float)",
            Assert.Throws<ArgumentException>(() => new ParameterBuffer<float>(Params.Of(("W", new double[1])))).Message);
    }

    [Fact]
    public void A_step_over_a_buffer_allocates_nothing()
    {
        using var model = new ParameterBuffer<float>(Model);
        Assert.Equal(0, AllocationTests.Bytes(new Optimizer(model.Parameters, new AdamW())));
    }
}
