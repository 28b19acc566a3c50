using static TorchSharp.torch;

namespace Optim.Functional.Bench.Peers;

static class Values
{
    const float SmallestNormal = 1.17549435e-38f;

    /// <summary>Whether none is NaN, infinite or denormal.</summary>
    public static bool Normal(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (x.isfinite() & (x.abs().ge(SmallestNormal) | x.eq(0))).all().item<bool>();
    }
}
