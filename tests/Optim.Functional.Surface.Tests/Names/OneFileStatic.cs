using Optim.Functional;
using static TorchSharp.torch;

namespace SomeModel;

/// <summary>The same of a file that has torch's own members without its name: it is never run.</summary>
static class OneFileStatic
{
    public static Tensor Train(Tensor θ)
    {
        var parameter = new Parameter(θ.data<double>().ToArray());
        parameter.Grad = ones(3, dtype: ScalarType.Float64).data<double>().ToArray();
        var mine = new Optimizer([parameter], new Adam(Lr: 0.1), NonFinite.Throw);
        mine.Step();
        var theirs = optim.Adam([new TorchSharp.Modules.Parameter(θ)]);
        theirs.step();
        return tensor(parameter.Value.As<double>().ToArray());
    }
}
