namespace Optim.Functional.Tests.Buffers;

/// <summary>A buffer that has been given back.</summary>
public class DisposedBufferTests
{
    [Fact]
    public void A_disposed_buffer_refuses_every_use()
    {
        var model = new ParameterBuffer<float>(ParameterBufferTests.Model);
        var optimizer = new Optimizer(model.Parameters, new Adam());
        optimizer.Step();
        var (saved, W, b, slot) = (
            optimizer.StateDict(),
            model.Values["W"].As<float>(),
            model.Values["b"].As<float>(),
            optimizer.State(model.Parameters[0]).Slots["exp_avg"]);
        model.Dispose();
        Action[] uses =
        [
            () => model.ToString(),
            () => W.ToString(),
            () => slot.ToString(),
            () => model.Parameters[0].ToString(),
            () => optimizer.State(model.Parameters[0]).ToString(),
            () => _ = W.Span.Length,
            () => W.ToArray(),
            () => W.ToMatrix(),
            () => b.ToVector(),
            () => _ = b.Data,
            () => model.Values.Copy(),
            () => _ = model.FlatValues,
            () => _ = model.FlatGradients,
            optimizer.Step,
            () => optimizer.StateDict(),
            () => optimizer.LoadStateDict(saved),
            () => optimizer.ZeroGrad(setToNull: false),
            () => new Optimizer(model.Parameters, new Adagrad()),
            () => new Adagrad().Init(model.Values),
            () => System.Text.Json.JsonSerializer.Serialize<NDArray>(W),
            () => new ParameterBuffer<float>(model.Values),
        ];
        Assert.All(uses, use =>
            Assert.Contains(
                "ParameterBuffer that holds these numbers has been disposed",
                Assert.Throws<ObjectDisposedException>(use).Message));
    }

    [Fact]
    public void A_gradient_of_a_disposed_buffer_is_refused_before_anything_is_changed()
    {
        var lent = new ParameterBuffer<float>(("W", [3]));
        Parameter[] parameters = [new(new float[3]) { Grad = new float[] { 1, 1, 1 } }, new(new float[3]) { Grad = lent.Gradients["W"] }];
        var optimizer = new Optimizer(parameters.Select(p => new ParamGroup(p)), new Adam());
        optimizer.Step();
        lent.Dispose();
        var before = parameters[0].Value.As<float>().ToArray();
        Assert.Throws<ObjectDisposedException>(optimizer.Step);
        Assert.Equal(before, parameters[0].Value.As<float>().ToArray());
        Assert.All(parameters, p => Assert.Equal(1, optimizer.State(p).Step));
    }

    [Fact]
    public void A_disposed_buffer_gives_its_memory_back_at_once_and_refuses_to_be_used()
    {
        var model = new ParameterBuffer<float>(("W", [16 << 20]));
        var (p, optimizer) = (model.Parameters[0], new Optimizer(model.Parameters, new SGD(1)));
        var (view, gradient) = (p.Value.As<float>(), p.Grad);
        optimizer.Step();
        var resident = Resident();
        model.Dispose();
        model.Dispose();
        if (OperatingSystem.IsLinux()) Assert.InRange(resident - Resident(), 100L << 20, 200L << 20);
        const string Gone = "has been disposed";
        Assert.Contains(Gone, Assert.Throws<ObjectDisposedException>(() => view.Span.Length).Message);
        Assert.Contains(Gone, Assert.Throws<ObjectDisposedException>(() => optimizer.Step()).Message);
        Assert.Contains(
            Gone,
            Assert.Throws<ObjectDisposedException>(() => new Adam().Init(Params.Of(("W", view))).ToString() + view).Message);
        p.Grad = new float[16 << 20];
        Assert.Contains(Gone, Assert.Throws<ObjectDisposedException>(() => optimizer.Step()).Message);
        GC.KeepAlive(gradient);
    }

    /// <summary>Bytes of this process in memory, without those of files: other tests map them.</summary>
    static long Resident()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[^2]);
    }
}
