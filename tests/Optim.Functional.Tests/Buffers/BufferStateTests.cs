namespace Optim.Functional.Tests.Buffers;

/// <summary>State that is loaded into a buffer's own memory.</summary>
public class BufferStateTests
{
    [Fact]
    public void State_that_is_loaded_again_and_again_takes_the_places_of_the_old()
    {
        using var model = new ParameterBuffer<float>(ParameterBufferTests.Model);
        var optimizer = new Optimizer(model.Parameters, new Adam());
        optimizer.Step();
        var saved = optimizer.StateDict();
        string Loaded(int times)
        {
            for (var i = 0; i < times; i++)
            {
                optimizer.LoadStateDict(saved);
                GC.Collect();
            }
            return model.ToString().Split(':')[0];
        }
        Assert.Equal(Loaded(3), Loaded(5));
        optimizer.Step();
    }

    [Fact]
    public void Loading_thirty_times_takes_no_more_memory_than_loading_once()
    {
        using var model = new ParameterBuffer<float>(("W", [1 << 20]), ("b", [7]));
        var optimizer = new Optimizer(model.Parameters, new Adam());
        optimizer.Step();
        var saved = optimizer.StateDict();
        string Loaded(int times)
        {
            for (var i = 0; i < times; i++) optimizer.LoadStateDict(saved);
            return model.ToString().Split(':')[0];
        }
        Assert.Equal(Loaded(1), Loaded(30));
        Assert.Contains(" in 4 allocations", Loaded(1));
    }

    [Fact]
    public void A_state_dict_of_the_states_own_tensors_is_read_before_it_is_written_over()
    {
        using var model = new ParameterBuffer<float>(("a", [2]), ("b", [2]));
        var optimizer = new Optimizer(model.Parameters, new SGD(1, Momentum: 0.5));
        model.Gradients["a"].As<float>().Span.Fill(1);
        model.Gradients["b"].As<float>().Span.Fill(2);
        optimizer.Step();
        var saved = optimizer.StateDict();
        NDArray Slot(int i) => optimizer.State(model.Parameters[i]).Slots["momentum_buffer"];
        var crossed = new Dictionary<int, IReadOnlyDictionary<string, object?>>
        {
            [0] = new Dictionary<string, object?>(saved.State[0]) { ["momentum_buffer"] = Slot(1) },
            [1] = new Dictionary<string, object?>(saved.State[1]) { ["momentum_buffer"] = Slot(0) },
        };
        optimizer.LoadStateDict(new(crossed, saved.ParamGroups, saved.Rule));
        Assert.Equal([2, 2], Slot(0).As<float>().ToArray());
        Assert.Equal([1, 1], Slot(1).As<float>().ToArray());
    }
}
