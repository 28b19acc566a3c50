using TorchSharp;
using static TorchSharp.torch;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // libtorch has one random generator and one count of threads

namespace Optim.Functional.Tests;

/// <summary>Tests that need libtorch: left out, with the reason, where it is not.</summary>
public abstract class TorchTests : IDisposable
{
    readonly DisposeScope? scope;

    protected TorchTests()
    {
        Assert.SkipWhen(NativeTorch.WhyNot is not null, NativeTorch.WhyNot ?? "");
        scope = NewDisposeScope();
        random.manual_seed(1);
    }

    public void Dispose()
    {
        scope?.Dispose();
        GC.SuppressFinalize(this);
    }
}
