using static TorchSharp.torch;

namespace Optim.Functional.Tests;

public class AllocationTests : TorchTests
{
    const int Warm = 4, Steps = 8;

    public static TheoryData<string> Rules => ["SGD", "Adam", "AdamW", "Adagrad", "RMSprop", "NAdam", "Lion", "LAMB"];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_step_allocates_nothing(string name) => Assert.Equal(0, BytesOf(name, setToNone: false));

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_step_with_gradients_that_have_come_and_gone_allocates_nothing(string name) =>
        Assert.Equal(0, BytesOf(name, setToNone: true));

    static long BytesOf(string name, bool setToNone)
    {
        using var model = Models.Layers();
        var (x, y) = Models.Data();
        var info = Registry.All.Single(r => r.Name == name);
        using var optimizer = model.Optimizer(info.Create(new Dictionary<string, object?> { ["lr"] = 1e-3 }));
        var bytes = 0L;
        for (var t = 0; t < Warm + Steps; t++)
        {
            optimizer.zero_grad(setToNone);
            Models.Backward(model, x, y);
            var before = GC.GetAllocatedBytesForCurrentThread();
            optimizer.step();
            if (t >= Warm) bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        }
        return bytes;
    }

    [Fact]
    public void A_step_keeps_no_tensor()
    {
        using var model = Models.Layers();
        var (x, y) = Models.Data();
        using var optimizer = model.AdamW();
        long after = 0;
        for (var t = 0; t < Warm + Steps; t++)
        {
            optimizer.zero_grad(set_to_none: true);
            Models.Backward(model, x, y);
            optimizer.step();
            if (t < Warm) after = Tensor.TotalCount;
        }
        Assert.Equal(after, Tensor.TotalCount);
    }
}
